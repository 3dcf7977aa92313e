"""Fixtures that more than one file uses."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import seen
from tests.running import Emulator, running


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Says what was seen with the real engine (tests/engine), or that there was none."""
    seen.summarize(terminalreporter)


@pytest.fixture(scope="session")
def originals_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of originals for the shared emulator: drawn here, small."""
    from tests.emulator_originals import draw

    folder = tmp_path_factory.mktemp("originals")
    draw(folder)
    return folder


@pytest.fixture(scope="session")
def shared_emulator(originals_folder: Path) -> Iterator[Emulator]:
    """One emulator for all tests of a run: its start costs seconds."""
    with running(ORIGINALS=str(originals_folder), STACK=os.environ.get("MIRAGE_STACK", "dev")) as found:
        yield found


@pytest.fixture
def emulator(shared_emulator: Emulator) -> Emulator:
    """The shared emulator with nothing under way, no faults, quick events and empty caches."""
    shared_emulator.tell("PUT", "/faults", {})
    shared_emulator.tell("PUT", "/events", {})
    shared_emulator.settle()
    shared_emulator.tell("POST", "/cache/clear", {})
    return shared_emulator
