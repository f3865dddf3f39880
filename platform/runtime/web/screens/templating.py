"""What every template may use besides the app's own context: words, icons, addresses, colours, notes, and the shell."""

from __future__ import annotations

import json
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from flask import Flask, g, request, url_for
from markupsafe import Markup

from newel.metadata.field_types.markup import markdown_html, safe_html
from newel.metadata.field_types.moments import local
from newel.metadata.words import say, say_count, word
from newel.runtime.web import language, security
from newel.runtime.web.screens import addresses, answers, shortcuts
from newel.runtime.web.screens.binding import cells
from newel.runtime.web.screens.browsers import browser_name
from newel.runtime.web.screens.colors import color_class, color_of, initials
from newel.runtime.web.screens.icons import icon
from newel.runtime.web.screens.list_parts import list_globals
from newel.runtime.web.screens.shell import Shell, shell
from newel.runtime.web.screens.viewer import viewer

STATIC = Path(__file__).resolve().parent.parent / "static"
THEMES = ("auto", "light", "dark")

# The sentences that scripts say; the page carries them in the reader's language.
BROWSER_WORDS = (
    word("Close"),
    word("Copied."),
    word("Suggestions"),
    word("{n} suggestions"),
    word("Search"),
    word("Views"),
    word("Nothing found yet."),
    word("Search everything for “{text}”"),
    word("That did not work. Try again in a moment."),
    word("The server can't be reached. Check your connection."),
    word("{n} selected"),
    word("Select all that match"),
    word("Select all {n} that match"),
    word("All that match are selected"),
    word("All {n} that match are selected"),
    word("Moved to {column}."),
    word("Saved."),
    word("Copied."),
    word("Leave without saving what you typed?"),
    word("Nothing found."),
    word("Loading…"),
    word("Clear"),
    word("Remove {title}"),
    word("Stay here"),
    word("Leave"),
    word("What you had typed is here again."),
    word("Throw it away"),
    word("Uploading…"),
    word("Cancel"),
    word("Sign in again"),
    word("Your session has ended. What you typed is still here and is saved as soon as you are in again."),
    word("{n} rows pasted."),
    word("{n} cells could not be understood; they are marked."),
    word("Now shown: {fields}"),
    word("No longer shown: {fields}"),
)


def prepare(app: Flask) -> None:
    """Puts the globals into the app's templates. They know the request, so imported macros have them too."""
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals.update(
        t=t,
        tn=tn,
        icon=icon,
        asset=asset,
        import_map=import_map,
        browser_words=browser_words,
        rule_modules=rule_modules,
        csrf_field=csrf_field,
        cells=cells,
        color_class=color_class,
        color_of=color_of,
        initials=initials,
        address=addresses,
        layout=answers.layout,
        is_part=answers.wants_fragment,
        notes=answers.notes,
        theme=theme,
        languages=lambda: tuple(language.NAMES.items()),
        here_url=here_url,
        shortcut_sheet=shortcut_sheet,
        relative=relative,
        full_date=full_date,
        day=day,
        moment=moment,
        weekday=weekday,
        now=lambda: viewer().now,
        browser_name=browser_name,
        safe_html=_safe,
        markdown_html=_set,
        is_safe_url=is_safe_url,
        **list_globals(),
    )
    app.context_processor(_context)


def _context() -> dict[str, Any]:
    return {"shell": _LazyShell()}


class _LazyShell:
    """The shell, made only for templates that show it."""

    def __getattr__(self, name: str) -> Any:
        return getattr(_shell(), name)


def _shell() -> Shell:
    found: Shell | None = g.get("shell")
    if found is None:
        found = g.shell = shell(viewer())
    return found


def t(text: str, /, **params: Any) -> str:
    """An English sentence in the reader's language."""
    return say(language.spoken(), text, **params)


def tn(one: str, many: str, n: int, /) -> str:
    """A sentence that counts: tn("{n} record", "{n} records", 3)."""
    return say_count(language.spoken(), one, many, n)


def csrf_field() -> Markup:
    return Markup('<input type="hidden" name="{}" value="{}">').format(security.CSRF_FIELD, security.csrf_token())


def asset(name: str, versioned: bool = True) -> str:
    """The address of a static file; its version makes browsers fetch it anew after an upgrade."""
    plain = url_for("static", filename=name)
    return f"{plain}?v={_stamp(name)}" if versioned else plain


@lru_cache(maxsize=256)
def _stamp(name: str) -> str:
    try:
        return format((STATIC / name).stat().st_mtime_ns, "x")[-10:]
    except OSError:
        return "0"


def import_map() -> Markup:
    """Lets modules import each other by name (newel/page), each at its version."""
    return _import_map(request.script_root)


@lru_cache(maxsize=8)
def _import_map(root: str) -> Markup:
    modules = (path.relative_to(STATIC / "js").as_posix() for path in sorted((STATIC / "js").rglob("*.js")))
    places = {f"newel/{module.removesuffix('.js')}": asset(f"js/{module}") for module in modules}
    places["sortablejs"] = asset("vendor/sortable.js")
    places["decimal.js"] = asset("vendor/decimal.js")
    places["squire-rte"] = asset("vendor/squire.js")
    return _json({"imports": places})


def rule_modules() -> list[str]:
    """What a form with rules loads beside the scripts of every form, so that browsers fetch it all at once."""
    modules = [STATIC / "js" / "live.js", *(STATIC / "js" / "live").glob("*.js"), *(STATIC / "js" / "expressions").rglob("*.js")]
    return [asset(path.relative_to(STATIC).as_posix()) for path in (*modules, STATIC / "vendor" / "decimal.js")]


def browser_words() -> Markup:
    return _browser_words(language.spoken())


@lru_cache(maxsize=8)
def _browser_words(spoken: str) -> Markup:
    return _json({text: translated for text in BROWSER_WORDS if (translated := say(spoken, text)) != text})


def _json(value: Any) -> Markup:
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return Markup(text.replace("<", "\\u003c").replace("&", "\\u0026"))  # noqa: S704 - JSON with nothing left that ends a script


def theme() -> str:
    """light, dark, or auto: as the reader chose, else as the system says."""
    identity = g.get("identity")
    chosen = getattr(identity, "theme", None) if identity else None
    return chosen if chosen in THEMES else "auto"


def here_url() -> str:
    """This page's own address, to come back to."""
    return request.full_path if request.query_string else request.path


def shortcut_sheet() -> list[shortcuts.Group]:
    return shortcuts.sheet(language.spoken())


def _safe(html: str) -> Markup:
    return Markup(safe_html(html))  # noqa: S704 - the field type's own cleaner has just run


def _set(source: str) -> Markup:
    return Markup(markdown_html(source))  # noqa: S704 - the field type's own cleaner has just run


def is_safe_url(text: str) -> bool:
    """Whether a stored address may become a link."""
    return text.lower().startswith(("https://", "http://", "mailto:", "tel:"))


def relative(moment: datetime | date) -> str:
    """How long ago or ahead: "3 hours ago", "in 2 days"."""
    seen = viewer()
    if isinstance(moment, datetime):
        seconds = (moment - seen.now).total_seconds()
    else:
        seconds = (moment - seen.today).days * 86400.0
        if abs(seconds) < 2 * 86400:
            return t({-1: word("yesterday"), 0: word("today"), 1: word("tomorrow")}[round(seconds / 86400)])
    return _said(seconds)


_UNITS = (
    (60 * 60 * 24 * 365, "{n} year ago", word("{n} years ago"), "in {n} year", word("in {n} years")),
    (60 * 60 * 24 * 30, "{n} month ago", word("{n} months ago"), "in {n} month", word("in {n} months")),
    (60 * 60 * 24, "{n} day ago", word("{n} days ago"), "in {n} day", word("in {n} days")),
    (60 * 60, "{n} hour ago", word("{n} hours ago"), "in {n} hour", word("in {n} hours")),
    (60, "{n} minute ago", word("{n} minutes ago"), "in {n} minute", word("in {n} minutes")),
)


def _said(seconds: float) -> str:
    size = abs(seconds)
    for unit, one_past, many_past, one_ahead, many_ahead in _UNITS:
        if size >= unit:
            n = int(size // unit)
            return tn(one_past, many_past, n) if seconds < 0 else tn(one_ahead, many_ahead, n)
    return t("just now")


def full_date(moment: datetime | date) -> str:
    """A date without its time, in the reader's way."""
    from newel.metadata.field_types.moments import write_date

    seen = viewer()
    on = local(moment, seen.locale.time_zone).date() if isinstance(moment, datetime) else moment
    return write_date(on, seen.language.startswith("zh"))


def day(moment: datetime | date) -> str:
    """A date as short as can be understood: today, tomorrow, Nov 21; with the year where it is another."""
    seen = viewer()
    on = local(moment, seen.locale.time_zone).date() if isinstance(moment, datetime) else moment
    apart = (on - seen.today).days
    if -1 <= apart <= 1:
        return t({-1: word("Yesterday"), 0: word("Today"), 1: word("Tomorrow")}[apart])
    if on.year != seen.today.year:
        return full_date(on)
    if seen.language.startswith("zh"):
        return f"{on.month}月{on.day}日"
    return f"{on:%b} {on.day}"


def moment(at: datetime | date) -> str:
    """A moment of these days: its time where it is today, else its day."""
    from newel.metadata.field_types.moments import write_time

    seen = viewer()
    if isinstance(at, datetime) and local(at, seen.locale.time_zone).date() == seen.today:
        return write_time(local(at, seen.locale.time_zone), seen.language.startswith("zh"), seconds=False)
    return day(at)


_WEEKDAYS = (
    *(word("Monday"), word("Tuesday"), word("Wednesday"), word("Thursday")),
    *(word("Friday"), word("Saturday"), word("Sunday")),
)


def weekday(at: datetime | date) -> str:
    return t(_WEEKDAYS[(local(at, viewer().locale.time_zone) if isinstance(at, datetime) else at).weekday()])
