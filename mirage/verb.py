"""What all verbs share: the options that name the stack, --json, and how they end."""

from __future__ import annotations

import functools
import inspect
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, get_type_hints

import typer
from botocore.exceptions import BotoCoreError, ClientError

from mirage import stack, stop
from mirage.stack import Stack
from mirage.stop import Stop
from mirage.voice import Voice

place = "The stack"
shared: dict[str, tuple[object, object]] = {
    "stack": (
        Annotated[str | None, typer.Option(rich_help_panel=place, help="A stack of Pulumi's, as in --stack prod.")],
        None,
    ),
    "outputs": (
        Annotated[
            Path | None,
            typer.Option(rich_help_panel=place, help="A file of what `pulumi stack output --json` printed."),
        ],
        None,
    ),
    "emulator": (
        Annotated[
            bool,
            typer.Option(
                "--emulator", rich_help_panel=place, help="What `make run` started; the default where it runs."
            ),
        ],
        False,
    ),
    "at": (
        Annotated[str | None, typer.Option(rich_help_panel=place, help="Which emulator, by the URL of its site.")],
        None,
    ),
    "as_json": (Annotated[bool, typer.Option("--json", help="One JSON object a line, for scripts.")], False),
}
yes_option = (Annotated[bool, typer.Option("--yes", help="Do not ask first.")], False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Here:
    """What a verb works with."""

    voice: Voice
    asked: stack.Asked

    def stack(self) -> Stack:
        """The stack that is meant. Raises Stop."""
        return stack.find(self.asked)


def verb(app: typer.Typer, *, asks: bool = False) -> Callable[[Callable[..., int]], Callable[..., None]]:
    """Makes a command of a function that takes `here` and gives the exit status; its docstring is the help.

    `asks`: it asks before it does something, and has --yes.
    """
    more = {**shared, "yes": yes_option} if asks else shared

    def declare(work: Callable[..., int]) -> Callable[..., None]:
        @functools.wraps(work)
        def command(**given: object) -> None:
            common = {name: given.pop(name) for name in more}
            raise typer.Exit(_run(work, common, given))

        hints = get_type_hints(work, include_extras=True)
        own = [
            each.replace(annotation=hints[name], kind=inspect.Parameter.KEYWORD_ONLY)
            for name, each in inspect.signature(work).parameters.items()
            if name != "here"
        ]
        added = [
            inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=annotation)
            for name, (annotation, default) in more.items()
        ]
        command.__signature__ = inspect.Signature([*own, *added])  # type: ignore[attr-defined]
        command.__annotations__ = {each.name: each.annotation for each in [*own, *added]}
        app.command(short_help=(work.__doc__ or "").partition("\n")[0])(command)
        return command

    return declare


def _run(work: Callable[..., int], common: dict[str, object], given: dict[str, object]) -> int:
    """The verb's exit status; whatever goes wrong is a sentence."""
    voice = Voice(as_json=common.pop("as_json") is True, yes=common.pop("yes", False) is True)
    try:
        return work(here=Here(voice=voice, asked=stack.Asked(**common)), **given)  # type: ignore[arg-type]
    except Stop as why:
        voice.fail(str(why))
        return why.status
    except ClientError as why:
        voice.fail(_refused(why))
        return stop.misused
    except BotoCoreError as why:
        voice.fail(f"The network or the credentials failed: {str(why).rstrip('.')}. So far: {voice.so_far()}")
        return stop.incomplete
    except KeyboardInterrupt:
        voice.fail(f"Interrupted: {voice.so_far()}")
        return stop.interrupted
    except BrokenPipeError:  # whoever read along has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return stop.done


def _refused(why: ClientError) -> str:
    error = why.response.get("Error", {})
    is_forbidden = why.response.get("ResponseMetadata", {}).get("HTTPStatusCode") == 403
    lacking = " (these credentials lack the right, or are another account's)" if is_forbidden else ""
    return f"AWS refused {why.operation_name}: {error.get('Code', '')}: {error.get('Message', '')}{lacking}"
