"""Workflows, published events and reactions. Follows blueprint.yaml."""

from shop.event_data.shapes import OrderCancelledV1, OrderConfirmedV1, OrderPlacedV1, PaymentCapturedV1, StockReservedV1
from shop.platform.messaging.versions import Version, Versions
from shop.platform.workflows.flows import Flows, Step, Workflow

CHECKOUT = Workflow(
    name="checkout",
    starts="orders.created",
    steps=(Step("products.reserve", undo="products.release"), Step("payments.charge", undo="payments.refund")),
    success="orders.confirm",
    failure="orders.cancel",
)

FLOWS = Flows(
    workflows=(CHECKOUT,),
    published={
        "products.reserve": "stock.reserved",
        "orders.created": "order.placed",
        "orders.confirm": "order.confirmed",
        "orders.cancel": "order.cancelled",
        "payments.charge": "payment.captured",
    },
    versions=Versions(
        {
            "stock.reserved": Version(StockReservedV1),
            "order.placed": Version(OrderPlacedV1),
            "order.confirmed": Version(OrderConfirmedV1),
            "order.cancelled": Version(OrderCancelledV1),
            "payment.captured": Version(PaymentCapturedV1),
        }
    ),
)
