"""`make torture`: hostile pictures and URLs, faults, load, supply chain; one table, and `N passed, N failed`.

Parts may be named: `python -m torture pictures urls faults load supply`. ORIGINALS names a folder of pictures.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

from torture import journeys, load, pictures, properties, strikes, supply, urls
from torture.expected import Expected
from torture.originals import draw
from torture.tally import Tally
from torture.world import World, orphans, running

# Where a folder of pictures often lies, if ORIGINALS names none.
usual_folder = Path(__file__).resolve().parents[2] / "shared" / "pictures"
load_s = 60.0


def _pictures(tally: Tally) -> None:
    folder = Path(os.environ.get("ORIGINALS") or usual_folder)
    pictures.run(tally, pictures.corpus(brief=False, folder=folder))
    properties.run(tally, examples=400)


def _supply(tally: Tally) -> None:
    os.environ["MIRAGE_BUNDLE"] = "local"
    supply.run(tally, audit=True)


def _urls(tally: Tally, world: World, expected: Expected) -> None:
    urls.run(tally, world, expected, examples=300)


def _faults(tally: Tally, world: World, expected: Expected) -> None:
    strikes.run(tally, world, expected)
    journeys.run(tally, world, expected)


def _load(tally: Tally, world: World, expected: Expected) -> None:
    load.stampede(tally, world, expected)
    load.run(tally, world, expected, seconds=load_s)


alone: Mapping[str, Callable[[Tally], None]] = {"pictures": _pictures, "supply": _supply}
in_a_world: Mapping[str, Callable[[Tally, World, Expected], None]] = {"urls": _urls, "faults": _faults, "load": _load}


def run(tally: Tally, parts: set[str]) -> None:
    """Tries the parts, those with an emulator each in one of its own."""
    for name, part in alone.items():
        if name in parts:
            _say(name)
            part(tally)
            _say(tally.table().splitlines()[-1])
    for name, tried in in_a_world.items():
        if name in parts:
            _say(name)
            _in_a_world(tally, name, tried)
            _say(tally.table().splitlines()[-1])


def _in_a_world(tally: Tally, name: str, part: Callable[[Tally, World, Expected], None]) -> None:
    with tempfile.TemporaryDirectory(prefix="torture-") as folder:
        expected = Expected(versions=draw(Path(folder)))
        with running(Path(folder)) as world:
            part(tally, world, expected)
            supply.search_text(tally, "secrets in logs", name, world.log.read_text(encoding="utf-8", errors="replace"))
            supply.search_text(tally, "secrets in state", name, str(world.tell("GET", "/resources")))
            tree = world.tree()
        left = orphans(tree)
        tally.add("orphan processes", name, f"{len(left)} of {len(tree)} live on" if left else "")


def _say(text: str) -> None:
    """Tells whoever waits how far it is."""
    print(f"... {text}", file=sys.stderr, flush=True)


def main() -> int:
    """0 where nothing failed."""
    known = {*alone, *in_a_world}
    parts = set(sys.argv[1:]) or known
    if parts - known:
        print(f"Expected some of {', '.join(sorted(known))}, received {', '.join(sorted(parts - known))}.")
        return 2
    tally = Tally()
    try:
        run(tally, parts)
    except (AssertionError, OSError, subprocess.SubprocessError) as error:
        tally.add("torture itself", type(error).__name__, str(error)[:500])
    print(tally.table())
    return 1 if tally.failures else 0


if __name__ == "__main__":
    sys.exit(main())
