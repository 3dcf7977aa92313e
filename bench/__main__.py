"""`make bench`: measures, prints the tables, and writes them with their charts into docs/performance.md.

ORIGINALS=folder: somebody's own pictures besides those that are drawn. ONLY=text: the cases whose names hold it, and
nothing is written but .mirage/bench/results.json. SECONDS_A_CASE: how long each is measured.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

from bench import chain_growth, engine, growth, install, machine, miss, passing, places, report, saved
from bench.cases import cases
from bench.report import Found
from bench.rounds import Budget


def say(line: str) -> None:
    print(line, flush=True)


def main() -> int:
    """0, where everything was measured."""
    started = time.monotonic()
    only = os.environ.get("ONLY", "")
    seconds = float(os.environ.get("SECONDS_A_CASE") or 2.0)
    originals = Path(os.environ["ORIGINALS"]).resolve() if os.environ.get("ORIGINALS") else None
    prepare()
    found = measure(originals, only, seconds)
    for name, lines in report.sections(found).items():
        say(f"\n{name.removeprefix('bench ')}\n" + "\n".join(lines))
    report.write_json(found, places.cache / "results.json")
    if not only:
        report.write(found)
        say("\nWritten: docs/performance.md, its charts, docs/performance.json, and the table of README.md.")
    say(f"{(time.monotonic() - started) / 60:.1f} minutes.")
    return 0


def prepare() -> None:
    """Nothing: what is compared and with what is there afterwards."""
    install.install(say)
    places.pictures.mkdir(parents=True, exist_ok=True)
    say("Drawing pictures, where they are not there yet ...")
    drawing = [str(places.quality_python), str(places.project / "bench/pictures.py"), str(places.pictures)]
    subprocess.run(drawing, check=True)


def measure(originals: Path | None, only: str, seconds: float) -> Found:
    """All that was asked for."""
    here, versions = machine.machine(), machine.versions()
    passed = passing.measure(Budget(seconds=2 * seconds, most=25), say) if only in "pass-through" else None
    misses = miss.measure(only, Budget(seconds=2 * seconds), say)
    chosen = [each for each in cases(originals) if only in f"{each.group} {each.name}"]
    results = engine.measure(chosen, Budget(seconds=seconds), say)
    curves = growth.measure(only, Budget(seconds=seconds, most=5), say) + chain_growth.measure(only, say)
    bytes_saved = saved.measure(originals, say) if only in "bytes" else []
    return Found(
        machine=here,
        versions=versions,
        conditions=machine.conditions(),
        engine=tuple(results),
        misses=tuple(misses),
        passing=passed,
        saved=tuple(bytes_saved),
        growth=tuple(curves),
    )


if __name__ == "__main__":
    sys.exit(main())
