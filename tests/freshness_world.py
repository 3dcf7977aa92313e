"""A world of one clock: originals, store, two layers of CloudFront, S3's events, the queue. The product's code runs in
it, each invocation a thread of its own, and stops before and after everything that it does to the world: which goes
on, how long it takes, and who dies there, chance decides by a seed.
"""

from __future__ import annotations

import base64
import json
import random
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from edge.origin_response import Server
from edge.origin_response import respond as answer_edge
from origin.original_changed import respond
from origin.region import Chosen, Region
from tests.fakes import FakeBucket, FakeCounter, FakeImaging, FakePictures, FakeSource, md5, settings
from tests.freshness_bench import event
from variants import headers
from variants.settings import Settings
from variants.sources import Original
from variants.store import Stored
from variants.timing import Clock, Deadline, Stopwatch
from variants.work import Work

# The premises of the bound (docs/decisions/freshness.md).
maker_s, flight_s, region_s, event_s, window_s, second_sweep_s = 30, 25, 20, 45, 2, 60
bound_s = event_s + region_s + second_sweep_s + window_s + region_s
retries_s = (60, 120)
visibility_s, most_received = 1800, 4


class Killed(BaseException):
    """The process is gone, in the middle of its work."""


class Actor:
    """One invocation. It runs while it is its turn, and until its next step; by `until` it has ended or is killed."""

    def __init__(self, work: Callable[[], None], until: float, *, mortal: bool, ended: Callable[[bool], None]) -> None:
        self.until, self.mortal, self.is_over, self.error = until, mortal, False, None
        self.is_slow = False
        self._mine, self._theirs, self._dies = threading.Semaphore(0), threading.Semaphore(0), False
        self._work, self._ended = work, ended
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        self._mine.acquire()
        succeeded = False
        try:
            if not self._dies:
                self._work()
                succeeded = True
        except Killed:
            pass
        except Exception as error:  # Shown by the scheduler's thread; Lambda would try again.
            self.error = error
        self.is_over = True
        self._ended(succeeded)
        self._theirs.release()

    def go(self, *, dies: bool = False) -> None:
        """Returns at the actor's next step, or its end."""
        self._dies = dies
        self._mine.release()
        self._theirs.acquire()
        if self.is_over:
            self._thread.join()

    def step(self) -> None:
        """Called from within: somebody else's turn."""
        self._theirs.release()
        self._mine.acquire()
        if self._dies:
            raise Killed


@dataclass
class Due:
    """Something that begins by itself at its time."""

    at: float
    begin: Callable[[], None]


@dataclass
class Note:
    body: str
    visible_at: float
    received: int = 0


@dataclass
class Served:
    """What a viewer got: at what time, of which original, which bytes (None: that there is no such original)."""

    at: float
    path: str
    body: bytes | None


@dataclass
class Change:
    """What an original became. `handled_at`: when its event was dealt with and nothing of it was under way any more.

    `is_of_version`: it became that because a version was removed, and its event may tell of nothing else.
    """

    at: float
    path: str
    body: bytes | None
    handled_at: float | None = None
    is_done: bool = False
    is_of_version: bool = False


@dataclass
class Copy:
    status: str
    body: bytes
    until: float
    tag: str


class World:
    def __init__(self, seed: int, *, crashes: bool, losses: bool) -> None:
        self.now = 1_800_000_000.0
        self.crashes, self.losses = crashes, losses
        self._random = random.Random(seed)
        self.actors: list[Actor] = []
        self.current: Actor | None = None
        self.due: list[Due] = []
        self.notes: list[Note] = []
        self.served: list[Served] = []
        self.changes: list[Change] = []
        self.dead = 0
        self.is_calm = False
        self.edge_cache: dict[str, Copy] = {}
        self.shield_cache: dict[str, Copy] = {}
        self.originals = SteppingBucket(self)
        self.variants = SteppingBucket(self)
        self.variants.other = self.originals
        self._polling = 0

    # Chance

    def choose(self, count: int) -> int:
        """A number below `count`."""
        return self._random.randrange(count)

    def one_in(self, count: int) -> bool:
        return self.choose(count) == count - 1

    # The scheduler

    def start(
        self, work: Callable[[], None], lasts_s: float, *, mortal: bool = True, ended: Callable[[bool], None]
    ) -> None:
        actor = Actor(work, self.now + lasts_s, mortal=mortal, ended=ended)
        actor.is_slow = not self.is_calm and self.one_in(3)
        self.actors.append(actor)

    def step(self) -> None:
        if self.current is not None:
            self.current.step()

    def later(self, seconds: float, begin: Callable[[], None]) -> None:
        self.due.append(Due(self.now + seconds, begin))

    def run(self) -> None:
        """Until nothing is under way and nothing is due."""
        while self.actors or self.due or self.notes:
            self._begin_due()
            if self.actors:
                self._turn()
                self._pass()
            else:
                times = [*(each.at for each in self.due), *(each.visible_at for each in self.notes)]
                self.now = max(self.now, min(times, default=self.now))
        self._settle()

    def _turn(self) -> None:
        """One of the quick goes on, now and then one of the slow, and at once whoever has no time left."""
        overdue = [each for each in self.actors if each.until <= self.now]
        quick = [each for each in self.actors if not each.is_slow] if not self.one_in(12) else self.actors
        if not overdue and not quick:
            return
        actor = overdue[0] if overdue else quick[self.choose(len(quick))]
        killed = (bool(overdue) and actor.mortal) or (self.crashes and self.one_in(30))
        self.current = actor
        actor.go(dies=killed)
        self.current = None
        if actor.is_over:
            self.actors.remove(actor)
            if actor.error is not None:
                raise actor.error
        self._settle()

    def _pass(self) -> None:
        """Time goes on, but not beyond what must have happened by then."""
        is_quick = any(not each.is_slow for each in self.actors)
        wanted = ((0.0, 0.0, 0.0, 0.01, 0.1, 0.5) if is_quick else (0.2, 0.5, 1.0, 2.0, 5.0, 9.0))[self.choose(6)]
        latest = min((each.until for each in self.actors), default=self.now)
        self.now = max(self.now, min(self.now + wanted, latest))

    def _begin_due(self) -> None:
        for each in [each for each in self.due if each.at <= self.now]:
            self.due.remove(each)
            each.begin()
        if self._polling < 2 and any(each.visible_at + window_s <= self.now for each in self.notes):
            self._poll()
        elif not self.actors and any(each.visible_at <= self.now for each in self.notes):
            self.now += window_s

    def _settle(self) -> None:
        """Marks the changes whose event was dealt with, once no note is left."""
        if not self.notes and not self._polling:
            for each in self.changes:
                if each.is_done and each.handled_at is None:
                    each.handled_at = self.now

    # S3

    def change(self, path: str, body: bytes | None, name: str, version: str = "") -> None:
        """The original becomes that, and an event of it travels: late, twice, or never."""
        if body is None:
            self.originals.bodies.pop(path, None)
        else:
            self.originals.bodies[path] = body
        change = Change(self.now, path, body, is_of_version=bool(version))
        self.changes.append(change)
        if self.losses and self.one_in(6):
            return
        for _ in range(1 + self.one_in(4)):
            delay_s = (0.0, 0.3, 1.0, 2.0, event_s * self.choose(256) / 255)[self.choose(5)]
            self.later(delay_s, lambda: self._deliver(change, event(path, name=name, version=version)))

    def change_heard(self, path: str) -> None:
        """An event of the original as it is now, dealt with to its end."""
        found = Change(self.now, path, self.originals.bodies.get(path))
        self._deliver(found, event(path))
        self.run()

    def _deliver(self, change: Change, said: dict, tried: int = 0) -> None:
        def ended(succeeded: bool) -> None:
            if succeeded:
                change.is_done = True
            elif tried < len(retries_s):
                self.later(retries_s[tried], lambda: self._deliver(change, said, tried + 1))
            else:
                self.dead += 1

        self.start(lambda: respond(said, self.region()) and None, region_s, mortal=False, ended=ended)

    def _poll(self) -> None:
        batch = [each for each in self.notes if each.visible_at <= self.now][:50]
        for each in batch:
            each.visible_at = self.now + visibility_s
            each.received += 1
        records = [{"messageId": str(at), "body": each.body, "eventSource": "aws:sqs"} for at, each in enumerate(batch)]
        failed: list[str] = []

        def work() -> None:
            report = respond({"Records": records}, self.region())
            failed.extend(each["itemIdentifier"] for each in report["batchItemFailures"])

        def ended(succeeded: bool) -> None:
            self._polling -= 1
            done = [each for at, each in enumerate(batch) if succeeded and str(at) not in failed]
            over = [each for each in batch if each not in done and each.received >= most_received]
            self.dead += len(over)
            self.notes = [each for each in self.notes if each not in done and each not in over]

        self._polling += 1
        self.start(work, region_s, mortal=False, ended=ended)

    def region(self) -> Region:
        return Region(
            settings=settings,
            chosen=Chosen(second_sweep_s=second_sweep_s),
            originals=self.originals,
            variants=self.variants,
            pictures=SteppingPictures(self),
            counter=FakeCounter(),
            queue=self,
            cache=self,
            log=lambda line: None,
            now=lambda: self.now,
        )

    def send(self, bodies: Sequence[str], delay_s: int) -> None:
        self.step()
        self.notes += [Note(body, self.now + delay_s) for body in bodies]
        self.step()

    # CloudFront

    def invalidate(self, tags: Sequence[str]) -> None:
        """The edges first, which may fetch from the shield again before that is purged: the worst order."""
        for cache in (self.edge_cache, self.shield_cache):
            self.step()
            for key in [key for key, copy in cache.items() if copy.tag in tags]:
                del cache[key]
        self.step()

    def ask(self, path: str, key: str) -> None:
        """A viewer asks; what he gets is in `served`."""

        def work() -> None:
            copy = self._fresh(self.edge_cache, key)
            if copy is None:
                copy = self._fresh(self.shield_cache, key) or self._fetch(path, key)
                self.step()
                if copy.until > self.now:
                    self.edge_cache[key] = copy
            self.served += self._seen(path, copy)

        self.start(work, maker_s + flight_s, ended=lambda succeeded: None)

    def _seen(self, path: str, copy: Copy) -> list[Served]:
        if copy.status == "200":
            return [Served(self.now, path, copy.body.removesuffix(b" as jpg"))]
        return [Served(self.now, path, None)] if copy.status == "404" else []

    def _fresh(self, cache: Mapping[str, Copy], key: str) -> Copy | None:
        copy = cache.get(key)
        return copy if copy is not None and copy.until > self.now else None

    def _fetch(self, path: str, key: str) -> Copy:
        """From the store, or its maker; then on its way, for at most as long as a flight takes."""
        stored = self.variants.stored(f"v/{key}")
        tag = headers.cache_tag(path)
        if stored is not None:
            copy = Copy("200", stored.body, self.now + _seconds(stored.headers["cache-control"]), tag)
        else:
            self._limit(maker_s)
            self.step()
            answer = answer_edge(
                _origin_event(key), Server(settings=settings, work=self._work, clock=lambda: self.now, log=_silent)
            )
            control = answer["headers"]["cache-control"][0]["value"]
            body = b"" if answer["status"] != "200" else _body(answer)
            copy = Copy(answer["status"], body, self.now + _seconds(control), tag)
        self._limit(flight_s)
        self.step()
        if copy.until > self.now:
            self.shield_cache[key] = copy
        return copy

    def _limit(self, seconds: float) -> None:
        if self.current is not None:
            self.current.until = self.now + seconds

    def _work(self, settings: Settings, clock: Clock, stopwatch: Stopwatch) -> Work:
        return Work(
            source=SteppingSource(self),
            store=SteppingStore(self),
            imaging=FakeImaging(),
            settings=settings,
            deadline=Deadline(clock, 8),
            store_deadline=Deadline(clock, 16),
            measure=stopwatch,
            room_bytes=1 << 20,
        )


class SteppingBucket(FakeBucket):
    """A bucket whose every call is a step before and one after."""

    def __init__(self, world: World) -> None:
        super().__init__()
        self.world = world
        self.headers: dict[str, Mapping[str, str]] = {}

    def _stepping(name):  # noqa: N805
        def call(self, *given):
            self.world.step()
            answer = getattr(FakeBucket, name)(self, *given)
            if name == "children":
                answer = iter(list(answer))
            self.world.step()
            return answer

        return call

    look, others, read, write, remove, copy_from, delete, children = map(
        _stepping, ("look", "others", "read", "write", "remove", "copy_from", "delete", "children")
    )

    def stored(self, key: str) -> Stored | None:
        self.world.step()
        body = self.bodies.get(key)
        return None if body is None else Stored(etag=md5(body), headers=self.headers[key], body=body)


@dataclass
class SteppingSource(FakeSource):
    world: World = field(default=None)  # type: ignore[assignment]

    def __init__(self, world: World) -> None:
        super().__init__(originals=world.originals.bodies)
        self.world = world

    def fetch(self, path: str, deadline: object) -> Original:
        self.world.step()
        found = super().fetch(path, deadline)
        self.world.step()
        return found

    def look(self, path: str, deadline: object) -> str | None:
        self.world.step()
        found = super().look(path, deadline)
        self.world.step()
        return found


@dataclass
class SteppingStore:
    """The store as a maker has it: the bucket's own objects, under `v/`."""

    world: World

    def put(self, key: str, body: bytes, given: Mapping[str, str], deadline: object) -> str | None:
        self.world.step()
        bucket, name = self.world.variants, f"v/{key}"
        is_there = name in bucket.bodies
        if not is_there:
            bucket.bodies[name], bucket.headers[name] = body, given
            bucket.metadata[name] = {"original-etag": given["x-amz-meta-original-etag"]}
        self.world.step()
        return None if is_there else md5(body)

    def read(self, key: str, deadline: object) -> Stored | None:
        return self.world.variants.stored(f"v/{key}")

    def take_back(self, key: str, etag: str, deadline: object) -> None:
        self.world.step()
        body = self.world.variants.bodies.get(f"v/{key}")
        if body is not None and md5(body) == etag:
            del self.world.variants.bodies[f"v/{key}"]
        self.world.step()


class SteppingPictures(FakePictures):
    def __init__(self, world: World) -> None:
        super().__init__(world.originals)


def _origin_event(key: str) -> dict:
    request = {
        "clientIp": "203.0.113.178",
        "method": "GET",
        "uri": "/" + key,
        "querystring": "",
        "headers": {"x-mirage-generate": [{"key": "X-Mirage-Generate", "value": "on"}]},
        "origin": {"s3": {"authMethod": "none", "customHeaders": {}, "domainName": "x", "path": "/v", "region": ""}},
    }
    response = {"status": "404", "statusDescription": "Not Found", "headers": {}}
    config = {"distributionDomainName": "d", "distributionId": "E1", "eventType": "origin-response", "requestId": "r"}
    return {"Records": [{"cf": {"config": config, "request": request, "response": response}}]}


def _body(answer: Mapping[str, object]) -> bytes:
    return base64.b64decode(str(answer["body"]))


def _seconds(control: str) -> float:
    """How long CloudFront keeps it: s-maxage goes before max-age; what is not to be stored, not at all."""
    found = dict(part.strip().partition("=")[::2] for part in control.split(","))
    return 0.0 if "no-store" in found else float(found.get("s-maxage") or found.get("max-age") or 0)


def _silent(line: str) -> None:
    json.loads(line)
