"""What happens when, between the services. Follows blueprint.yaml."""

from shop.platform.flows import Flows, Step, Workflow

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
)
