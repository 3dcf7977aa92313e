"""One paid call for many, exact budgets, a circuit: on an S3 with conditional writes and a clock of its own."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from email.utils import formatdate

import pytest

from tests.fakes import FakeSource, Patience
from variants import errors, generated
from variants.budget import Ledger, most_failures
from variants.counting import Counts
from variants.generated import Generated, held
from variants.generators import Generator, Spending, Wanted
from variants.lease import Lease, Leases
from variants.s3 import Request
from variants.sources import Original

path = "gen/avatar/ada.png"
picture = b"picture"


@dataclass
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes = b""

    def read(self, size: int) -> bytes:
        return self.body

    def close(self) -> None:
        pass

    def error(self) -> errors.MirageError:
        return errors.Internal("S3")


@dataclass
class Kept:
    body: bytes
    etag: str
    at: float


@dataclass
class S3:
    """A bucket with S3's conditional writes ("Conditional writes", read 2026-11) and whole seconds in its dates."""

    now: float = 1_800_000_000.0
    kept: dict[str, Kept] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def ask(self, request: Request, deadline: object) -> Answer:
        with self.lock:
            self.asked.append(request.method)
            dates = {"date": formatdate(self.now, usegmt=True)}
            found = self.kept.get(request.key)
            wanted = request.headers.get("if-match")
            if request.method == "GET":
                if found is None:
                    return Answer(404, dates)
                modified = formatdate(found.at, usegmt=True)
                return Answer(200, {**dates, "etag": found.etag, "last-modified": modified}, found.body)
            if wanted is not None and (found is None or found.etag != wanted):
                return Answer(404 if found is None else 412, dates)
            if request.headers.get("if-none-match") == "*" and found is not None:
                return Answer(412, dates)
            if request.method == "DELETE":
                self.kept.pop(request.key, None)
                return Answer(204, dates)
            etag = f'"{hashlib.md5(request.body).hexdigest()}"'
            self.kept[request.key] = Kept(request.body, etag, self.now)
            return Answer(200, {**dates, "etag": etag})


def leases(s3: S3, sleep: Callable[[float], None] = lambda seconds: None) -> Leases:
    return Leases(bucket=s3, sleep=sleep)


def test_one_of_two_has_the_lease() -> None:
    s3 = S3()
    assert leases(s3).take(path, 10, Patience()) is not None
    assert leases(s3).take(path, 10, Patience()) is None


def test_a_lease_that_is_given_back_is_free() -> None:
    s3 = S3()
    lease = leases(s3).take(path, 10, Patience())
    assert lease is not None
    leases(s3).release(lease, Patience())
    assert s3.kept == {}


@pytest.mark.parametrize(("later_s", "is_taken"), [(9, False), (11, False), (12, True), (3600, True)])
def test_a_dead_owners_lease_is_taken_over_by_s3s_clock(later_s: int, is_taken: bool) -> None:
    s3 = S3()
    leases(s3).take(path, 10, Patience())
    s3.now += later_s
    assert (leases(s3).take(path, 10, Patience()) is not None) is is_taken


def test_of_many_heirs_one_takes_over() -> None:
    s3 = S3()
    leases(s3).take(path, 10, Patience())
    s3.now += 60
    taken: list[Lease] = []
    heirs = [threading.Thread(target=lambda: add(leases(s3).take(path, 10, Patience()), taken)) for _ in range(20)]
    run(heirs)
    assert len(taken) == 1


def test_who_was_taken_over_gives_back_nothing() -> None:
    s3 = S3()
    first = leases(s3).take(path, 10, Patience())
    s3.now += 60
    second = leases(s3).take(path, 10, Patience())
    assert first is not None and second is not None
    leases(s3).release(first, Patience())
    assert len(s3.kept) == 1


def test_who_goes_on_for_the_owner_has_the_lease_again() -> None:
    s3 = S3()
    first = leases(s3).take(path, 10, Patience())
    assert first is not None
    assert leases(s3).take(path, 10, Patience(), owner=first.owner) is not None
    assert leases(s3).take(path, 10, Patience(), owner="another") is None


def test_a_failure_is_told_for_ten_seconds_and_then_forgotten() -> None:
    s3 = S3()
    lease = leases(s3).take(path, 10, Patience())
    assert lease is not None
    leases(s3).fail(lease, errors.UpstreamBlocked("x"), Patience())
    with pytest.raises(errors.UpstreamBlocked):
        leases(s3).take(path, 10, Patience())
    s3.now += 12
    assert leases(s3).take(path, 10, Patience()) is not None


def test_waiting_ends_with_the_time_and_is_bounded() -> None:
    s3 = S3()
    leases(s3).take(path, 10, Patience())
    left = [8.0]
    waiting = leases(s3, lambda seconds: left.__setitem__(0, left[0] - seconds))

    class Shrinking:
        def left_s(self) -> float:
            return left[0]

        def check(self, needed_s: float = 0.0) -> None:
            pass

    before = len(s3.asked)
    with pytest.raises(errors.Busy):
        waiting.wait(path, Shrinking())
    assert len(s3.asked) - before < 30


@dataclass
class Maker:
    """Counts its calls; each takes until `gate` is open."""

    source: FakeSource
    gate: threading.Event = field(default_factory=threading.Event)
    calls: list[str] = field(default_factory=list)
    failure: Exception | None = None
    left_s: tuple[float, float] = (0.0, 0.0)

    def make(self, wanted: Wanted, lease: Lease, deadline: Patience, after: Patience) -> Original:
        self.calls.append(wanted.path)
        self.left_s = (deadline.left_s(), after.left_s())
        self.gate.wait(5)
        if self.failure is not None:
            raise self.failure
        self.source.originals[wanted.path] = picture
        return held('"e"', picture)


def source(s3: S3, maker: Maker, generator: Generator) -> Generated:
    return Generated(
        bucket=maker.source,
        generators=lambda: (generator,),
        leases=Leases(bucket=s3, sleep=lambda seconds: threading.Event().wait(seconds / 50)),
        maker=lambda: maker,
        later=Later(),
        longest_s=20,
        deadline=lambda seconds: Patience(seconds),
        extend=lambda seconds: None,
    )


@dataclass
class Later:
    started: list[str] = field(default_factory=list)

    def start(self, wanted: Wanted, lease: Lease, deadline: object) -> None:
        self.started.append(wanted.path)


def add(found: object, to: list) -> None:
    if found is not None:
        to.append(found)


def run(threads: list[threading.Thread]) -> None:
    for each in threads:
        each.start()
    for each in threads:
        each.join(10)


def test_fifty_at_once_cost_one_call(avatar: Generator) -> None:
    s3, maker = S3(), Maker(FakeSource())
    found: list[bytes] = []
    asking = [
        threading.Thread(target=lambda: found.append(source(s3, maker, avatar).fetch(path, Patience()).body.read()))
        for _ in range(50)
    ]
    threading.Timer(0.2, maker.gate.set).start()
    run(asking)
    assert (len(maker.calls), found) == (1, [picture] * 50)
    assert s3.kept == {}


def test_fifty_at_once_are_told_of_one_failure(avatar: Generator) -> None:
    s3, maker = S3(), Maker(FakeSource(), failure=errors.UpstreamBad("no"))
    refused: list[Exception] = []

    def ask() -> None:
        try:
            source(s3, maker, avatar).fetch(path, Patience())
        except errors.UpstreamBad as error:
            refused.append(error)

    threading.Timer(0.2, maker.gate.set).start()
    run([threading.Thread(target=ask) for _ in range(50)])
    assert (len(maker.calls), len(refused)) == (1, 50)


def test_what_nobody_foresaw_leaves_no_lease_behind(avatar: Generator) -> None:
    s3, maker = S3(), Maker(FakeSource(), failure=ZeroDivisionError())
    maker.gate.set()
    with pytest.raises(ZeroDivisionError):
        source(s3, maker, avatar).fetch(path, Patience())
    assert s3.kept == {}


@pytest.mark.parametrize(("timeout_s", "left_s"), [(5, (5, 13)), (15, (15, 23)), (20, (20, 28))])
def test_a_generator_has_its_own_time_and_storing_has_more_after_it(timeout_s: int, left_s: tuple[int, int]) -> None:
    maker = Maker(FakeSource())
    maker.gate.set()
    source(S3(), maker, declared_as("avatar", timeout_s)).fetch(path, Patience())
    assert maker.left_s == left_s


def test_who_waited_for_another_has_what_is_left() -> None:
    maker = Maker(FakeSource())
    maker.gate.set()
    waited = lambda seconds: Patience(4 if seconds == 20 else seconds)  # noqa: E731
    asked = replace(source(S3(), maker, declared_as("avatar", 15)), deadline=waited)
    asked.fetch(path, Patience())
    assert maker.left_s == (4, 12)


def test_slow_work_is_handed_to_the_region_once(slow: Generator) -> None:
    s3, maker = S3(), Maker(FakeSource())
    asked = source(s3, maker, slow)
    for _ in range(3):
        with pytest.raises(errors.Making) as said:
            asked.fetch("gen/slow/ada.png", Patience())
        assert said.value.is_drawn
    assert asked.later.started == ["gen/slow/ada.png"]  # type: ignore[attr-defined]
    assert maker.calls == []


def test_a_path_of_no_route_is_not_found_as_before(avatar: Generator) -> None:
    s3, maker = S3(), Maker(FakeSource())
    with pytest.raises(errors.NotFound):
        source(s3, maker, avatar).fetch("cats/1.jpg", Patience())
    assert s3.asked == []


def test_an_original_that_is_there_asks_for_no_lease(avatar: Generator) -> None:
    s3, maker = S3(), Maker(FakeSource({path: picture}))
    assert source(s3, maker, avatar).fetch(path, Patience()).is_generated is False
    assert s3.asked == []


def ledger(s3: S3) -> Ledger:
    return Ledger(counts=Counts(bucket=s3, sleep=lambda seconds: threading.Event().wait(seconds / 20)))


def test_calls_are_counted_exactly_by_the_hour_and_the_day() -> None:
    s3, most = S3(), Spending(hour=3, day=5)
    for _ in range(3):
        ledger(s3).spend("avatar", most, Patience())
    with pytest.raises(errors.Budget):
        ledger(s3).spend("avatar", most, Patience())
    s3.now += 3600
    for _ in range(2):
        ledger(s3).spend("avatar", most, Patience())
    with pytest.raises(errors.Budget):
        ledger(s3).spend("avatar", most, Patience())
    s3.now += 86_400
    ledger(s3).spend("avatar", most, Patience())
    ledger(s3).spend("another", most, Patience())


def test_what_is_used_is_the_hours_part_or_the_days_whichever_is_more() -> None:
    s3, most = S3(), Spending(hour=10, day=20)
    used = [ledger(s3).spend("avatar", most, Patience()).used_percent for _ in range(9)]
    assert used == [10, 20, 30, 40, 50, 60, 70, 80, 90]
    s3.now += 3600
    assert [ledger(s3).spend("avatar", most, Patience()).used_percent for _ in range(2)] == [50, 55]


def test_simultaneous_calls_are_counted_one_by_one() -> None:
    s3, passed, most = S3(), list[int](), Spending(hour=7, day=100)

    def spend() -> None:
        try:
            ledger(s3).spend("avatar", most, Patience())
            passed.append(1)
        except (errors.Budget, errors.Busy):
            pass

    run([threading.Thread(target=spend) for _ in range(20)])
    assert len(passed) == 7


def test_the_circuit_opens_after_failures_in_a_row_and_tries_again_after_a_minute() -> None:
    s3, most = S3(), Spending(hour=100, day=100)
    for number in range(1, most_failures + 1):
        ledger(s3).spend("avatar", most, Patience())
        assert ledger(s3).fail("avatar", Patience()) is (number == most_failures)
    with pytest.raises(errors.Busy):
        ledger(s3).spend("avatar", most, Patience())
    s3.now += 61
    assert ledger(s3).spend("avatar", most, Patience()).failures == most_failures
    ledger(s3).succeed("avatar", Patience())
    assert ledger(s3).spend("avatar", most, Patience()).failures == 0


@pytest.fixture
def avatar() -> Generator:
    return declared_as("avatar", 15)


@pytest.fixture
def slow() -> Generator:
    return declared_as("slow", 120)


def declared_as(name: str, timeout_s: int) -> Generator:
    from variants import declared

    return declared.read(
        {
            "name": name,
            "path": f"/gen/{name}/{{seed:slug}}.png",
            "request": {"url": "https://api.example.com/", "query": {"seed": "{seed}"}},
            "budget": {"hour": 100},
            "timeout": timeout_s,
        }
    )


def test_provenance_names_generator_parameters_request_and_date(avatar: Generator) -> None:
    wanted = Wanted(path=path, generator=avatar, values={"seed": "ada"})
    assert generated.provenance(wanted, "req_1", "2026-11-21T00:00:00Z") == {
        "x-amz-meta-mirage-generator": "avatar",
        "x-amz-meta-mirage-parameters": "5f545513ddacf982ea9fb6ae43570e73d6b1500f33082157446495fcef701024",
        "x-amz-meta-mirage-made": "2026-11-21T00:00:00Z",
        "x-amz-meta-mirage-request-id": "req_1",
    }
