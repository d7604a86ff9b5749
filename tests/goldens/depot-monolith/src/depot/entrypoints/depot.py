"""All services in one process."""

from fastapi import FastAPI

from depot import drivers, messages, pricing, trips, vehicles
from depot.flows import FLOWS
from depot.platform.adapters.databases import open_database
from depot.platform.http.app import create_web_app
from depot.platform.http.web import Process
from depot.platform.monitoring import telemetry
from depot.platform.service import actions_of
from depot.platform.settings import Settings
from depot.platform.workflows.orchestration import Orchestrator

SERVICES = (trips.service, drivers.service, vehicles.service, pricing.service, messages.service)


def create_app(settings: Settings | None = None) -> FastAPI:
    settings = settings or Settings()
    telemetry.configure_logging("depot")
    database = open_database(settings.database_url, "depot")
    orchestrator = Orchestrator(database, FLOWS, actions_of(SERVICES))
    process = Process("depot", SERVICES, database, orchestrator, orchestrator.tasks, settings.operator_token)
    return create_web_app(process)
