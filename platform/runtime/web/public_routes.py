"""The only routes that answer somebody who has not signed in. A test compares this list with the router: review every change.

Everything else is refused by default (auth.admit), whatever its own code does.
"""

from __future__ import annotations

PUBLIC_ROUTES: dict[str, str] = {
    "static": "style sheets, scripts and icons; no data",
    "health": "says that the process answers; no data",
    "auth.sign_in": "the sign-in page",
    "auth.take_sign_in": "takes an e-mail address and a password; backs off",
    "auth.set_up": "the first administrator's page, behind a token that works once",
    "links.show": "the page behind a link that a user was given to set a password; works once",
    "links.take": "sets the password of the link's user, behind the same link",
    "auth.take_set_up": "makes the first administrator, behind the same token",
}
