"""All services in one process."""

from fastapi import FastAPI

from shop import orders, payments, products, users
from shop.flows import FLOWS
from shop.platform.adapters.databases import open_database
from shop.platform.http.app import create_web_app
from shop.platform.http.web import Process
from shop.platform.monitoring import telemetry
from shop.platform.service import actions_of
from shop.platform.settings import Settings
from shop.platform.workflows.orchestration import Orchestrator

SERVICES = (users.service, products.service, orders.service, payments.service)


def create_app(settings: Settings | None = None) -> FastAPI:
    settings = settings or Settings()
    telemetry.configure_logging("shop")
    database = open_database(settings.database_url, "shop")
    orchestrator = Orchestrator(database, FLOWS, actions_of(SERVICES))
    process = Process("shop", SERVICES, database, orchestrator, orchestrator.tasks, settings.operator_token)
    return create_web_app(process)
