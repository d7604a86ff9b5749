"""Deletes the stream of a BROKER_URL, as an administrator does, in the environment of a generated project."""

import asyncio
import sys

from office.platform.adapters.nats_link import Address, open_link


async def main(url: str) -> None:
    address = Address.of_url(url)
    link = await open_link(address, [])
    await link.stream.delete_stream(address.prefix)
    await link.client.close()


asyncio.run(main(sys.argv[1]))
