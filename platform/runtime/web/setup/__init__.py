"""Setup: Flask-Admin's views over our own services, in the workspace's look, for those whose role may set up.

The routes stand here as plain data and are on the app from the start, where guards and tests see them; Flask-Admin itself is
only imported when somebody first goes to Setup. Its blueprints are never registered: none of its templates, scripts and styles
can be reached.
"""

from __future__ import annotations

from functools import partial
from typing import Any

from flask import Flask, current_app

# Every address of Setup: the view and its method, the address, the methods. What Flask-Admin's views offer beside is closed.
ROUTES: tuple[tuple[str, str, str], ...] = (
    ("setup.index", "/setup/", "GET"),
    ("setup_users.index_view", "/setup/users/", "GET"),
    ("setup_users.create_view", "/setup/users/new/", "GET POST"),
    ("setup_users.edit_view", "/setup/users/edit/", "GET POST"),
    ("setup_users.switch_view", "/setup/users/switch/", "POST"),
    ("setup_users.password_view", "/setup/users/password/", "POST"),
    ("setup_users.link_view", "/setup/users/link/", "POST"),
    ("setup_users.sign_out_view", "/setup/users/sign-out/", "POST"),
    ("setup_roles.index", "/setup/roles/", "GET"),
    ("setup_roles.role", "/setup/roles/<role_name>/", "GET"),
    ("setup_sessions.index_view", "/setup/sessions/", "GET"),
    ("setup_sessions.delete_view", "/setup/sessions/delete/", "POST"),
    ("setup_sessions.delete_all_view", "/setup/sessions/delete-all/", "POST"),
    ("setup_sign_ins.index_view", "/setup/sign-ins/", "GET"),
    ("setup_keys.index_view", "/setup/keys/", "GET"),
    ("setup_keys.create_view", "/setup/keys/new/", "GET POST"),
    ("setup_keys.delete_view", "/setup/keys/delete/", "POST"),
    ("setup_metadata.index", "/setup/metadata/", "GET"),
    ("setup_metadata.element", "/setup/metadata/element/", "GET"),
    ("setup_rules.index", "/setup/rules/", "GET"),
    ("setup_rules.layer", "/setup/rules/layer/", "GET"),
    ("setup_rules.new", "/setup/rules/new/", "GET"),
    ("setup_rules.rule", "/setup/rules/rule/", "GET"),
    ("setup_rules.names", "/setup/rules/names/", "GET"),
    ("setup_rules.check", "/setup/rules/check/", "POST"),
    ("setup_rules.plan", "/setup/rules/plan/", "POST"),
    ("setup_rules.save", "/setup/rules/save/", "POST"),
    ("setup_computed.index", "/setup/computed/", "GET"),
    ("setup_computed.progress", "/setup/computed/progress/", "GET"),
    ("setup_search.index", "/setup/search-index/", "GET"),
    ("setup_search.progress", "/setup/search-index/progress/", "GET"),
    ("setup_search.rebuild", "/setup/search-index/rebuild/", "POST"),
    ("setup_search.stop", "/setup/search-index/stop/", "POST"),
    ("setup_health.index", "/setup/health/", "GET"),
    ("setup_health.findings", "/setup/health/findings/", "GET"),
)


def register(app: Flask) -> None:
    """Puts Setup's addresses on the app; who may enter is decided by auth.admit, and once more by every view."""
    for endpoint, rule, methods in ROUTES:
        app.add_url_rule(rule, endpoint, partial(_answer, endpoint), methods=methods.split(), strict_slashes=False)


def _answer(endpoint: str, **values: Any) -> Any:
    from newel.runtime.web.setup.console import console

    view, _, method = endpoint.partition(".")
    return getattr(console(current_app).views[view], method)(**values)
