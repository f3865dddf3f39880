from flask import Blueprint

screen = Blueprint("filters", __name__)
