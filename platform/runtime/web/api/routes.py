"""The blueprint that every route of the API belongs to."""

from flask import Blueprint

PREFIX = "/api/v1"

api = Blueprint("api", __name__, url_prefix=PREFIX)
