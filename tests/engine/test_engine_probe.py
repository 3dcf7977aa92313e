"""`make probe` with the real engine: it makes its stack, and destroys it, also where somebody stops it half-way."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

import pytest

from probe import __main__ as probe
from probe.stack import root
from tests.engine.account import Account
from tests.engine.serving import account_variable

region = "eu-central-1"
edge = "aws:lambda/function:Function"
# Asks nothing, as an account's AWS is not there.
unasked = """
import sys
from pathlib import Path
from probe import __main__ as probe
probe.state = Path(sys.argv[1])
probe._account = lambda: "123456789012"
probe.ask_all = lambda on, say: ({}, [])
sys.exit(probe.main(["--yes"]))
"""


@pytest.fixture
def environment(tmp_path: Path) -> Mapping[str, str]:
    bins = os.pathsep.join([str(Path(__file__).parent / "bin"), f"{sys.prefix}/bin", os.environ["PATH"]])
    return {
        "PATH": bins,
        "PULUMI_HOME": str(tmp_path / "home"),
        "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
        "PULUMI_SKIP_UPDATE_CHECK": "true",
        account_variable: str(tmp_path / "account.json"),
    }


# A run's name of digits alone is text like any other.
@pytest.mark.parametrize("run", ["a1b2c3", "123456", "1e5000"])
def test_the_stack_is_made_and_goes_but_for_what_cloudfront_holds(
    tmp_path: Path,
    environment: Mapping[str, str],
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
    run: str,
) -> None:
    for each, text in environment.items():
        monkeypatch.setenv(each, text)
    made: list[str] = []

    def ask_all(on: object, say: object) -> tuple[dict[str, bool], list[str]]:
        made.extend(str(thing.state["name"]) for thing in Account(tmp_path / "account.json", region).of(edge))
        return {"head_is_forwarded": False}, []

    monkeypatch.setattr(probe, "state", tmp_path / "state")
    monkeypatch.setattr(probe, "_account", lambda: "123456789012")
    monkeypatch.setattr(probe.secrets, "token_hex", lambda _: run)
    monkeypatch.setattr(probe, "ask_all", ask_all)
    tracked = sorted((root / "probe").rglob("*.yaml"))
    assert probe.main(["--yes"]) == 0
    said = capfd.readouterr()
    assert "head_is_forwarded: bool = False  # answered by a real account" in said.out
    assert "It is destroyed" in said.err and "Resources" in said.err
    assert made == [f"mirage-probe-{run}-edge"]
    assert left(tmp_path) == made
    assert list((tmp_path / "state").iterdir()) == []
    assert sorted((root / "probe").rglob("*.yaml")) == tracked


def test_who_stops_it_half_way_has_it_destroyed(tmp_path: Path, environment: Mapping[str, str]) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", unasked, str(tmp_path / "state")],
        cwd=root,
        env={**os.environ, **environment},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as running:
        while not left(tmp_path):
            assert running.poll() is None, running.stderr.read()
            time.sleep(0.05)
        os.killpg(running.pid, signal.SIGINT)  # as a terminal does
        said = ""
        while "Destroying (probe)" not in said:
            line = running.stderr.readline()
            assert line, said
            said += line
        os.killpg(running.pid, signal.SIGINT)
        said += running.stderr.read()
    assert running.returncode == 1, said
    assert "Stopped." in said and "please wait" in said and "It is destroyed" in said and "\nTraceback" not in said
    assert {name for name in left(tmp_path) if not name.endswith("-edge")} == set()
    assert list((tmp_path / "state").iterdir()) == []


def left(folder: Path) -> list[str]:
    """The names of what the account has."""
    path = folder / "account.json"
    things = Account(path, region).things.values() if path.exists() else []
    return [str(each.state.get("name") or each.state.get("bucket") or each.id) for each in things]
