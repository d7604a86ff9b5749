"""What a process could not do: list it, try one of it again, or give one up and let its key go on.

    python -m shop.entrypoints.dead_letters list URL
    python -m shop.entrypoints.dead_letters replay URL ID
    python -m shop.entrypoints.dead_letters skip URL ID

URL is that of the process, as `blueprint run` prints it. The operator's token comes from the environment or `.env`.
"""

import argparse
import json
import sys
from urllib.error import HTTPError, URLError
from urllib.parse import quote
from urllib.request import Request, urlopen

from pydantic_settings import BaseSettings, SettingsConfigDict

PATIENCE = 10.0
"""Seconds for which an answer is waited for."""


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
    wish = parser.parse_args()
    try:
        if wish.command == "list":
            for letter in json.loads(_ask("GET", wish.url, ""))["items"]:
                sys.stdout.write(f"{json.dumps(letter)}\n")
        else:
            _ask("POST", wish.url, f"/{quote(wish.id, safe='')}/{wish.command}")
    except HTTPError as error:
        sys.exit(f"{wish.url} answers {error.code}: {json.loads(error.read())['detail']}")
    except URLError as error:
        sys.exit(f"{wish.url} does not answer: {error.reason}")


def _ask(method: str, url: str, path: str) -> bytes:
    token = Operator.model_validate({}).operator_token
    headers = {"Authorization": f"Bearer {token}"}
    # The operator says where: any URL that urllib can open is right.
    request = Request(f"{url.rstrip('/')}/internal/dead-letters{path}", method=method, headers=headers)
    with urlopen(request, timeout=PATIENCE) as answer:
        body: bytes = answer.read()
    return body


if __name__ == "__main__":
    main()
