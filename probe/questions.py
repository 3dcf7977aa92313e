"""What is asked of a deployed probe: each question gives a switch of emulator/switches.py its answer."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import urllib3

most_requests = 60
at_once = 8
Value = bool | str


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def is_hit(self) -> bool:
        return self.headers.get("x-cache", "").startswith("Hit")


@dataclass(slots=True, kw_only=True)
class Deployed:
    """The stack as it can be asked. `invalidate` returns when CloudFront says that it is done.

    `slow_s`: how long the edge function sleeps where an invalidation is to overtake it, at most 25.
    """

    url: str
    invalidate: Callable[[Sequence[str]], None]
    slow_s: float = 25.0
    asked: int = 0
    pool: urllib3.PoolManager = field(default_factory=lambda: urllib3.PoolManager(maxsize=at_once, retries=False))

    def ask(self, path: str, method: str = "GET", **headers: str) -> Answer:
        """Raises RuntimeError beyond the bound of a run."""
        self.asked += 1
        if self.asked > most_requests:
            raise RuntimeError(f"Expected at most {most_requests} requests in a run.")
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        made = self.pool.request(
            method,
            self.url + path,
            headers=sent,
            redirect=False,
            timeout=60,
            preload_content=True,
            decode_content=False,
        )
        found = {name.lower(): value for name, value in made.headers.items()}
        return Answer(status=made.status, headers=found, body=made.data)


def fresh(kind: str) -> str:
    """A path that nobody asked for before."""
    return f"/{kind}/{uuid.uuid4().hex}"


def encoded_body(on: Deployed) -> dict[str, Value]:
    """(a) 900,000 bytes are 1.2 MB as base64: refused where the text counts."""
    status = on.ask(fresh("large")).status
    return {"encoded_body_is_counted": status != 200} if status in (200, 502) else {}


def event(on: Deployed) -> dict[str, Value]:
    """(b) What the event says of an origin behind access control."""
    said = json.loads(on.ask(fresh("event")).body)
    return {"event_auth_method": str(said["authMethod"]), "event_region": str(said["region"])}


def stale_length(on: Deployed) -> dict[str, Value]:
    """(c) A content-length that no longer fits the body."""
    return {"stale_content_length_is_refused": on.ask(fresh("stale")).status != 200}


def head(on: Deployed) -> dict[str, Value]:
    """(d) The method that the origin is asked by, for a HEAD that misses."""
    return {"head_is_forwarded": on.ask(fresh("method"), "HEAD").headers.get("x-probe-method") == "HEAD"}


def repaired(on: Deployed) -> dict[str, Value]:
    """(f) X-Cache of a 404 that became a 200."""
    said = on.ask(fresh("plain")).headers.get("x-cache", "")
    return {"repaired_answer_is_plain": not said.startswith("Lambda")}


def compressed(on: Deployed) -> dict[str, Value]:
    """(l) A text that the function made."""
    return {"made_bodies_are_compressed": "content-encoding" in on.ask(fresh("text"), accept_encoding="gzip").headers}


def shared(on: Deployed) -> dict[str, Value]:
    """Simultaneous requests for what may not be kept."""
    path = fresh("slow/2/drop")
    with ThreadPoolExecutor(at_once) as pool:
        bodies = {each.body for each in pool.map(lambda _: on.ask(path), range(at_once))}
    return {"uncacheable_is_shared": len(bodies) < at_once}


def tagged(on: Deployed) -> dict[str, Value]:
    """An error that is kept, and purged by its tag; no answer where it is not kept."""
    path = fresh("tagged")
    on.ask(path)
    if not on.ask(path).is_hit and on.ask(path).headers.get("x-cache", "").startswith("Miss"):
        return {}
    before = on.ask(path).body
    on.invalidate(["#probe-tag"])
    return {"error_answers_are_tagged": on.ask(path).body != before}


def in_flight(on: Deployed) -> dict[str, Value]:
    """An answer that an invalidation overtakes; no answer where the invalidation took longer."""
    path = fresh(f"slow/{on.slow_s:g}/keep")
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(on.ask, path)
        on.invalidate([path])
        overtook = not first.done()
        before = first.result().body
    return {"answers_in_flight_survive_invalidation": on.ask(path).body == before} if overtook else {}


def selected(on: Deployed) -> dict[str, Value]:
    """The same path from another origin, that the function selects."""
    path = fresh("plain")
    before = on.ask(path).body
    return {"selected_origin_is_in_key": on.ask(path, x_probe_origin="b").body != before}


def left(on: Deployed) -> dict[str, Value]:
    """What the viewer-response function sees of the other's request."""
    said = on.ask("/there.txt").headers.get("x-probe-saw")
    return {} if said is None else {"response_event_has_rewritten_request": said == "left"}


questions = (
    encoded_body,
    event,
    stale_length,
    head,
    repaired,
    compressed,
    shared,
    tagged,
    in_flight,
    selected,
    left,
)


def ask_all(on: Deployed, say: Callable[[str], None] = lambda line: None) -> dict[str, Value]:
    """The switches that were answered; one question that fails is no reason to leave the others."""
    found: dict[str, Value] = {}
    for question in questions:
        name = question.__name__.replace("_", " ")
        try:
            answered = question(on)
        except (urllib3.exceptions.HTTPError, ValueError, KeyError) as error:
            say(f"{name}: no answer ({type(error).__name__}: {error})")
            continue
        found |= answered
        say(f"{name}: {', '.join(f'{key}={value!r}' for key, value in answered.items()) or 'no answer'}")
    return found
