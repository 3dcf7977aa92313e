"""Which stack a verb is for, and how verbs end: sentences and exit statuses."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from mirage.stack import read
from mirage.stop import Stop
from tests.cli import run

outputs = {
    "url": "https://d111.cloudfront.net",
    "originalsBucket": "o",
    "variantsBucket": "v",
    "distributionId": "E1",
    "region": "eu-central-1",
    "viewerFunction": "mirage-dev-viewer-1",
    "keyValueStore": "arn:aws:cloudfront::123456789012:key-value-store/k",
    "originalChangedFunction": "mirage-dev-original-changed",
}


def test_a_stack_is_what_its_outputs_say() -> None:
    found = read({**outputs, "access": {"/team/": "signed"}}, name="dev")
    assert (found.url, found.originals, found.account) == ("https://d111.cloudfront.net", "o", "123456789012")
    assert found.access == {"/team/": "signed"}
    assert not found.is_emulated


@pytest.mark.parametrize("missing", ["keyValueStore", "region", "viewerFunction"])
def test_outputs_of_an_older_version_are_refused(missing: str) -> None:
    with pytest.raises(Stop, match=f"The stack dev has no output {missing}: deploy it with this version"):
        read({name: value for name, value in outputs.items() if name != missing}, name="dev")


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("upload", "README.md", "--outputs", "nowhere.json"), "Expected a file of outputs at nowhere.json: No such"),
        (("upload", "README.md", "--outputs", "README.md"), "Expected the JSON of pulumi stack output --json in"),
        (("upload", "README.md", "--outputs", "docs"), "Expected a file of outputs at docs: Is a directory."),
        (("upload", "README.md", "--stack", "a", "--emulator"), "Expected one of --stack, --outputs and --emulator"),
        (("upload", "README.md", "--at", "http://localhost:1"), "No emulator runs at http://localhost:1: start one"),
        (("upload",), "Missing argument"),
        (("nonsense",), "No such command 'nonsense'. python -m mirage --help tells more."),
        (("uplaod", "x"), "No such command 'uplaod'. Did you mean 'upload'? python -m mirage --help tells more."),
        (
            ("pause", "--to", "x"),
            "Invalid value for '--to': 'x' is not one of 'signed', 'off'. python -m mirage pause --",
        ),
        (("upload", "--nonsense"), "No such option: --nonsense"),
    ],
)
def test_what_is_typed_wrongly_is_one_sentence_and_2(arguments: tuple[str, ...], sentence: str) -> None:
    found = run(*arguments)
    assert (found.status, found.out) == (2, "")
    assert found.err.startswith(sentence)
    assert found.err.count("\n") == 1


def test_with_json_the_sentence_is_json_too() -> None:
    found = run("upload", "nowhere", "--json")
    assert json.loads(found.err) == {"error": "Expected a file or a folder at nowhere, there is none."}


def test_help_lists_every_verb() -> None:
    found = run()
    assert found.status == 0
    assert "upload" in found.out


def test_help_says_what_each_verb_does_in_whole_words() -> None:
    assert "..." not in run("--help").out.partition("Commands:")[2]


def test_pulumi_is_asked_only_where_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    found = run("upload", "README.md", "--stack", "prod")
    assert (found.status, found.err) == (
        2,
        "pulumi is not installed here: give its outputs by --outputs FILE (pulumi stack output --json).\n",
    )
