"""A miss from end to end: event in, original fetched, rendered, stored, answer out; ours and the peer's in turn."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import certifi
import trustme

from bench import events, places, processes
from bench.rounds import Budget, Spread, in_turn, spread
from bench.workers import Worker, clean_environment, other_cpu

credentials = {"AWS_ACCESS_KEY_ID": "BENCH", "AWS_SECRET_ACCESS_KEY": "bench", "AWS_SESSION_TOKEN": "bench"}
our_program = str(places.project / "bench" / "ours" / "edge.py")
peer_program = str(places.peer / "edge.cjs")
warm_cases = (
    ("photo-6mp.jpg", 720, "jpg"),
    ("photo-6mp.jpg", 720, "webp"),
    ("photo-6mp.jpg", 720, "avif"),
    ("photo-24mp.jpg", 1080, "jpg"),
    ("photo-24mp.jpg", 1080, "webp"),
)
cold_cases = warm_cases[:3]


@dataclass(frozen=True, slots=True, kw_only=True)
class Storage:
    """Where the stand-in for S3 listens, and the environments that lead both sides to it."""

    port: str
    ours: dict[str, str]
    peer: dict[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Missed:
    """One case; milliseconds. `time` is the ratio of the medians by the clock, since waiting is part of it."""

    name: str
    kind: str
    ours: Spread
    peer: Spread
    time: float
    cpu: float
    bytes_ratio: float


def measure(only: str, budget: Budget, say: Callable[[str], None]) -> list[Missed]:
    """Each case, warm, then cold; a cold peer as it comes, and as one bundled file."""
    found = []
    with storage() as at:
        for case in warm_cases:
            if only in f"miss warm {_name(*case)}":
                found.append(_said(_warm(at, *case, budget), say))
        for case in cold_cases:
            for peer in ("function.cjs", "bundled.cjs"):
                if only in f"miss cold {_name(*case)} {peer}":
                    found.append(_said(_cold(at, *case, peer, budget), say))
    return found


def _said(missed: Missed, say: Callable[[str], None]) -> Missed:
    say(
        f"{missed.kind:18} {missed.name:30} {missed.time:5.2f}x time ({missed.ours.median:.0f} ms, "
        f"{missed.peer.median:.0f} ms)  {missed.cpu:5.2f}x CPU"
    )
    return missed


@contextmanager
def storage() -> Iterator[Storage]:
    """The stand-in, running; with a certificate that both sides trust besides all others that they do."""
    places.made.mkdir(parents=True, exist_ok=True)
    authority = trustme.CA()
    names = ("*.s3.eu-central-1.amazonaws.com", "originals.localhost", "variants.localhost")
    certificate = places.made / "stand-in.pem"
    authority.issue_cert(*names).private_key_and_cert_chain_pem.write_to_path(str(certificate))
    own, all_of_them = places.made / "authority.pem", places.made / "authorities.pem"
    authority.cert_pem.write_to_path(str(own))
    all_of_them.write_bytes(Path(certifi.where()).read_bytes() + own.read_bytes())
    command = [sys.executable, str(places.project / "bench/stand_in.py"), str(places.pictures), str(certificate)]
    process = subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        text=True,
        env=clean_environment(),
        preexec_fn=lambda: os.sched_setaffinity(0, {other_cpu}),
    )
    try:
        port = process.stdout.readline().strip() if process.stdout is not None else ""
        peer = {"BENCH_S3": f"https://localhost:{port}", "NODE_EXTRA_CA_CERTS": str(own)}
        yield Storage(port=port, ours={**credentials, "SSL_CERT_FILE": str(all_of_them)}, peer={**credentials, **peer})
    finally:
        process.kill()
        process.wait()


def _name(picture: str, width: int, form: str) -> str:
    return f"{picture} → {width} {form}"


def _event(picture: str, width: int, form: str) -> dict[str, object]:
    return events.missing(f"/{picture}/e1,w={width},f={form}")


def our_command(at: Storage, mode: str) -> list[str]:
    return [places.python, "-I", "-S", our_program, str(places.zip_root), at.port, mode]


def peer_command(mode: str, function: str = "function.cjs") -> list[str]:
    return ["node", peer_program, mode, str(places.peer / function)]


def _warm(at: Storage, picture: str, width: int, form: str, budget: Budget) -> Missed:
    event = _event(picture, width, form)
    with Worker(our_command(at, "on"), env=at.ours) as ours, Worker(peer_command("on"), env=at.peer) as peer:
        rounds = in_turn((lambda: _ok(ours.ask(event)), lambda: _ok(peer.ask(event))), budget)
    wall = [spread([each["wall"] * 1000 for each in taken]) for taken in rounds]
    cpu = [spread([each["cpu"] for each in taken]).median for taken in rounds]
    return Missed(
        name=_name(picture, width, form),
        kind="miss warm",
        ours=wall[0],
        peer=wall[1],
        time=wall[0].median / wall[1].median,
        cpu=cpu[0] / cpu[1],
        bytes_ratio=rounds[0][0]["bytes"] / rounds[1][0]["bytes"],
    )


def _cold(at: Storage, picture: str, width: int, form: str, function: str, budget: Budget) -> Missed:
    event = json.dumps(_event(picture, width, form)) + "\n"
    rounds = in_turn(
        (
            lambda: _answered(processes.once(our_command(at, "once"), event, at.ours)),
            lambda: _answered(processes.once(peer_command("once", function), event, at.peer)),
        ),
        budget,
    )
    wall = [spread([each.wall for each in taken]) for taken in rounds]
    cpu = [spread([each.cpu for each in taken]).median for taken in rounds]
    return Missed(
        name=_name(picture, width, form),
        kind="miss cold" if function == "function.cjs" else "miss cold, bundled",
        ours=wall[0],
        peer=wall[1],
        time=wall[0].median / wall[1].median,
        cpu=cpu[0] / cpu[1],
        bytes_ratio=len(rounds[0][0].said) / len(rounds[1][0].said),
    )


def _ok(answer: dict[str, float]) -> dict[str, float]:
    if answer["status"] != 200:
        raise RuntimeError(f"Expected an answer of 200, received {answer}.")
    return answer


def _answered(spent: processes.Spent) -> processes.Spent:
    status = json.loads(spent.said)["status"]
    if status != "200":
        raise RuntimeError(f"Expected an answer of 200, received {spent.said[:400]}.")
    return spent
