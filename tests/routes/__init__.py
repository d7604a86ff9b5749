"""Routes of the spec in running systems: gateways, body limits, uploads and WebSockets."""
