"""The door of the person at the keyboard: the KeyValueStore, CloudFront's API and S3 behind one address."""

from __future__ import annotations

import json

import pytest
from botocore.exceptions import ClientError

from emulator.aws.key_value_api import KeyValueApi
from emulator.wire import HttpRequest
from mirage import aws
from mirage.stack import Asked, Stack, find
from mirage.switch import Switch
from tests.running import Emulator

arn = "arn:aws:cloudfront::123456789012:key-value-store/k"
path = "/key-value-stores/arn%3Aaws%3Acloudfront%3A%3A123456789012%3Akey-value-store%2Fk"


def ask(api: KeyValueApi, method: str, tail: str = "", body: bytes = b"", **headers: str) -> tuple:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return api.request(
        HttpRequest(method=method, path=path + tail, query="", headers=named, body=body, client="127.0.0.1")
    )


def test_a_write_that_names_an_old_etag_is_refused() -> None:
    stores = {arn: {"generate": "on"}}
    api = KeyValueApi(stores)
    etag = dict(ask(api, "GET")[1])["ETag"]
    assert ask(api, "PUT", "/keys/generate", b'{"Value": "off"}', if_match=etag)[0] == 200
    assert stores[arn] == {"generate": "off"}
    assert ask(api, "PUT", "/keys/generate", b'{"Value": "on"}', if_match=etag)[0] == 409
    assert stores[arn] == {"generate": "off"}


@pytest.mark.parametrize(
    ("method", "tail", "body", "status"),
    [
        ("GET", "/keys/nothing", b"", 404),
        ("GET", "/keys/generate", b"", 200),
        ("GET", "/keys", b"", 200),
        ("GET", "x", b"", 404),
        ("PUT", "/keys/" + "k" * 513, b'{"Value": "x"}', 400),
        ("PUT", "/keys/k", b'{"Value": "' + b"x" * 1025 + b'"}', 400),
        ("DELETE", "/keys/generate", b"", 200),
    ],
)
def test_keys_are_read_and_written(method: str, tail: str, body: bytes, status: int) -> None:
    api = KeyValueApi({arn: {"generate": "on"}})
    etag = dict(ask(api, "GET")[1])["ETag"]
    assert ask(api, method, tail, body, if_match=etag)[0] == status


def test_the_bounds_of_a_store_are_those_of_the_page() -> None:
    """5 MB a store, 50 keys an update (its 3 MB can't be reached), 512 bytes a key, 1 KB a value; by hand."""
    full = {f"k{number:04}": "v" * 1_024 for number in range(5_095)} | {"last": "v" * 121}  # 5,095 x 1,029 + 125
    assert sum(len(name) + len(value) for name, value in full.items()) == 5_242_880

    def update(store: dict[str, str], puts: dict[str, str], deletes: tuple[str, ...] = ()) -> int:
        api = KeyValueApi({arn: store})
        asked = {"Puts": [{"Key": key, "Value": value} for key, value in puts.items()]}
        asked["Deletes"] = [{"Key": key} for key in deletes]
        etag = dict(ask(api, "GET")[1])["ETag"]
        return ask(api, "POST", "/keys", json.dumps(asked).encode(), if_match=etag)[0]

    assert update(dict(full), {"last": "v" * 121}) == 200
    assert update(dict(full), {"last": "v" * 122}) == 400
    assert update(dict(full), {"new": "v"}) == 400
    assert update(dict(full), {"new": "v"}, deletes=("last",)) == 200
    assert update({}, {f"k{number}": "v" for number in range(50)}) == 200
    assert update({}, {f"k{number}": "v" for number in range(51)}) == 400
    assert update({}, {f"k{number}": "v" for number in range(49)}, deletes=("a", "b")) == 400
    assert update({}, {"k" * 512: "v" * 1_024}) == 200
    assert update({}, {"k" * 513: "v"}) == update({}, {"k": "v" * 1_025}) == update({}, {"": "v"}) == 400


@pytest.fixture
def stack(emulator: Emulator) -> Stack:
    return find(Asked(at=emulator.url))


@pytest.mark.emulator
def test_the_switch_is_put_with_boto3s_own_signature(stack: Stack) -> None:
    switch = Switch(stack)
    switch.put("cli-test", "1")
    assert switch.get("cli-test") == "1"
    assert switch.all()["cli-test"] == "1"
    assert switch.get("cli-nothing") is None


@pytest.mark.emulator
def test_the_viewer_function_can_be_read_as_it_ships(stack: Stack) -> None:
    code = aws.viewer_code(stack)
    assert "handler" in code
    assert len(code.encode()) <= 10_240


@pytest.mark.emulator
def test_an_invalidation_is_done(stack: Stack) -> None:
    assert aws.is_invalidated(stack, aws.invalidate(stack, ["/cats/*", "#o-" + "0" * 32]))
    with pytest.raises(ClientError, match="NoSuchInvalidation"):
        aws.is_invalidated(stack, "INOTHING")
