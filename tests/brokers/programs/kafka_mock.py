"""librdkafka's own stand-in for Kafka, as a program: prints its address, then makes each topic it is told."""

import sys

from confluent_kafka import Producer

SECONDS = 10

cluster = Producer({"test.mock.num.brokers": 1, "log_level": 0})
[broker] = cluster.list_topics(timeout=SECONDS).brokers.values()
sys.stdout.write(f"{broker.host}:{broker.port}\n")
sys.stdout.flush()
for line in sys.stdin:
    cluster.list_topics(line.strip(), timeout=SECONDS)
    sys.stdout.write(line)
    sys.stdout.flush()
