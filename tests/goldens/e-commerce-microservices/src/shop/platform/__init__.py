"""What every service stands on: database, web, actions, events, telemetry."""
