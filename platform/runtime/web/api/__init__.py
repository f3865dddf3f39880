"""The REST API under /api/v1: the kernel's reads and writes as JSON, for every object alike."""

from flask import Flask

from newel.runtime.web.api import acting, docs_page, files, many, meta, openapi, records, routes, searching

ROOMS = (records, many, acting, files, searching, meta, openapi)  # each adds its routes to the blueprint when it is imported


def register(app: Flask) -> None:
    """Registers every route of the API."""
    app.register_blueprint(routes.api)
    app.register_blueprint(docs_page.pages)
