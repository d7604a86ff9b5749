"""Workflows, published events and reactions. Follows blueprint.yaml."""

from depot.event_data.shapes import TripConfirmedV1, TripPlannedV1
from depot.platform.messaging.versions import Version, Versions
from depot.platform.workflows.flows import Flows, Step, Workflow

PLAN_TRIP = Workflow(
    name="plan_trip",
    starts="trips.created",
    steps=(Step("vehicles.assign", undo="vehicles.free_up"), Step("pricing.quote", undo="pricing.withdraw")),
    success="trips.confirm",
    failure="trips.cancel",
)

FLOWS = Flows(
    workflows=(PLAN_TRIP,),
    published={"trips.created": "trip.planned", "trips.confirm": "trip.confirmed"},
    reactions={"trip.confirmed": ("messages.announce",), "trip.planned": ("messages.note",)},
    versions=Versions({"trip.planned": Version(TripPlannedV1), "trip.confirmed": Version(TripConfirmedV1)}),
)
