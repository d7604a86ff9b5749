"""Lists, replays or skips the dead letters of a process.

    python -m shop.entrypoints.dead_letters list URL
    python -m shop.entrypoints.dead_letters replay URL ID
    python -m shop.entrypoints.dead_letters skip URL ID

URL is the address of the process, which `blueprint run` prints. OPERATOR_TOKEN comes from the environment or `.env`.
"""

import argparse
import json
import sys
from urllib.error import HTTPError, URLError
from urllib.parse import quote
from urllib.request import Request, urlopen

from pydantic_settings import BaseSettings, SettingsConfigDict

TIMEOUT = 10.0
"""Seconds to wait for a response."""


class Operator(BaseSettings):
    model_config = SettingsConfigDict(env_file=".env", extra="ignore")

    operator_token: str


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    for name in ("list", "replay", "skip"):
        command = commands.add_parser(name)
        command.add_argument("url")
        if name != "list":
            command.add_argument("id")
    arguments = parser.parse_args()
    try:
        if arguments.command == "list":
            for letter in json.loads(_request("GET", arguments.url, ""))["items"]:
                sys.stdout.write(f"{json.dumps(letter)}\n")
        else:
            _request("POST", arguments.url, f"/{quote(arguments.id, safe='')}/{arguments.command}")
    except HTTPError as error:
        sys.exit(f"{arguments.url} responds with {error.code}: {json.loads(error.read())['detail']}")
    except URLError as error:
        sys.exit(f"{arguments.url} does not respond: {error.reason}")


def _request(method: str, url: str, path: str) -> bytes:
    token = Operator.model_validate({}).operator_token
    headers = {"Authorization": f"Bearer {token}"}
    # Any URL that the operator chooses is valid.
    request = Request(f"{url.rstrip('/')}/internal/dead-letters{path}", method=method, headers=headers)
    with urlopen(request, timeout=TIMEOUT) as answer:
        body: bytes = answer.read()
    return body


if __name__ == "__main__":
    main()
