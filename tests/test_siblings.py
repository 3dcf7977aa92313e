"""A lost event is noticed when one more variant is made: by the date and the ETag that another one was made of."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from urllib.parse import quote

import pytest

from tests.fakes import Patience, md5
from variants import errors
from variants.s3 import Request
from variants.s3_answer import Found
from variants.siblings import Recently, StaleSiblings
from variants.sources import Original

changed_s = 1_800_000_000.0
before, after = "2027-01-15T07:59:59.000Z", "2027-01-15T08:00:00.000Z"
now_etag, old_etag = md5(b"new"), md5(b"old")


@dataclass
class Listing:
    status: int
    body: bytes

    def whole(self, most_bytes: int) -> bytes:
        return self.body

    def error(self) -> errors.MirageError:
        return errors.PolicyBroken("The storage refused this service.")


@dataclass
class Variants:
    """The variants bucket: when each key was stored, and of which ETag."""

    stored: dict[str, tuple[str, str]]
    asked: list[str] = field(default_factory=list)
    looked: list[str] = field(default_factory=list)
    status: int = 200

    def ask(self, request: Request, deadline: object) -> Listing:
        self.asked.append(request.query["prefix"])
        entries = "".join(
            f"<Contents><Key>{quote(key)}</Key><LastModified>{at}</LastModified><ETag>&quot;x&quot;</ETag></Contents>"
            for key, (at, _) in sorted(self.stored.items())
        )
        return Listing(self.status, f"<ListBucketResult>{entries}</ListBucketResult>".encode())

    def head(self, key: str, deadline: object) -> Found | None:
        self.looked.append(key)
        return Found(etag='"x"', size_bytes=1, headers={"x-amz-meta-original-etag": self.stored[key][1].strip('"')})


@dataclass
class Region:
    told: list[object] = field(default_factory=list)
    failure: errors.MirageError | None = None

    def start(self, event: object, deadline: object) -> None:
        if self.failure:
            raise self.failure
        self.told.append(event)


def original(*, age_s: float = 700.0) -> Original:
    return Original(etag=now_etag, size_bytes=3, body=None, modified_s=changed_s, age_s=age_s)  # type: ignore[arg-type]


def watch(variants: Variants, region: Region, *, age_s: float = 700.0, recently: Recently | None = None) -> list[str]:
    """What was logged."""
    log: list[str] = []
    siblings = StaleSiblings(
        variants=variants,  # type: ignore[arg-type]
        originals="o",
        regional=region,
        recently=recently or Recently(),
        log=log.append,
    )
    with siblings.watched("a b+.jpg", original(age_s=age_s), Patience()):
        pass
    return log


def key(width: int) -> str:
    return f"v/a b+.jpg/e1,w={width},f=jpg"


@pytest.mark.parametrize(
    ("stored", "is_told", "looks"),
    [
        ({}, False, 0),
        ({key(1): (before, old_etag)}, True, 1),
        ({key(1): (after, now_etag)}, False, 1),
        ({key(1): (before, old_etag), key(2): (after, now_etag)}, True, 2),
        ({key(1): (before, now_etag), key(2): (after, now_etag)}, False, 2),
        ({key(1): (after, old_etag)}, True, 1),
        ({"v/a b+.jpg/notes.txt": (before, old_etag)}, False, 0),
    ],
    ids=[
        "the first variant",
        "one from before the change",
        "one from after it",
        "one of each",
        "the same bytes put again",
        "an older version is the original again",
        "what is no variant",
    ],
)
def test_the_region_is_told_where_a_sibling_is_of_another_state(
    stored: dict[str, tuple[str, str]], is_told: bool, looks: int
) -> None:
    variants, region = Variants(stored), Region()
    watch(variants, region)
    assert (bool(region.told), len(variants.looked)) == (is_told, looks)
    assert variants.asked == ["v/a b+.jpg/"]


def test_the_event_names_the_original_as_s3_would() -> None:
    region = Region()
    (line,) = watch(Variants({key(1): (before, old_etag)}), region)
    ((record,),) = [each["Records"] for each in region.told]  # type: ignore[index]
    assert record["s3"] == {"bucket": {"name": "o"}, "object": {"key": "a+b%2B.jpg"}}
    assert json.loads(line) == {
        "level": "warning",
        "event": "siblings-stale",
        "original": "a b+.jpg",
        "found": key(1),
    }


def test_a_young_original_is_left_to_its_event() -> None:
    variants = Variants({key(1): (before, old_etag)})
    watch(variants, Region(), age_s=599.0)
    assert variants.asked == []


def test_an_original_is_looked_at_once_a_minute() -> None:
    now = 0.0
    recently, variants = Recently(clock=lambda: now), Variants({key(1): (before, old_etag)})
    for now in (0.0, 59.0, 60.0):  # noqa: B007
        watch(variants, Region(), recently=recently)
    assert len(variants.asked) == 2


@pytest.mark.parametrize("case", ["listing", "telling"])
def test_that_it_fails_fails_nothing_else(case: str) -> None:
    variants = Variants({key(1): (before, old_etag)}, status=403 if case == "listing" else 200)
    (line,) = watch(variants, Region(failure=errors.Busy("It does not answer.")))
    assert json.loads(line)["error"] == {"listing": "auth-denied", "telling": "busy"}[case]
