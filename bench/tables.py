"""The measurements as tables, for the terminal and for docs/performance.md alike."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from bench.engine import Result, most_bytes, most_loss
from bench.growth import Curve
from bench.miss import Missed
from bench.passing import Passed
from bench.rounds import Spread
from bench.saved import Saved
from bench.targets import Target


def of_targets(targets: Sequence[Target]) -> Iterator[str]:
    yield "| what | target | measured | single cases | |"
    yield "| --- | --- | --- | --- | --- |"
    for each in targets:
        digits = 3 if each.value < 0.1 else 2
        low_high = f"{each.low:.2f}–{each.high:.2f}, {each.cases}" if each.cases > 1 else ""
        left_out = f"; {each.left_out} not counted" if each.left_out else ""
        verdict = "met" if each.is_met else f"missed. {each.reason}".strip()
        yield f"| {each.name} | ≤ {each.most:g} | **{each.value:.{digits}f}** | {low_high}{left_out} | {verdict} |"


def of_engine(results: Sequence[Result]) -> Iterator[str]:
    yield "| case | ours, ms | sharp, ms | time | by the clock | memory | bytes | quality | at sharp's q |"
    yield "| --- | --- | --- | --- | --- | --- | --- | --- | --- |"
    for each in results:
        time = f"**{each.time:.2f}**" + ("" if each.counts else " ✗")
        yield (
            f"| {each.name} | {_spread(each.ours)} | {_spread(each.peer)} | {time} | {each.wall:.2f} "
            f"| {each.memory:.2f} ({each.our_mb:.0f} MB) | {each.bytes:,} ({each.bytes_ratio:.2f}) "
            f"| {each.score:.1f} ({each.score_change:+.1f}) | {each.peer_quality or ''} |"
        )
    yield ""
    yield f"✗: not counted, since it has more than {most_bytes:.2f} times the bytes or lost more than {most_loss:g}."


def of_misses(results: Sequence[Missed]) -> Iterator[str]:
    yield "| miss | picture | ours, ms | peer, ms | time | CPU | bytes |"
    yield "| --- | --- | --- | --- | --- | --- | --- |"
    for each in results:
        yield (
            f"| {each.kind.removeprefix('miss ')} | {each.name} | {_spread(each.ours)} | {_spread(each.peer)} "
            f"| **{each.time:.2f}** | {each.cpu:.2f} | {each.bytes_ratio:.2f} |"
        )


def of_passing(passed: Passed | None) -> Iterator[str]:
    yield "| pass-through | ms |"
    yield "| --- | --- |"
    if passed is not None:
        yield f"| an interpreter that does nothing | {_spread(passed.bare)} |"
        yield f"| … and hands on an answer | {_spread(passed.ours)} |"
        yield f"| an interpreter with AWS's runtime client | {_spread(passed.runtime)} |"
        yield f"| … and hands on an answer | {_spread(passed.ours_on_runtime)} |"
        warm = passed.warm_cpu
        yield f"| warm, CPU of a call | {warm.median:.4f} ({warm.low:.4f}–{warm.high:.4f}) |"


def of_saved(found: Sequence[Saved]) -> Iterator[str]:
    yield "| width | pictures | originals | taking | Mirage | of originals | sharp's defaults | of sharp's |"
    yield "| --- | --- | --- | --- | --- | --- | --- | --- |"
    named = {"jpg": "JPEG and PNG", "webp": "WebP", "avif": "AVIF"}
    for each in found:
        for form, name in named.items():
            ours, peer = each.ours[form], each.peer[form]
            yield (
                f"| {each.width} | {each.pictures} | {each.originals:,} | {name} | {ours:,} "
                f"| {ours / each.originals:.1%} | {peer:,} | {ours / peer:.2f} |"
            )


def of_curves(curves: Sequence[Curve]) -> Iterator[str]:
    for each in curves:
        yield f"![{each.title}](images/bench-{each.name}.svg)"
        yield ""


def of_machine(machine: Mapping[str, object], versions: Mapping[str, str]) -> Iterator[str]:
    cpus = f"{machine['cpu']}, {machine['cpus']} CPUs of which one is timed, {machine['memory_gb']} GB"
    yield f"{machine['date']}, {cpus}, {machine['system']}; load {machine['load']} at the beginning. "
    yield ", ".join(f"{name} {version}" for name, version in versions.items()) + "."


def _spread(found: Spread) -> str:
    digits = 1 if found.median < 100 else 0
    return f"{found.median:.{digits}f} ({found.low:.{digits}f}–{found.high:.{digits}f})"
