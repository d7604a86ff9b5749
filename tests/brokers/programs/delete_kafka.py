"""Deletes the topic of a BROKER_URL, as an administrator does, in the environment of a generated project."""

import sys

from confluent_kafka.admin import AdminClient
from office.platform.adapters.kafka_url import Address

address = Address.of_url(sys.argv[1])
admin = AdminClient(dict(address.settings))
admin.delete_topics([address.topic])[address.topic].result()
