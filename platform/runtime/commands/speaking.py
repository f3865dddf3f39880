"""Commands speak the language of whoever sits at the terminal: what they print, their help, and what is wrong with their use."""

from __future__ import annotations

import inspect
import os
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextvars import ContextVar
from typing import Any, NoReturn

import click

from newel.metadata.words import LANGUAGES, say, say_count, word

VARIABLE = "NEWEL_LANGUAGE"
_CHOSEN: ContextVar[str | None] = ContextVar("language", default=None)


def _choose(context: click.Context, option: click.Parameter, value: str | None) -> None:
    _CHOSEN.set(value)


CHOOSING = click.option(
    "--language",
    type=click.Choice(LANGUAGES),
    is_eager=True,
    expose_value=False,
    callback=_choose,
    help="What the commands speak; by default NEWEL_LANGUAGE, or the terminal's language.",
)


def language() -> str:
    """The language that was chosen for this command, else the terminal's."""
    return _CHOSEN.get() or of_environment(os.environ)


def of_environment(said: Mapping[str, str]) -> str:
    """What NEWEL_LANGUAGE says, else the locale, such as zh_CN.UTF-8; English where it is another."""
    found = next((said[name] for name in (VARIABLE, "LC_ALL", "LC_MESSAGES", "LANG") if said.get(name)), "")
    return "zh-CN" if found.casefold().startswith("zh") else "en"


def spoken(text: str, /, **params: Any) -> str:
    return say(language(), text, **params)


def spoken_count(one: str, many: str, n: int, /, **params: Any) -> str:
    return say_count(language(), one, many, n, **params)


def speak(text: str, /, *, err: bool = False, **params: Any) -> None:
    click.echo(spoken(text, **params), err=err)


def with_hint(sentence: str, near: str | None, otherwise: str = "") -> str:
    """A sentence about an unknown name, with the name that was most likely meant."""
    hint = spoken('Did you mean "{name}"?', name=near) if near else otherwise
    return spoken("{first} {second}", first=sentence, second=hint) if hint else sentence


# Help


def paragraphs(help_text: str) -> list[str]:
    """The paragraphs of a help text, each on one line: so the words know them."""
    return [" ".join(each.split()) for each in re.split(r"\n\s*\n", inspect.cleandoc(help_text))]


class _Formatter(click.HelpFormatter):
    """Writes help in the language of the terminal; Chinese takes twice the room of Latin letters."""

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        super().write_usage(prog, args, spoken("Usage: ") if prefix is None else prefix)

    def write_heading(self, heading: str) -> None:
        self.write(f"{'':>{self.current_indent}}{spoken('{heading}:', heading=spoken(heading))}\n")

    def write_text(self, text: str) -> None:
        super().write_text("\n\n".join(_of_help(each) for each in paragraphs(text)))

    def write_dl(self, rows: Iterable[tuple[str, str]], col_max: int = 30, col_spacing: int = 2) -> None:
        super().write_dl([(name, _of_option(told)) for name, told in rows], col_max, col_spacing)


_HEADINGS = (word("Options"), word("Commands"))
_ALWAYS = (word("Show this message and exit."), word("Show the version and exit."))


def _of_help(paragraph: str) -> str:
    head, found, command = paragraph.partition("Example: ")
    return spoken("Example: {command}", command=command) if found and not head else spoken(paragraph)


def _of_option(told: str) -> str:
    text, bracket, rest = told.partition("  [")
    said = spoken(text) if text else ""
    if not bracket:
        return said
    return f"{said}  [{rest.replace('default: ', spoken('default: ')).replace('required', spoken('required'))}"


class _Context(click.Context):
    formatter_class = _Formatter


class Command(click.Command):
    """A command whose help is in the language of the terminal."""

    context_class = _Context

    def get_short_help_str(self, limit: int = 45) -> str:
        """How its help begins, as the list of commands has it."""
        return re.split("[。：；]|[.:;](?: |$)", spoken(paragraphs(self.help or "")[0]))[0]


class Group(Command, click.Group):
    """Commands under one name."""

    command_class = Command


def command(name: str | None = None, **more: Any) -> Callable[[Callable[..., Any]], Command]:
    return click.command(name, cls=Command, **more)


def group(name: str | None = None, **more: Any) -> Callable[[Callable[..., Any]], Group]:
    return click.group(name, cls=Group, **more)


# Wrong use


class Speaking(Group):
    """The group of all commands: says in the language of the terminal what is wrong with their use."""

    def main(self, *args: Any, **extra: Any) -> Any:
        before = _CHOSEN.set(None)
        try:
            return self._run(lambda: super(Speaking, self).main(*args, **{**extra, "standalone_mode": False}))
        finally:
            _CHOSEN.reset(before)

    def _run(self, run: Callable[[], Any]) -> NoReturn:
        try:
            code = run()
        except click.ClickException as error:
            _show(error)
            code = error.exit_code
        except click.Abort:
            speak("Stopped.", err=True)
            code = 1
        except Exception as error:
            from newel.runtime.commands.faults import explained

            said = explained(error)
            if said is None:
                raise
            click.echo(said, err=True)
            code = 1
        sys.exit(code if isinstance(code, int) else 0)


def _show(error: click.ClickException) -> None:
    context = error.ctx if isinstance(error, click.UsageError) else None
    if context is not None:
        click.echo(context.get_usage(), err=True)
        speak("Try '{command} --help' for help.", command=context.command_path, err=True)
        click.echo(err=True)
    speak("Error: {message}", message=_of_click(error.format_message()), err=True)


# What click itself says, and how we say it; what else it may say stays English.
_CLICK = {
    r"No such option: (?P<name>\S+)": word("There is no option {name}."),
    r"No such option '(?P<name>[^']*)'\.": word("There is no option {name}."),
    r"Missing argument '(?P<name>[^']*)'\.": word("{name} is missing."),
    r"Missing option '(?P<name>[^']*)'\.": word("The option {name} is missing."),
    r"Missing command\.": word("Say which command."),
    r"Option '(?P<name>[^']*)' requires an argument\.": word("The option {name} needs a value."),
    r"Got unexpected extra arguments? \((?P<what>.*)\)": word("This is too much: {what}."),
    r"Invalid value for '(?P<name>[^']*)': \w+ '(?P<path>.*)' does not exist\.": word("{name}: there is no {path}."),
    r"Invalid value for '(?P<name>[^']*)': '(?P<value>.*)' is not one of (?P<choices>.*)\.": word(
        "{name}: {value} is none of {choices}."
    ),
    r"Invalid value for '(?P<name>[^']*)': (?P<value>.*) is not in the range (?P<range>.*)\.": word(
        "{name}: {value} is not in the range {range}."
    ),
    r"Invalid value for '(?P<name>[^']*)': '(?P<value>.*)' is not a valid [\w ]+\.": word("{name}: {value} is not a number."),
}


def _of_click(message: str) -> str:
    if language() == "en":
        return message
    for pattern, text in _CLICK.items():
        found = re.match(pattern, message)
        if found:
            return spoken(text, **found.groupdict())
    return message


def help_of(name: click.Command) -> Iterator[str]:
    """All that the help of a command and of those under it says: the words know it."""
    yield from paragraphs(name.help or "")
    yield from (each.help for each in name.params if isinstance(each, click.Option) and each.help)
    for each in name.commands.values() if isinstance(name, click.Group) else ():
        yield from help_of(each)
