"""What a BROKER_URL for Kafka must not be."""

from tests.brokers.servers import Server

TOO_LARGE = 1_000_000
BAD_URLS = {
    "kafka://127.0.0.1:9092": "not of the form",
    "kafka://127.0.0.1:x/office": "not of the form",
    "kafka:///office": "not of the form",
    "kafka://127.0.0.1:9092/of fice": "not of the form",
    "kafka://127.0.0.1:9092/office?acks=0": "option 'acks'",
}


def unanswered(server: Server) -> dict[str, str]:
    return {"kafka://127.0.0.1:1/office": "Connection refused"}
