"""The throw-away stack's parts against the emulator: what it asks there are the emulator's own switches."""

from __future__ import annotations

import asyncio
import os
import re
import stat
from collections.abc import Sequence
from dataclasses import asdict, replace
from itertools import count
from pathlib import Path
from types import SimpleNamespace

import pytest

from emulator.program import Declared, declare
from emulator.serving import Serving, listen
from emulator.switches import Switches
from emulator.viewer.app import ViewerApp
from probe import __main__ as probe
from probe.questions import Deployed, ask_all, most_requests, questions
from probe.written import switches
from tests.chain_world import world
from tests.declared import custom
from tests.provider_rules import args_class, rule_faults, type_faults

root = Path(__file__).parent.parent
text = (root / "emulator" / "switches.py").read_text(encoding="utf-8")
# What needs a second edge location, or a Function URL, stays open.
unanswered = {"shield_hit_says", "function_url_path_is_decoded", "function_url_refuses_escaped_paths"}
usual = Switches()
other = replace(
    usual,
    event_auth_method="origin-access-control",
    event_region="eu-central-1",
    **{name: not value for name, value in asdict(usual).items() if value in (True, False) and name not in unanswered},
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
                found, unanswered = await asyncio.to_thread(ask_all, on)
                assert unanswered == []
                return found, next(on.asked) - 1
            finally:
                await serving.stop()

    found, asked = asyncio.run(ask())
    assert found == {name: value for name, value in asdict(chosen).items() if name not in unanswered}
    assert asked < most_requests


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
    on = Deployed(url="http://127.0.0.1:1", invalidate=lambda items: None, asked=count(101))
    with pytest.raises(RuntimeError, match="at most 100 requests"):
        on.ask("/plain/1")


class FakeStack:
    """Answers by `kinds`, the first segment of a path, else as the edge function would: `{n}` counts the requests."""

    def __init__(self, kinds: dict[str, tuple[int, dict[str, str], str]]) -> None:
        self.kinds, self.numbers = kinds, count()

    def request(self, method: str, url: str, **said: object) -> SimpleNamespace:
        path = url.removeprefix("http://stack/")
        status, headers, body = self.kinds.get(
            path.partition("/")[0], self.kinds.get("*", (200, by_function, "number {n}"))
        )
        told = body.format(n=next(self.numbers), path=path).encode()
        return SimpleNamespace(status=status, headers=headers, data=told)


def asked(kinds: dict[str, tuple[int, dict[str, str], str]], refused: str = "") -> Deployed:
    """A fake stack, whose invalidations do nothing, or are refused."""

    def invalidate(items: Sequence[str]) -> None:
        if refused:
            raise RuntimeError(refused)

    return Deployed(url="http://stack", invalidate=invalidate, slow_s=0, pause_s=0, pool=FakeStack(kinds))  # type: ignore[arg-type]


by_function = {"X-Probe-Made": "1", "X-Cache": "Miss from cloudfront", "Vary": "x-probe-unseen"}
by_cloudfront = {"X-Cache": "Error from cloudfront"}
always_new = {
    "plain": (200, by_function, "number {n}"),
    "there.txt": (200, {"X-Cache": "Miss from cloudfront"}, "there"),
    "": (503, by_cloudfront, ""),
}
all_kept = {"*": (200, by_function, "{path}")}
no_answers = {
    "all fails": always_new | {"*": (503, by_cloudfront, "number {n}")},
    "nothing large goes through": always_new | {"large": (502, by_cloudfront, ""), "*": (503, by_cloudfront, "")},
    "all is one page of CloudFront's": always_new | {"*": (200, by_cloudfront, "a page")},
    "nothing is kept, nobody waits": always_new,
    "bodies are cut": always_new
    | {"large": (200, by_function, "0"), "stale": (200, by_function, "mor"), "*": (503, by_cloudfront, "")},
}


# What the function's plain answer tells by itself.
learnt = {
    "repaired_answer_is_plain": True,
    "response_function_runs_on_repaired": False,
    "made_bodies_are_cut": False,
    "vary_of_buckets_is_filtered": False,
}


@pytest.mark.parametrize("kinds", no_answers.values(), ids=list(no_answers))
def test_what_is_no_answer_teaches_nothing(kinds: dict[str, tuple[int, dict[str, str], str]]) -> None:
    told: list[str] = []
    found, unanswered = ask_all(asked(kinds), told.append)
    assert found == learnt
    assert len(unanswered) == len(questions) - len(learnt)
    assert len(told) == len(questions)


@pytest.mark.parametrize("refused", ["", "AccessDenied"], ids=["purges nothing", "is refused"])
def test_an_invalidation_that_does_nothing_leaves_the_other_questions(refused: str) -> None:
    found, unanswered = ask_all(asked(all_kept, refused))
    assert {"tagged", "in flight"} <= set(unanswered)
    assert found["selected_origin_is_in_key"] is False


@pytest.mark.parametrize("there", [(503, by_cloudfront, ""), (403, by_cloudfront, "")], ids=["down", "not yet allowed"])
def test_a_stack_that_never_answers_is_asked_no_further(there: tuple[int, dict[str, str], str]) -> None:
    on = asked(always_new | {"there.txt": there})
    with pytest.raises(RuntimeError, match="does not answer"):
        ask_all(on)
    assert next(on.asked) == 21


@pytest.mark.parametrize("is_preview", [False, True], ids=["update", "preview"])
def test_the_stack_is_as_sdk_and_provider_take_it(is_preview: bool) -> None:
    found = declare("probe", preview=is_preview, project_dir=root / "probe" / "program")
    kinds = [(each, args_class(each.type)) for each in custom(found)]
    assert [fault for each, kind in kinds for fault in type_faults(kind, each.inputs, each.type)] == []
    assert [fault for each, _ in kinds for fault in rule_faults(each.type, each.inputs)] == []


@pytest.fixture
def pulumi(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A pulumi that writes down how it is called, and fails where `FAILS` names what it is asked."""
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
    monkeypatch.setattr(probe, "_account", lambda: "123456789012")
    return log


def calls(log: Path) -> list[str]:
    return [re.sub(r".*--non-interactive ((?:stack )?\w+).*", r"\1", line) for line in log.read_text().splitlines()]


def test_nothing_is_deployed_where_nobody_agrees(pulumi: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert probe.main() == 2
    assert not pulumi.exists()
    said = capsys.readouterr().err
    assert "to the account 123456789012" in said and "It costs less than 0.05 USD" in said


def test_nothing_is_deployed_without_credentials(
    pulumi: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.undo()
    monkeypatch.setenv("PATH", f"{pulumi.parent}:{os.environ['PATH']}")
    for name in [each for each in os.environ if each.startswith("AWS_")]:
        monkeypatch.delenv(name)
    for name in ("AWS_SHARED_CREDENTIALS_FILE", "AWS_CONFIG_FILE"):
        monkeypatch.setenv(name, str(pulumi.parent / "none"))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    assert probe.main(["--yes"]) == 2
    assert not pulumi.exists()
    assert "No account: Unable to locate credentials" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("fails", "unanswered", "status", "called"),
    [
        ("nothing fails", [], 0, ["stack init", "up", "stack output", "destroy"]),
        ("nothing fails", ["head"], 1, ["stack init", "up", "stack output", "destroy"]),
        ("stack init", [], 2, ["stack init"]),
        (" up ", [], 1, ["stack init", "up", "destroy"]),
        (" destroy ", [], 1, ["stack init", "up", "stack output", "destroy"]),
    ],
)
def test_whatever_happens_the_stack_is_destroyed(
    pulumi: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
    fails: str,
    unanswered: list[str],
    status: int,
    called: list[str],
) -> None:
    monkeypatch.setenv("FAILS", fails)
    monkeypatch.setattr(probe, "ask_all", lambda on, say: ({"head_is_forwarded": False}, unanswered))
    assert probe.main(["--yes"]) == status
    assert calls(pulumi) == called
    said = capfd.readouterr()
    assert ("answered by a real account" in said.out) == ("stack output" in called)
    assert ("It is NOT destroyed" in said.err) == (fails == " destroy ")
    # What is left of a run is what a person needs to try again.
    assert (fails in ("stack init", " destroy ")) == any((pulumi.parent / "state").iterdir())


@pytest.mark.aws
def test_a_real_account_answers(capsys: pytest.CaptureFixture[str]) -> None:
    """Twenty minutes and less than 0.05 USD."""
    assert probe.main(["--yes"]) == 0
    assert "answered by a real account" in capsys.readouterr().out
