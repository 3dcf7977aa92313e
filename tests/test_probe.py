"""The throw-away stack's parts against the emulator: what it asks there are the emulator's own switches."""

from __future__ import annotations

import asyncio
import os
import re
import stat
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path

import pytest

from emulator.program import Declared, declare
from emulator.serving import Serving, listen
from emulator.switches import Switches
from emulator.viewer.app import ViewerApp
from probe import __main__ as probe
from probe.questions import Deployed, ask_all
from probe.written import switches
from tests.chain_world import world

root = Path(__file__).parent.parent
text = (root / "emulator" / "switches.py").read_text(encoding="utf-8")
# What needs a second edge location, or a Function URL, stays open.
unanswered = {"shield_hit_says", "function_url_path_is_decoded", "function_url_refuses_escaped_paths"}
usual = Switches()
other = replace(
    usual,
    encoded_body_is_counted=False,
    event_auth_method="origin-access-control",
    event_region="eu-central-1",
    stale_content_length_is_refused=False,
    head_is_forwarded=False,
    repaired_answer_is_plain=False,
    made_bodies_are_compressed=True,
    uncacheable_is_shared=True,
    error_answers_are_tagged=False,
    answers_in_flight_survive_invalidation=False,
    selected_origin_is_in_key=True,
    response_event_has_rewritten_request=False,
)


@pytest.fixture(scope="module")
def declared() -> Declared:
    return declare("probe", project_dir=root / "probe" / "program")


@pytest.mark.emulator
@pytest.mark.parametrize("chosen", [usual, other], ids=["as assumed", "the other way"])
def test_the_questions_find_out_what_the_emulator_was_told(
    declared: Declared, tmp_path: Path, chosen: Switches
) -> None:
    async def ask() -> tuple[dict[str, object], int]:
        async with world(declared, tmp_path, **asdict(chosen)) as here:
            doors, serving = listen("127.0.0.1", 0), Serving()
            await serving.start(ViewerApp(here.chain.front), doors)
            loop = asyncio.get_running_loop()

            def invalidate(items: Sequence[str]) -> None:
                async def gone() -> None:
                    await asyncio.sleep(0.3)
                    here.chain.invalidate(list(items))

                asyncio.run_coroutine_threadsafe(gone(), loop).result()

            on = Deployed(url=f"http://127.0.0.1:{doors[0].getsockname()[1]}", invalidate=invalidate, slow_s=0.8)
            try:
                return await asyncio.to_thread(ask_all, on), on.asked
            finally:
                await serving.stop()

    found, asked = asyncio.run(ask())
    assert found == {name: value for name, value in asdict(chosen).items() if name not in unanswered}
    assert asked < 60


def test_answers_are_printed_as_the_file_of_switches() -> None:
    printed = switches(text, {"head_is_forwarded": False, "event_region": "eu-west-1"}, "2026-11")
    assert "    head_is_forwarded: bool = False  # answered by a real account, 2026-11\n" in printed
    assert '    event_region: str = "eu-west-1"  # answered by a real account, 2026-11\n' in printed
    named: dict[str, object] = {}
    exec(compile(printed, "switches.py", "exec", dont_inherit=True), named)
    kind = named["Switches"]
    assert kind() == kind(head_is_forwarded=False, event_region="eu-west-1")  # type: ignore[operator]


@pytest.mark.parametrize("answers", [{"unheard_of": True}, {"head_is_forwarded": "GET"}])
def test_an_answer_without_a_switch_is_refused(answers: dict[str, bool | str]) -> None:
    with pytest.raises(ValueError, match="Expected a switch of that name and type"):
        switches(text, answers, "2026-11")


def test_no_more_is_asked_than_was_said() -> None:
    on = Deployed(url="http://127.0.0.1:1", invalidate=lambda items: None, asked=60)
    with pytest.raises(RuntimeError, match="at most 60 requests"):
        on.ask("/plain/1")


@pytest.fixture
def pulumi(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A pulumi that writes down how it is called, and fails where `fails` names what it is asked."""
    script, log = tmp_path / "pulumi", tmp_path / "calls.txt"
    script.write_text(
        f'#!/bin/sh\necho "$@" >> {log}\ncase "$*" in *"$FAILS"*) exit 1;; esac\n'
        'case "$*" in *output*) echo \'{"url": "http://127.0.0.1:1", "distributionId": "E1"}\';; esac\n',
        encoding="utf-8",
    )
    script.chmod(script.stat().st_mode | stat.S_IEXEC)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    monkeypatch.setenv("FAILS", "nothing fails")
    monkeypatch.setattr(probe, "state", tmp_path / "state")
    return log


def calls(log: Path) -> list[str]:
    return [re.sub(r".*--non-interactive ((?:stack )?\w+).*", r"\1", line) for line in log.read_text().splitlines()]


def test_nothing_is_deployed_where_nobody_agrees(pulumi: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert probe.main() == 2
    assert not pulumi.exists()
    assert "It costs less than 0.05 USD" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("fails", "status", "called"),
    [
        ("nothing fails", 0, ["stack init", "up", "stack output", "destroy", "stack rm"]),
        (" up ", 1, ["stack init", "up", "destroy", "stack rm"]),
        (" destroy ", 1, ["stack init", "up", "stack output", "destroy"]),
    ],
)
def test_whatever_happens_the_stack_is_destroyed(
    pulumi: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    fails: str,
    status: int,
    called: list[str],
) -> None:
    monkeypatch.setenv("FAILS", fails)
    monkeypatch.setattr(probe, "ask_all", lambda on, say: {"head_is_forwarded": False})
    assert probe.main(["--yes"]) == status
    assert calls(pulumi) == called
    said = capsys.readouterr()
    assert ("answered by a real account" in said.out) == (fails != " up ")
    assert ("It is NOT destroyed" in said.err) == (fails == " destroy ")


@pytest.mark.aws
def test_a_real_account_answers(capsys: pytest.CaptureFixture[str]) -> None:
    """Twenty minutes and less than 0.05 USD."""
    assert probe.main(["--yes"]) == 0
    assert "answered by a real account" in capsys.readouterr().out
