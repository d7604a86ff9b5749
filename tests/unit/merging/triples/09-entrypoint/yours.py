"""How a service becomes a process of its own, which hears of the others by events."""

from fastapi import FastAPI, Request
from fastapi.middleware.gzip import GZipMiddleware
from fastapi.responses import JSONResponse

from shop.flows import FLOWS
from shop.platform.monitoring import telemetry
from shop.platform.adapters.brokers import open_broker
from shop.platform.adapters.databases import open_database
from shop.platform.http.app import create_web_app
from shop.platform.messaging.broker import Broker, TooLarge
from shop.platform.workflows.choreography import Choreography
from shop.platform.messaging.outbox import Outbox
from shop.platform.http.problems import problem
from shop.platform.workflows.routes import listeners
from shop.platform.service import Service, actions_of
from shop.platform.settings import Settings
from shop.platform.messaging.subscription import Subscription
from shop.platform.http.web import Process


def create_service_app(service: Service, settings: Settings | None = None) -> FastAPI:
    settings = settings or Settings()
    telemetry.configure_logging(service.name)
    database = open_database(settings.database_url, service.name)
    broker = _broker(settings.broker_url)
    outbox = Outbox(database, broker, service.name, FLOWS.versions)
    choreography = Choreography(database, FLOWS, actions_of([service]), outbox)
    subscriptions = [Subscription(broker, service.name, choreography)] if service.name in listeners(FLOWS) else []
    process = Process(
        service.name,
        [service],
        database,
        choreography,
        choreography.tasks,
        settings.operator_token,
        helpers=[outbox],
        sources=[*subscriptions],
        connections=[broker],
    )
    app = create_web_app(process)
    app.add_middleware(GZipMiddleware, minimum_size=1_000)
    app.add_exception_handler(TooLarge, _too_large)
    return app


def _broker(url: str) -> Broker:
    """A URL that is none ends the process before it begins, with one line."""
    try:
        return open_broker(url, listeners(FLOWS))
    except ValueError as error:
        raise SystemExit(str(error)) from None


async def _too_large(_: Request, error: Exception) -> JSONResponse:
    return problem(413, f"The event that tells of it would be too large: {error}.")
