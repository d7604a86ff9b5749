"""Prints new secrets for a .env file.

`PYTHONPATH=src python -m depot.entrypoints.secrets > .env`
"""

import secrets


def new_secrets() -> list[str]:
    """Return the lines of a .env file."""
    return [f"OPERATOR_TOKEN={secrets.token_urlsafe(32)}"]


if __name__ == "__main__":
    print("\n".join(new_secrets()))
