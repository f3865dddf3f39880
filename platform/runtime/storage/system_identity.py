"""The platform's tables about who may come in: credentials, roles, sessions, keys, sign-ins. Secrets are kept as hashes only.

Users themselves are records of the core object `nw_user`, so that forms, lookups and history treat them as any record.
"""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Index, Integer, String, Table

from newel.runtime.storage.system import SYSTEM
from newel.runtime.storage.types import Id, Moment, string

DIGEST = 64  # hexadecimal SHA-256

CREDENTIAL = Table(
    "nw_credential",
    SYSTEM,
    Column("user_id", Id, primary_key=True),
    Column("password_hash", String(255), nullable=False),
    Column("changed_at", Moment, nullable=False),
)

USER_ROLE = Table(
    "nw_user_role",
    SYSTEM,
    Column("user_id", Id, primary_key=True),
    Column("role", string(60), primary_key=True),
    Column("granted_at", Moment, nullable=False),
    Column("granted_by", Id),
)

SESSION = Table(
    "nw_session",
    SYSTEM,
    Column("id", Id, primary_key=True),
    Column("token_hash", String(DIGEST), nullable=False, unique=True),
    Column("user_id", Id, nullable=False, index=True),
    Column("created_at", Moment, nullable=False),
    Column("last_used_at", Moment, nullable=False),
    Column("idle_until", Moment, nullable=False),  # moved on by use, never beyond expires_at
    Column("expires_at", Moment, nullable=False, index=True),
    Column("address", String(64), nullable=False),
    Column("browser", string(255), nullable=False),
)

API_KEY = Table(
    "nw_api_key",
    SYSTEM,
    Column("id", Id, primary_key=True),
    Column("key_hash", String(DIGEST), nullable=False, unique=True),
    Column("start", String(16), nullable=False),  # the first characters, so that people can tell their keys apart
    Column("user_id", Id, nullable=False, index=True),
    Column("name", string(120), nullable=False),
    Column("read_only", Boolean, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("expires_at", Moment),
    Column("last_used_at", Moment),
    Column("ended_at", Moment),
)

SIGN_IN = Table(
    "nw_sign_in",
    SYSTEM,
    Column("id", Id, primary_key=True),
    Column("at", Moment, nullable=False, index=True),
    Column("email", string(255), nullable=False),  # as it was typed
    Column("user_id", Id),
    # signed_in | refused | slowed | signed_out | password_changed | password_set | link_made | set_up
    Column("outcome", String(20), nullable=False),
    Column("address", String(64), nullable=False),
    Column("browser", string(255), nullable=False),
    Index("nw_sign_in_user", "user_id", "address", "at"),
)

BACK_OFF = Table(
    "nw_back_off",
    SYSTEM,
    Column("subject", String(DIGEST), primary_key=True),  # the digest of an account, an address, or both
    Column("failures", Integer, nullable=False),
    Column("last_at", Moment, nullable=False),
    Column("wait_until", Moment, nullable=False, index=True),
)

# A link with which its user may set a password, once; whoever made it hands it over.
PASSWORD_LINK = Table(
    "nw_password_link",
    SYSTEM,
    Column("token_hash", String(DIGEST), primary_key=True),
    Column("user_id", Id, nullable=False, unique=True),
    Column("created_at", Moment, nullable=False),
    Column("created_by", Id),
    Column("expires_at", Moment, nullable=False),
)

SETUP_TOKEN = Table(
    "nw_setup_token",
    SYSTEM,
    Column("token_hash", String(DIGEST), primary_key=True),
    Column("created_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False),
)
