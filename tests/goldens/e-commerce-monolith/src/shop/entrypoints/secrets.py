"""Prints new secrets for a .env file.

`PYTHONPATH=src python -m shop.entrypoints.secrets > .env`
"""

import base64
import secrets

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey


def new_secrets() -> list[str]:
    """Return the lines of a .env file."""
    key = Ed25519PrivateKey.generate()
    return [
        f"OPERATOR_TOKEN={secrets.token_urlsafe(32)}",
        f"AUTH_PRIVATE_KEY={base64.b64encode(key.private_bytes_raw()).decode()}",
        f"AUTH_PUBLIC_KEY={base64.b64encode(key.public_key().public_bytes_raw()).decode()}",
    ]


if __name__ == "__main__":
    print("\n".join(new_secrets()))
