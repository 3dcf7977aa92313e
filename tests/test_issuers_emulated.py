"""The identity providers that the emulator plays: what they publish is what the exchange of tokens asks for."""

from __future__ import annotations

import json
import time
from types import SimpleNamespace

import pytest

from emulator.__main__ import wanted
from emulator.stand_ins.issuers import read_issuers
from emulator.stopped import Stopped
from emulator.wire import HttpRequest
from origin import issuers

issuer = "https://login.example/pool/"
said = json.dumps([{"path": "/members/", "issuer": issuer, "audience": "pictures", "key": "ssm:/k", "seconds": 60}])
function = SimpleNamespace(
    type="aws:lambda/function:Function", inputs={"environment": {"variables": {"MIRAGE_EXCHANGES": said}}}
)
played = read_issuers([function, SimpleNamespace(type="aws:lambda/function:Function", inputs={})], time.time)


def fetch(url: str) -> bytes:
    host, _, path = url.removeprefix("https://").partition("/")
    asked = HttpRequest(method="GET", path=f"/{path}", query="", headers={"host": host}, body=b"")
    status, body = played.answer(asked)
    assert status == 200, url
    return body


def test_the_issuers_are_those_that_the_program_declares() -> None:
    assert played.hosts == ("login.example",)
    assert dict(played.known) == {issuer: "pictures"}


def test_a_token_of_theirs_is_believed_by_what_is_shipped() -> None:
    verified = issuers.Issuers(fetch, time.monotonic)
    ends = verified.until(played.token(issuer, {"exp": 2_000_000_000}), issuer=issuer, audience="pictures")
    assert ends == 2_000_000_000
    with pytest.raises(issuers.Untrusted):
        verified.until(played.token(issuer, {"aud": "other"}), issuer=issuer, audience="pictures")
    with pytest.raises(issuers.Expired):
        verified.until(played.token(issuer, {"exp": 1}), issuer=issuer, audience="pictures")


def test_another_path_is_not_found() -> None:
    asked = HttpRequest(method="GET", path="/login", query="", headers={"host": "login.example"}, body=b"")
    assert played.answer(asked)[0] == 404


def test_secrets_come_from_a_file(tmp_path) -> None:
    path = tmp_path / "secrets.json"
    path.write_text('{"ssm:/mirage/cookies": "a\\nb"}')
    assert wanted({"MIRAGE_SECRETS": str(path)}).secrets == {"ssm:/mirage/cookies": "a\nb"}
    assert wanted({}).secrets == {}


@pytest.mark.parametrize("text", ["", "[", "[]", '{"a": 7}'])
def test_a_file_that_has_none_is_a_sentence(text: str, tmp_path) -> None:
    path = tmp_path / "secrets.json"
    path.write_text(text)
    with pytest.raises(Stopped, match="MIRAGE_SECRETS"):
        wanted({"MIRAGE_SECRETS": str(path)})
    with pytest.raises(Stopped, match="there is none at"):
        wanted({"MIRAGE_SECRETS": str(tmp_path / "none.json")})
