"""The regional function for what takes long: under the edge's lease, once, and again where Lambda tries again."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from origin.on_demand import Region, respond
from tests.fakes import FakeSource, Patience
from tests.test_generators_lease import S3, Maker, declared_as, leases
from variants import errors

path = "gen/slow/ada.png"
slow = declared_as("slow", 120)


def region(s3: S3, maker: Maker) -> tuple[Region, list[str]]:
    log: list[str] = []
    maker.gate.set()
    made = Region(generators=(slow,), bucket=maker.source, leases=leases(s3), maker=maker, log=log.append)
    return made, log


def test_the_work_is_done_under_the_lease_that_the_edge_took() -> None:
    s3, maker = S3(), Maker(FakeSource())
    lease = leases(s3).take(path, 144, Patience())
    assert lease is not None
    there, log = region(s3, maker)
    respond({"path": path, "owner": lease.owner}, there)
    assert (maker.calls, list(maker.source.originals), s3.kept) == ([path], [path], {})
    assert '"how": "made"' in log[0]


def test_a_second_run_of_the_event_makes_nothing() -> None:
    s3, maker = S3(), Maker(FakeSource({path: b"picture"}))
    there, _ = region(s3, maker)
    respond({"path": path, "owner": "o"}, there)
    assert (maker.calls, s3.kept) == ([], {})


def test_work_of_another_owner_is_left_to_him() -> None:
    s3, maker = S3(), Maker(FakeSource())
    leases(s3).take(path, 144, Patience(), owner="another")
    there, log = region(s3, maker)
    respond({"path": path, "owner": "o"}, there)
    assert maker.calls == []
    assert '"how": "another-has-it"' in log[0]


def test_a_failure_is_raised_so_that_lambda_tries_again_and_later_succeeds() -> None:
    s3, maker = S3(), Maker(FakeSource(), failure=errors.UpstreamBad("no"))
    there, _ = region(s3, maker)
    with pytest.raises(errors.UpstreamBad):
        respond({"path": path, "owner": "o"}, there)
    s3.now, maker.failure = s3.now + 60, None
    respond({"path": path, "owner": "o"}, there)
    assert list(maker.source.originals) == [path]


@pytest.mark.parametrize("failure", [errors.NotFound("none"), errors.Budget("spent")])
def test_what_will_not_change_is_not_tried_again(failure: errors.MirageError) -> None:
    s3, maker = S3(), Maker(FakeSource(), failure=failure)
    there, log = region(s3, maker)
    respond({"path": path, "owner": "o"}, there)
    assert f'"how": "{failure.code}"' in log[0]


def test_a_path_of_no_generator_is_not_tried_again() -> None:
    there, log = region(S3(), Maker(FakeSource()))
    respond({"path": "cats/1.jpg", "owner": "o"}, there)
    assert '"how": "not-found"' in log[0]


def test_nothing_but_a_call_imports_the_http_client() -> None:
    code = (
        "import sys, edge.origin_response, variants.generation, variants.generated, variants.declared\n"
        "assert not {'requests', 'idna', 'certifi', 'variants.fetching'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], cwd=Path(__file__).parent.parent, check=True)
