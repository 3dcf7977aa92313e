"""All verbs, in the order of `--help`."""

from __future__ import annotations

from collections.abc import Callable

import typer

from mirage.adopting import adopt
from mirage.doctor import doctor
from mirage.erase import erase
from mirage.explain import explain
from mirage.generated import generated
from mirage.pause import pause
from mirage.purge import purge
from mirage.resume import resume
from mirage.sign import sign, user
from mirage.smoke import smoke
from mirage.sweep import sweep
from mirage.upload import upload
from mirage.verb import verb
from mirage.verify import verify
from mirage.warm import warm

app = typer.Typer(
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)


@app.callback()
def mirage() -> None:
    """Looks after a Mirage stack: its originals, their variants, and CloudFront's copies.

    Without --stack or --outputs a verb is for the emulator that `make run` started.

    Exit status: 0 done, 1 not all of it, 2 not what was expected, 130 interrupted.
    """


verbs: tuple[Callable[..., int], ...] = (upload, explain, purge, verify, pause, resume, sign, user, doctor, smoke)
asking: tuple[Callable[..., int], ...] = (warm, generated, erase, adopt, sweep)
names = frozenset(each.__name__ for each in (*verbs, *asking))
for each in verbs:
    verb(app)(each)
for each in asking:
    verb(app, asks=True)(each)
