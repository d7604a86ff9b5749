"""Deletes the topic of a BROKER_URL and then the subscriptions that have lost it, as an administrator does.

Runs in the environment of a generated project.
"""

import asyncio
import sys

from office.platform.adapters.google_pubsub import Address, connect


async def main(url: str) -> None:
    address = Address.of_url(url)
    clients = await connect(address.emulator)
    await clients.publisher.delete_topic(topic=address.topic)
    await clients.subscriber.delete_subscription(subscription=address.subscription("clerks"))
    await clients.channel.close()


asyncio.run(main(sys.argv[1]))
