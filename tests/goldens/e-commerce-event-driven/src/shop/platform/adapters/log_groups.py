"""Lists the groups that read the embedded log, or removes one that will not return.

    python -m shop.platform.adapters.log_groups list
    python -m shop.platform.adapters.log_groups forget GROUP

An event stays in the log until every group has read it. BROKER_URL is the location of the log; `blueprint run` uses
`sqlite:///var/broker.db`.
"""

import argparse
import asyncio
import json
import sys
from pathlib import Path

from pydantic_settings import BaseSettings, SettingsConfigDict

from shop.platform.adapters.sqlite_log import SqliteLog


class LogSettings(BaseSettings):
    model_config = SettingsConfigDict(env_file=".env", extra="ignore")

    broker_url: str = "sqlite:///var/broker.db"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("list")
    commands.add_parser("forget").add_argument("group")
    arguments = parser.parse_args()
    url = LogSettings().broker_url
    path = Path(url.removeprefix("sqlite:///"))
    if not path.is_file():
        sys.exit(f"no embedded log at {url}: set BROKER_URL to its location")
    asyncio.run(_list(path) if arguments.command == "list" else _forget(path, arguments.group))


async def _list(path: Path) -> None:
    log = SqliteLog(path, [])
    for group in await log.groups():
        sys.stdout.write(f"{json.dumps({**group, 'present': bool(group['present'])})}\n")
    await log.close()


async def _forget(path: Path, group: str) -> None:
    log = SqliteLog(path, [])
    groups = {row["group"]: row for row in await log.groups()}
    if group not in groups:
        sys.exit(f"unknown group {group}: use one of {', '.join(groups)}")
    if groups[group]["present"]:
        sys.exit(f"{group} is running: stop its processes first")
    await log.forget(group)
    await log.close()
    sys.stdout.write(f"removed {group} with {groups[group]['unread']} unread events\n")


if __name__ == "__main__":
    main()
