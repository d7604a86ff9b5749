"""Who reads the embedded log: list the groups, or forget one that will not come back.

    python -m shop.platform.adapters.log_groups list
    python -m shop.platform.adapters.log_groups forget GROUP

An event stays in the log until every group has read it. BROKER_URL says where the log is; `blueprint run` keeps it in
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
    wish = parser.parse_args()
    url = LogSettings().broker_url
    path = Path(url.removeprefix("sqlite:///"))
    if not path.is_file():
        sys.exit(f"there is no embedded log at {url}: say in BROKER_URL where it is")
    asyncio.run(_list(path) if wish.command == "list" else _forget(path, wish.group))


async def _list(path: Path) -> None:
    log = SqliteLog(path, [])
    for group in await log.groups():
        sys.stdout.write(f"{json.dumps({**group, 'present': bool(group['present'])})}\n")
    await log.close()


async def _forget(path: Path, group: str) -> None:
    log = SqliteLog(path, [])
    known = {row["group"]: row for row in await log.groups()}
    if group not in known:
        sys.exit(f"no group {group} reads this log: take one of {', '.join(known)}")
    if known[group]["present"]:
        sys.exit(f"{group} is reading: stop its processes first")
    await log.forget(group)
    await log.close()
    sys.stdout.write(f"{group} is forgotten, with {known[group]['unread']} events that it has not read\n")


if __name__ == "__main__":
    main()
