"""Deletes the topic of a BROKER_URL, as an administrator does, in the environment of a generated project."""

import sys

from confluent_kafka.admin import AdminClient
from office.platform.adapters.kafka_place import Place

place = Place.of_url(sys.argv[1])
admin = AdminClient(dict(place.settings))
admin.delete_topics([place.topic])[place.topic].result()
