"""Pictures: every case in a process with the Lambda's memory; each gives a picture or a documented error."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path

from torture import bombs, cells, damage
from torture.corpus import Case
from torture.tally import Tally
from variants.settings import Limits

documented = ("unsupported", "broken", "too-large", "too-many-pixels", "bad-option")
# What is hidden in the polyglots must not come out, and the limit of the work is the limit of the processor's time.
cpu_limit_s = Limits().image_timeout_s


def corpus(*, brief: bool, folder: Path | None = None) -> Iterator[Case]:
    """All cases."""
    own = damage.of_folder(folder) if folder is not None and folder.is_dir() else iter(())
    return chain(damage.damaged(brief=brief), damage.lies(), damage.disguises(), bombs.cases(brief=brief), own)


def run(tally: Tally, cases: Iterable[Case], workers: int = 2) -> None:
    """Tries the cases; the table shows the most memory and time that one took, by class."""
    worst: dict[str, tuple[float, float, str, str]] = {}
    for seen in cells.try_all(cases, workers):
        case, told = seen.case, seen.told
        tally.add(case.kind, case.name, wrong(seen))
        if told is None:
            continue
        most = worst.get(case.kind, (0.0, 0.0, "", ""))
        memory = (told["peak_mb"], case.name) if told["peak_mb"] > most[0] else (most[0], most[2])
        spent = (told["cpu_s"], case.name) if told["cpu_s"] > most[1] else (most[1], most[3])
        worst[case.kind] = (memory[0], spent[0], memory[1], spent[1])
    for kind, (peak_mb, cpu_s, hungry, slow) in worst.items():
        tally.see(kind, f"{peak_mb:.0f} MB at most ({hungry}), {cpu_s:.2f} s at most ({slow})")


def wrong(seen: cells.Seen) -> str:
    """What did not hold; empty where all did."""
    told = seen.told
    if told is None:
        return f"died, or said nothing for {cells.patience_s:.0f} s"
    if told["outcome"] not in ("picture", *documented):
        return f"{told['outcome']}: {told['said']}"
    if told["outcome"] == "picture" and (not told["said"] or seen.case.refused):
        return f"made a picture that it should not: {told['said']}"
    if told["peak_mb"] > cells.memory_mb:
        return f"took {told['peak_mb']:.0f} MB"
    return f"took {told['cpu_s']:.1f} s" if told["cpu_s"] > cpu_limit_s else ""
