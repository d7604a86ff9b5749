"""API documents of a system: pure functions of its spec."""

from blueprint.documents.asyncapi import asyncapi
from blueprint.documents.dashboard import Watched, dashboard
from blueprint.documents.events import event_files
from blueprint.documents.openapi import openapi

__all__ = ["Watched", "asyncapi", "dashboard", "event_files", "openapi"]
