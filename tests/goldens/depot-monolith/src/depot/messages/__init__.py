"""Messages."""

from depot.messages import api, reactions
from depot.platform.service import Service

service = Service("messages", __name__, router=api.router, actions=(reactions.announce, reactions.note))
