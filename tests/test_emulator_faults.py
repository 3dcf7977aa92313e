"""Faults of the control API, one by one through a whole chain: what the viewer sees, and that it passes."""

from __future__ import annotations

import json

import pytest

from emulator import faults
from tests.running import Emulator

pytestmark = pytest.mark.emulator
# What the viewer sees while the fault always strikes: status, and the code of our own answers (None: AWS's own).
struck = [
    ("s3.get.slowdown", 503, "busy"),
    ("s3.get.internal", 503, "busy"),
    ("s3.get.reset", 503, "busy"),
    ("s3.put.dropped", 200, None),
    ("s3.put.lost", 200, None),
    ("s3.put.internal", 200, None),
    ("s3.put.conflict", 200, None),
    ("s3.put.overtaken", 200, None),
    ("s3.credentials.expired", 503, "busy"),
    ("s3.clock.skewed", 503, "busy"),
    ("lambda.throttled", 503, None),
    ("lambda.crash", 503, None),
    ("lambda.killed", 503, None),
    ("kvs.unreadable", 503, "paused"),
    ("deploy.mixed", 503, "deploying"),
]


@pytest.mark.parametrize(("name", "status", "code"), struck)
def test_a_fault_is_answered_as_documented_and_cached_for_seconds(emulator: Emulator, name: str, status, code):
    target = f"/cats/1.jpg?w={30 + sorted(faults.known).index(name)}&f=png"
    emulator.tell("PUT", "/faults", {name: 1})
    first = emulator.get(target)
    emulator.tell("PUT", "/faults", {})
    assert (first.status_code, first.headers.get("x-mirage-error")) == (status, code), first.text[:300]
    emulator.tell("POST", "/clock", {"advance_s": 61})
    emulator.settle()
    after = emulator.get(target)
    assert after.status_code == 200
    if status == 200:
        assert after.content == first.content
    assert b"Traceback" not in first.content


def test_every_fault_is_described(emulator: Emulator):
    told = emulator.tell("GET", "/faults")["known"]
    assert set(told) == set(faults.known)
    assert "expired" in json.dumps(told)
