"""Creates the app of a service, which calls the other services over HTTP."""

from fastapi import FastAPI

from shop.flows import FLOWS
from shop.platform.adapters.databases import open_database
from shop.platform.adapters.discoveries import open_discovery
from shop.platform.adapters.http_calls import HttpCalls
from shop.platform.calls.remote import Calls, RemoteServices, answering_router
from shop.platform.http.app import create_web_app
from shop.platform.http.web import Process
from shop.platform.monitoring import telemetry
from shop.platform.service import Service, actions_of
from shop.platform.settings import Settings
from shop.platform.workflows.orchestration import Orchestrator


def create_service_app(service: Service, settings: Settings | None = None, calls: Calls | None = None) -> FastAPI:
    settings = settings or Settings()
    telemetry.configure_logging(service.name)
    database = open_database(settings.database_url, service.name)
    discovery = open_discovery(settings.discovery_url, service.name)
    calls = calls or HttpCalls(discovery)
    actions = actions_of([service])
    orchestrator = Orchestrator(database, FLOWS, actions, RemoteServices(calls))
    process = Process(
        service.name,
        [service],
        database,
        orchestrator,
        orchestrator.tasks,
        settings.operator_token,
        helpers=[*discovery.helpers],
        sources=[*discovery.sources],
        connections=[calls],
    )
    return create_web_app(process, [answering_router(actions, orchestrator)])
