"""The real engine where there is one; where there is none, the tests are skipped and the run's end says so."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from tests.seen import not_seen

here = Path(__file__).parent


# A program that the engine stops half-way within this process leaves coroutines behind, as it does in its own.
stopped = pytest.mark.filterwarnings(
    "ignore::pytest.PytestUnraisableExceptionWarning", "ignore::pytest.PytestUnhandledThreadExceptionWarning"
)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skips without an engine; a file, and there each stack, is one process's work (`make test-engine`)."""
    for item in items:
        if here in item.path.parents:
            stack = getattr(item, "callspec", None) and item.callspec.params.get("lived")
            item.add_marker(pytest.mark.xdist_group(stack or item.path.stem))
            item.add_marker(stopped)
            if not shutil.which("pulumi"):
                item.add_marker(pytest.mark.skip(reason=not_seen))


@pytest.fixture(scope="session", autouse=True)
def _local_bundles() -> None:
    """The zips for this machine's Python, as in the copies that the engine runs."""
    os.environ["MIRAGE_BUNDLE"] = "local"


@pytest.fixture
def seen(record_property):
    """Tells the run's end what was seen: a line of text."""
    return lambda line: record_property("seen", line)
