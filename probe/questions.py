"""What is asked of a deployed probe: each question gives a switch of emulator/switches.py its answer.

A question answers only what it has seen for certain: an error in the function's place, a copy that is not kept, a
second edge location or a slow invalidation leave it open, with the reason.
"""

from __future__ import annotations

import contextlib
import json
import time
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import count

import urllib3

most_requests = 100
at_once = 8
Value = bool | str


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def is_made(self) -> bool:
        """Whether the edge function made it."""
        return "x-probe-made" in self.headers


@dataclass(slots=True, kw_only=True)
class Deployed:
    """The stack as it can be asked. `invalidate` returns when CloudFront says that it is done.

    `slow_s`: how long the edge function sleeps where an invalidation is to overtake it, at most 25. `pause_s`: between
    two looks at a stack that does not answer yet.
    """

    url: str
    invalidate: Callable[[Sequence[str]], None]
    slow_s: float = 25.0
    pause_s: float = 15.0
    asked: Iterator[int] = field(default_factory=lambda: count(1))
    pool: urllib3.PoolManager = field(default_factory=lambda: urllib3.PoolManager(maxsize=at_once, retries=False))

    def ask(self, path: str, method: str = "GET", **headers: str) -> Answer:
        """Raises RuntimeError beyond the bound of a run."""
        if next(self.asked) > most_requests:
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


class Open(Exception):
    """A question that keeps its default; the text says why."""


def fresh(kind: str) -> str:
    """A path that nobody asked for before."""
    return f"/{kind}/{uuid.uuid4().hex}"


def made(on: Deployed, path: str, method: str = "GET", **headers: str) -> Answer:
    """The answer, as the edge function made it. Raises Open for any other."""
    answer = on.ask(path, method, **headers)
    if not answer.is_made:
        raise Open(f"the edge function did not answer, but {answer.status}")
    return answer


def kept(on: Deployed, path: str) -> bytes:
    """The body that CloudFront keeps for a path. Raises Open where it is another at each request."""
    first, second = made(on, path).body, made(on, path).body
    if first != second:
        raise Open("nothing is kept")
    return first


def is_refused(on: Deployed, path: str, whole_bytes: int, *, beside: str) -> bool:
    """Whether CloudFront refuses what the edge function makes, where it takes what lies beside it.

    Raises Open where it takes neither, or not the whole.
    """
    made(on, beside)
    answer = on.ask(path)
    if answer.status != 502 and not (answer.is_made and len(answer.body) == whole_bytes):
        raise Open(f"{answer.status} with {len(answer.body)} of {whole_bytes} bytes")
    return answer.status == 502


def is_object(on: Deployed, path: str, status: int) -> bool:
    """Whether the bucket's object is the answer, under a status. Raises Open where the function made none either."""
    answer = on.ask(path)
    if answer.status != status or not (answer.is_made or answer.body.startswith(b"there")):
        raise Open(f"{answer.status}, and neither the object nor made")
    return not answer.is_made


def bodies_at_once(on: Deployed, path: str) -> set[bytes]:
    """The bodies that simultaneous requests get: as many as there were calls of the function."""
    with ThreadPoolExecutor(at_once) as pool:
        return {each.body for each in pool.map(lambda _: made(on, path), range(at_once))}


def encoded_body(on: Deployed) -> dict[str, Value]:
    """(a) 900,000 bytes are 1.2 MB as base64, refused where the text counts; 700,000 are 0.93 MB."""
    beside = fresh("large/700000")
    return {"encoded_body_is_counted": is_refused(on, fresh("large/900000"), 900_000, beside=beside)}


def event(on: Deployed) -> dict[str, Value]:
    """(b) What the event says of an origin behind access control."""
    said = json.loads(made(on, fresh("event")).body)
    return {"event_auth_method": str(said["authMethod"]), "event_region": str(said["region"])}


def stale_length(on: Deployed) -> dict[str, Value]:
    """(c) A content-length of 3 beside more than three bytes."""
    whole_bytes, beside = len("more than three bytes"), fresh("plain")
    return {"stale_content_length_is_refused": is_refused(on, fresh("stale"), whole_bytes, beside=beside)}


def head(on: Deployed) -> dict[str, Value]:
    """(d) The method that the function sees, for a HEAD that misses."""
    return {"head_is_forwarded": made(on, fresh("method"), "HEAD").headers["x-probe-method"] == "HEAD"}


def repaired(on: Deployed) -> dict[str, Value]:
    """(f) X-Cache of a 404 that became a 200."""
    return {"repaired_answer_is_plain": not made(on, fresh("plain")).headers["x-cache"].startswith("Lambda")}


def before_failover(on: Deployed) -> dict[str, Value]:
    """(e) The origin whose missing object the function repairs, in a group that fails over where one is missing."""
    origins = {b"/a": True, b"/b": False}
    body = made(on, fresh("group")).body
    if body not in origins:
        raise Open("the function names no origin of the group")
    return {"function_runs_before_failover": origins[body]}


def after_repair(on: Deployed) -> dict[str, Value]:
    """(g) Whether the viewer-response function left its mark on a 404 that became a 200."""
    return {"response_function_runs_on_repaired": "x-probe-saw" in made(on, fresh("plain")).headers}


def error_page(on: Deployed) -> dict[str, Value]:
    """(h) A 404 that became a 405, which has a page."""
    return {"error_page_goes_by_repaired_status": is_object(on, fresh("status/405"), 405)}


def ranged(on: Deployed) -> dict[str, Value]:
    """Four bytes of what the function just made."""
    return {"made_bodies_are_cut": len(made(on, fresh("plain"), range="bytes=0-3").body) == 4}


def root_object(on: Deployed) -> dict[str, Value]:
    """The root, which the viewer-request function writes anew, and which has an object."""
    return {"root_object_comes_after_function": not is_object(on, "/", 200)}


def compressed(on: Deployed) -> dict[str, Value]:
    """(l) Texts that the function made, beside one of the bucket. CloudFront does not compress all that it could."""
    if "content-encoding" not in on.ask("/there.txt", accept_encoding="gzip").headers:
        raise Open("the bucket's text is not compressed either")
    texts = [made(on, fresh("text"), accept_encoding="gzip") for _ in range(3)]
    return {"made_bodies_are_compressed": any("content-encoding" in each.headers for each in texts)}


def shared(on: Deployed) -> dict[str, Value]:
    """Simultaneous requests for what may not be kept, where those for what may be kept share answers."""
    keep, drop = (fresh(f"slow/{on.slow_s / 4:g}/{each}") for each in ("keep", "drop"))
    if len(bodies_at_once(on, keep)) == at_once:
        raise Open("no request waits for another")
    return {"uncacheable_is_shared": len(bodies_at_once(on, drop)) < at_once}


def tagged(on: Deployed) -> dict[str, Value]:
    """An error that is kept, and purged by its tag; a success of the same tag must go as well."""
    error, success = fresh("tagged/415"), fresh("tagged/200")
    before, other = kept(on, error), kept(on, success)
    on.invalidate(["#probe-tag"])
    if made(on, success).body == other:
        raise Open("the tag purges nothing")
    return {"error_answers_are_tagged": made(on, error).body != before}


def in_flight(on: Deployed) -> dict[str, Value]:
    """An answer that an invalidation overtakes."""
    path = fresh(f"slow/{on.slow_s:g}/keep")
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(made, on, path)
        time.sleep(on.slow_s / 10)  # the function has it now
        on.invalidate([path])
        if first.done():
            raise Open("the invalidation took longer than the answer")
    return {"answers_in_flight_survive_invalidation": kept(on, path) == first.result().body}


def selected(on: Deployed) -> dict[str, Value]:
    """The same path from another origin, that the function selects, between two requests for the first."""
    path = fresh("plain")
    before = kept(on, path)
    other = made(on, path, x_probe_origin="b").body
    if made(on, path).body != before:
        raise Open("the copy does not stay")
    return {"selected_origin_is_in_key": other != before}


def varied(on: Deployed) -> dict[str, Value]:
    """A Vary of the function's that names a header which no policy forwards."""
    return {"vary_of_buckets_is_filtered": "x-probe-unseen" not in made(on, fresh("plain")).headers.get("vary", "")}


def left(on: Deployed) -> dict[str, Value]:
    """What the viewer-response function sees of the other's request."""
    return {"response_event_has_rewritten_request": on.ask("/there.txt").headers["x-probe-saw"] == "left"}


questions = (
    encoded_body,
    event,
    stale_length,
    head,
    before_failover,
    repaired,
    after_repair,
    error_page,
    compressed,
    shared,
    tagged,
    in_flight,
    ranged,
    root_object,
    selected,
    varied,
    left,
)


def ask_all(on: Deployed, say: Callable[[str], None] = lambda line: None) -> tuple[dict[str, Value], list[str]]:
    """The switches that were answered, and the questions that were not: one that fails leaves the others.

    Raises RuntimeError where the stack never answers.
    """
    wait(on)
    found: dict[str, Value] = {}
    unanswered: list[str] = []
    for question in questions:
        name = question.__name__.replace("_", " ")
        try:
            answered = question(on)
        except (Open, RuntimeError, urllib3.exceptions.HTTPError, ValueError, KeyError) as why:
            unanswered.append(name)
            say(f"{name}: no answer ({type(why).__name__}: {why})")
            continue
        found |= answered
        say(f"{name}: {', '.join(f'{key}={value!r}' for key, value in answered.items())}")
    return found, unanswered


def wait(on: Deployed) -> None:
    """Nothing; the name resolves, and CloudFront may read the bucket. Raises RuntimeError after five minutes."""
    for _ in range(20):
        with contextlib.suppress(urllib3.exceptions.HTTPError):
            if on.ask("/there.txt").status == 200:
                return
        time.sleep(on.pause_s)
    raise RuntimeError("The stack is there, and does not answer.")
