"""What the edge takes from a sidecar: a current description, and why an original in quarantine is gone."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace

import pytest

from tests.fakes import FakeImaging, FakeSource, FakeStore, Patience, md5, settings, unmeasured
from variants import errors, sidecar
from variants.produce import produce
from variants.sidecar import Refusal, Sidecar
from variants.work import Work

now = md5(b"picture").strip('"')


@dataclass
class Sidecars:
    found: Sidecar | None

    def read(self, path: str, deadline: object) -> Sidecar | None:
        return self.found


def work(found: Sidecar | None, originals: dict[str, bytes]) -> Work:
    return Work(
        source=FakeSource(originals),
        store=FakeStore(),
        imaging=FakeImaging(),
        settings=settings,
        deadline=Patience(),
        store_deadline=Patience(),
        measure=unmeasured,
        room_bytes=1 << 20,
        sidecars=Sidecars(found),
    )


@pytest.mark.parametrize(
    ("etag", "said"),
    [(now, {"width": 7, "focal": "25x40"}), ("0" * 32, {"etag": now, "bytes": 7})],
    ids=["the current state's is answered", "another state's is not"],
)
def test_a_description_comes_from_the_sidecar_while_it_is_current(etag: str, said: dict) -> None:
    found = Sidecar(etag=etag, description={"width": 7, "focal": "25x40"})
    answer = produce("a.jpg/e1,f=json", work(found, {"a.jpg": b"picture"}))
    assert json.loads(answer.body) == said


def test_an_original_in_quarantine_is_415_with_its_reason() -> None:
    away = Sidecar(etag=now, refusal=Refusal(code="broken", message="It is cut short."), quarantined=True)
    with pytest.raises(errors.Broken, match="It is cut short"):
        produce("a.jpg/e1,f=jpg", work(away, {}))
    with pytest.raises(errors.NotFound):
        produce("a.jpg/e1,f=jpg", work(replace(away, quarantined=False), {}))
    with pytest.raises(errors.NotFound):
        produce("a.jpg/e1,f=jpg", work(None, {}))


@pytest.mark.parametrize(
    "given",
    [
        Sidecar(etag="e"),
        Sidecar(etag="e", description={"width": 1}),
        Sidecar(etag="e", refusal=Refusal(code="broken", message="m"), quarantined=True),
    ],
    ids=["a file's", "a picture's", "a refused one's"],
)
def test_a_sidecar_is_read_as_it_was_written(given: Sidecar) -> None:
    assert sidecar.read(given.body()) == given


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b'{"etag":"e","refused":{}}'])
def test_what_is_no_sidecar_is_none(body: bytes) -> None:
    assert sidecar.read(body) is None
