"""What people can do something about, said in a sentence instead of a traceback."""

from __future__ import annotations

from sqlalchemy.exc import DBAPIError, OperationalError

from newel.metadata.stumbling import refusal_of
from newel.metadata.words import word
from newel.runtime.commands.speaking import language, spoken
from newel.runtime.compiled import Broken
from newel.runtime.settings import Unusable
from newel.runtime.storage.applying import Refused
from newel.runtime.storage.catalog import NothingInstalled

NOTHING = word("Nothing is installed here yet. Run `newel init` first (NEWEL_HOME and NEWEL_DATABASE_URL say where).")


def explained(error: Exception) -> str | None:
    """The sentence for an error that is not a fault of the program; None for one that is."""
    if isinstance(error, NothingInstalled):
        return spoken(NOTHING)
    if isinstance(error, Unusable):
        return error.said.say(language())
    if isinstance(error, Refused):
        return "\n".join(each.shown(language()) for each in error.problems)
    if isinstance(error, Broken):
        said = spoken("What is installed does not compile with this version of Newel:")
        return f"{said}\n{error.problems.as_text(language())}"
    if isinstance(error, OperationalError):
        return spoken("The database can't be used: {reason}", reason=_reason(error))
    if isinstance(error, OSError) and error.filename is not None:
        return spoken("{path}: {reason}.", path=error.filename, reason=refusal_of(error))
    return None


def _reason(error: DBAPIError) -> str:
    return str(error.orig).strip().splitlines()[0]
