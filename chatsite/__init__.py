"""The project: settings, addresses and the ASGI application. No logic lives here and nobody imports it."""
