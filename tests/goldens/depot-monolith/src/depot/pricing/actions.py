"""Actions of pricing."""

from uuid import NAMESPACE_OID, uuid5

import structlog

from depot.platform.storage.database import Tx
from depot.platform.workflows.actions import external
from depot.pricing.messages import Quote, QuoteResult, Withdraw

log = structlog.get_logger()


async def call_quote(command: Quote) -> str:
    """Call the external system here, outside of a transaction. It is retried, so send an idempotency key."""
    return str(uuid5(NAMESPACE_OID, "pricing.quote " + command.model_dump_json()))


@external(call_quote)
async def quote(tx: Tx, command: Quote, receipt: str) -> QuoteResult:
    log.info("quote", command=command.model_dump(mode="json"))
    return QuoteResult(price=0)


async def call_withdraw(command: Withdraw) -> str:
    """Call the external system here, outside of a transaction. It is retried, so send an idempotency key."""
    return str(uuid5(NAMESPACE_OID, "pricing.withdraw " + command.model_dump_json()))


@external(call_withdraw)
async def withdraw(tx: Tx, command: Withdraw, receipt: str) -> None:
    log.info("withdraw", command=command.model_dump(mode="json"))
