"""The REST API under /api/v1: the kernel's reads and writes as JSON, for every object alike."""

from flask import Flask

from newel.runtime.web.api import routes


def register(app: Flask) -> None:
    """Registers every route of the API."""
    app.register_blueprint(routes.api)
