"""What a verb says: sentences for people, or with --json one JSON object a line; progress on standard error."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

from rich.console import Console
from rich.progress import Progress

T = TypeVar("T")


class Voice:
    """`so_far` is asked where the work is interrupted: what is done, and how it goes on."""

    def __init__(self, *, as_json: bool, yes: bool = False) -> None:
        self.as_json = as_json
        self.yes = yes
        self.so_far: Callable[[], str] = lambda: "nothing was changed."

    def tell(self, sentence: str, **facts: object) -> None:
        """Nothing: the sentence is said, or with --json the facts are."""
        text = json.dumps(facts, ensure_ascii=False) if self.as_json else sentence
        print(text, flush=True)

    def remark(self, sentence: str) -> None:
        """Nothing: a sentence beside the result, which no script reads."""
        print(sentence, file=sys.stderr, flush=True)

    def fail(self, sentence: str) -> None:
        """Nothing: why the verb ends early, on standard error; with --json as an object with `error`."""
        print(json.dumps({"error": sentence}, ensure_ascii=False) if self.as_json else sentence, file=sys.stderr)

    def watched(self, work: Iterable[T], label: str, total: int | None = None) -> Iterator[T]:
        """The items of the work, with a bar where a person looks on."""
        if self.as_json or not sys.stderr.isatty():
            yield from work
            return
        with Progress(console=Console(stderr=True), transient=True) as progress:
            task = progress.add_task(label, total=total)
            for each in work:
                progress.advance(task)
                yield each

    def agrees(self, question: str) -> bool:
        """Whether the person says yes; --yes says so beforehand, and where nobody can be asked it is no."""
        if self.yes:
            return True
        if not sys.stdin.isatty():
            self.remark(f"{question} Nobody can be asked here: say --yes.")
            return False
        print(f"{question} [y/N] ", end="", file=sys.stderr, flush=True)
        return sys.stdin.readline().strip().lower() in ("y", "yes")
