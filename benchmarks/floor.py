"""The floor: what a good programmer writes by hand for one object of 20 fields, with Flask and SQLAlchemy Core.

Authentication by API key, an owner filter, validation, JSON, an HTML list and an HTML form; no metadata, no history, no
full-text index, no second object. `run.py` measures Newel against it on the same server and database in one interleaved run.
"""

from __future__ import annotations

import hashlib
import os
import uuid
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from flask import Flask, abort, g, jsonify, render_template_string, request
from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Connection,
    Date,
    DateTime,
    Engine,
    Index,
    Integer,
    MetaData,
    Numeric,
    String,
    Table,
    Text,
    create_engine,
    event,
    insert,
    select,
    update,
)

CHOICES = {"status": ("open", "won", "lost"), "priority": ("low", "normal", "high"), "category": ("a", "b", "c")}
TEXTS = {
    "name": 120,
    "code": 20,
    "email": 254,
    "phone": 40,
    "website": 2000,
    "city": 60,
    "country": 60,
    "street": 200,
    "source": 60,
}
DECIMALS = {"amount": (16, 2), "discount": (9, 4)}
INTEGERS = {"quantity": (0, None), "score": (0, 100)}
DATES = ("due_on", "started_on")
LIST_COLUMNS = ("name", "code", "status", "priority", "amount", "quantity", "due_on", "city")

metadata = MetaData()
key_table = Table(
    "api_key", metadata, Column("hash", String(64), primary_key=True), Column("user_id", String(36), nullable=False)
)
deal = Table(
    "deal",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("version", Integer, nullable=False),
    Column("owner", String(36), nullable=False),
    Column("created_at", DateTime, nullable=False),
    Column("updated_at", DateTime, nullable=False),
    *(Column(name, String(length), unique=name == "code") for name, length in TEXTS.items()),
    *(Column(name, String(20)) for name in CHOICES),
    *(Column(name, Numeric(*shape)) for name, shape in DECIMALS.items()),
    *(Column(name, BigInteger) for name in INTEGERS),
    *(Column(name, Date) for name in DATES),
    Column("active", Boolean),
    Column("note", Text),
    Index("deal_owner_amount", "owner", "amount", "id"),
)
FIELDS = (*TEXTS, *CHOICES, *DECIMALS, *INTEGERS, *DATES, "active", "note")


def connect(url: str) -> Engine:
    if not url.startswith("sqlite"):
        return create_engine(url, pool_size=8)
    import pysqlite3

    engine = create_engine(url, module=pysqlite3.dbapi2, pool_size=8)

    @event.listens_for(engine, "connect")
    def tune(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=NORMAL")
        connection.execute("PRAGMA busy_timeout=10000")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE" if connection.get_execution_options().get("writes") else "BEGIN")

    return engine


def create_app(url: str) -> Flask:
    app = Flask(__name__)
    engine = connect(url)

    @app.before_request
    def authenticate() -> None:
        key = request.headers.get("Authorization", "").removeprefix("Bearer ")
        g.connection = engine.connect() if request.method == "GET" else engine.connect().execution_options(writes=True)
        g.transaction = g.connection.begin()
        hashed = hashlib.sha256(key.encode()).hexdigest()
        g.user = g.connection.execute(select(key_table.c.user_id).where(key_table.c.hash == hashed)).scalar()
        if g.user is None:
            abort(401)

    @app.teardown_request
    def finish(error: BaseException | None) -> None:
        if error is None:
            g.transaction.commit()
        g.connection.close()

    @app.get("/api/deal/<key>")
    def read(key: str) -> Any:
        return jsonify(as_json(find(key)))

    @app.get("/api/deal")
    def listing() -> Any:
        return jsonify({"data": [as_json(row) for row in page()]})

    @app.post("/api/deal")
    def create() -> Any:
        values, errors = validate(request.get_json(), {"status": "open", "active": True})
        if errors:
            return jsonify({"errors": errors}), 422
        now = datetime.now(UTC).replace(tzinfo=None)
        values |= {"id": str(uuid.uuid4()), "version": 1, "owner": g.user, "created_at": now, "updated_at": now}
        g.connection.execute(insert(deal).values(values))
        return jsonify(as_json(find(values["id"]))), 201

    @app.patch("/api/deal/<key>")
    def change(key: str) -> Any:
        row = find(key)
        if request.headers.get("If-Match") != f'"{row.version}"':
            return jsonify({"errors": ["stale"]}), 412
        values, errors = validate(request.get_json(), {name: getattr(row, name) for name in FIELDS})
        if errors:
            return jsonify({"errors": errors}), 422
        values |= {"version": row.version + 1, "updated_at": datetime.now(UTC).replace(tzinfo=None)}
        g.connection.execute(update(deal).where(deal.c.id == key, deal.c.version == row.version).values(values))
        return jsonify(as_json(find(key)))

    @app.get("/deals")
    def html_list() -> str:
        return render_template_string(LIST, rows=page(), columns=LIST_COLUMNS)

    @app.get("/deals/<key>")
    def html_form(key: str) -> str:
        return render_template_string(FORM, row=find(key), fields=FIELDS, choices=CHOICES)

    return app


def find(key: str) -> Any:
    row = g.connection.execute(select(deal).where(deal.c.id == key, deal.c.owner == g.user)).first()
    if row is None:
        abort(404)
    return row


def page() -> list[Any]:
    query = select(deal).where(deal.c.owner == g.user)
    if status := request.args.get("status"):
        query = query.where(deal.c.status == status)
    return list(g.connection.execute(query.order_by(deal.c.amount.desc(), deal.c.id).limit(50)))


def as_json(row: Any) -> dict[str, Any]:
    shown: dict[str, Any] = {}
    for name, value in row._mapping.items():
        if isinstance(value, Decimal):
            value = str(value)
        elif isinstance(value, date):
            value = value.isoformat()
        shown[name] = value
    return shown


def validate(body: dict[str, Any], start: dict[str, Any]) -> tuple[dict[str, Any], list[str]]:
    values, errors = dict(start), []
    for name, raw in body.items():
        try:
            values[name] = parse(name, raw)
        except (ValueError, TypeError, InvalidOperation, KeyError):
            errors.append(name)
    if not values.get("name"):
        errors.append("name")
    if values.get("status") == "won" and not (values.get("amount") or 0) > 0:
        errors.append("amount")
    return values, errors


def parse(name: str, raw: Any) -> Any:
    if raw is None or raw == "":
        return None
    if name in TEXTS:
        if len(raw) > TEXTS[name]:
            raise ValueError(name)
        return raw.strip()
    if name in CHOICES:
        if raw not in CHOICES[name]:
            raise ValueError(name)
        return raw
    if name in DECIMALS:
        number = Decimal(str(raw))
        if number < 0:
            raise ValueError(name)
        return number
    if name in INTEGERS:
        low, high = INTEGERS[name]
        if raw < low or (high is not None and raw > high):
            raise ValueError(name)
        return int(raw)
    if name in DATES:
        return date.fromisoformat(raw)
    return {"active": bool, "note": str}[name](raw)


LIST = """<!doctype html><html lang="en"><head><title>Deals</title></head><body><h1>Deals</h1><table><thead><tr>
{% for column in columns %}<th>{{ column }}</th>{% endfor %}</tr></thead><tbody>
{% for row in rows %}<tr><td><a href="/deals/{{ row.id }}">{{ row.name }}</a></td>
{% for column in columns[1:] %}<td>{{ row._mapping[column] if row._mapping[column] is not none else "" }}</td>{% endfor %}</tr>
{% endfor %}</tbody></table></body></html>"""
FORM = """<!doctype html><html lang="en"><head><title>{{ row.name }}</title></head><body><h1>{{ row.name }}</h1>
<form method="post">{% for field in fields %}{% set value = row._mapping[field] %}<label for="{{ field }}">{{ field }}</label>
{% if field in choices %}<select id="{{ field }}" name="{{ field }}">{% for option in choices[field] %}
<option value="{{ option }}"{% if value == option %} selected{% endif %}>{{ option }}</option>{% endfor %}</select>
{% elif field == "note" %}<textarea id="{{ field }}" name="{{ field }}">{{ value or "" }}</textarea>
{% else %}<input id="{{ field }}" name="{{ field }}" value="{{ value if value is not none else "" }}">{% endif %}
{% endfor %}<button>Save</button></form></body></html>"""


def prepare(url: str) -> None:
    """Makes the tables of an empty database."""
    engine = connect(url)
    metadata.create_all(engine)
    engine.dispose()


if "FLOOR_DATABASE_URL" in os.environ:
    app = create_app(os.environ["FLOOR_DATABASE_URL"])
