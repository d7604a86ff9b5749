"""What a BROKER_URL for Kafka must not be."""

from tests.brokers.servers import Server

TOO_LARGE = 1_000_000
BAD_URLS = {
    "kafka://127.0.0.1:9092": "must have the form",
    "kafka://127.0.0.1:x/office": "must have the form",
    "kafka:///office": "must have the form",
    "kafka://127.0.0.1:9092/of fice": "must have the form",
    "kafka://127.0.0.1:9092/office?acks=0": "option 'acks'",
    "kafka://127.0.0.1:9092/office?replicas=many": "replicas must be the number of copies",
}


def unanswered(server: Server) -> dict[str, str]:
    return {"kafka://127.0.0.1:1/office": "Connection refused"}
