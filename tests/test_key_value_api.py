"""The API of KeyValueStores, field by field. CloudFront KeyValueStore API Reference, read 2026-11."""

from __future__ import annotations

import json

import pytest

from emulator.aws.key_value_api import KeyValueApi
from emulator.wire import HttpRequest
from tests.test_emulator_administrator import arn, ask

sizes = {"ItemCount": 2, "TotalSizeInBytes": 4}


def kept() -> KeyValueApi:
    return KeyValueApi({arn: {"b": "2", "a": "1"}})


@pytest.mark.parametrize(
    ("tail", "said"),
    [
        ("", {**sizes, "KvsARN": arn, "Created": 0, "Status": "READY"}),
        ("/keys/", {"Items": [{"Key": "a", "Value": "1"}, {"Key": "b", "Value": "2"}]}),
        ("/keys", {"Items": [{"Key": "a", "Value": "1"}, {"Key": "b", "Value": "2"}]}),
        ("/keys/a", {**sizes, "Key": "a", "Value": "1"}),
    ],
)
def test_a_store_is_told(tail: str, said: dict) -> None:
    status, headers, body = ask(kept(), "GET", tail)
    assert (status, [name for name, _ in headers], json.loads(body)) == (200, ["ETag"], said)


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("/other", 400, "ValidationException"),
        ("/key-value-stores/other", 404, "ResourceNotFoundException"),
        (f"/key-value-stores/{arn.replace('/', '%2F')}/keys/c", 404, "ResourceNotFoundException"),
    ],
)
def test_what_is_not_there_is_told(path: str, status: int, code: str) -> None:
    said = kept().request(HttpRequest(method="GET", path=path, query="", headers={}, body=b""))
    assert said[:2] == (status, (("x-amzn-ErrorType", code),))
    assert json.loads(said[2])["Message"]


@pytest.mark.parametrize(
    ("method", "tail", "body", "left"),
    [
        ("PUT", "/keys/c", {"Value": "3"}, {"a": "1", "b": "2", "c": "3"}),
        ("DELETE", "/keys/a", None, {"b": "2"}),
        ("DELETE", "/keys/c", None, {"a": "1", "b": "2"}),
        ("POST", "/keys", {"Puts": [{"Key": "a", "Value": "9"}], "Deletes": [{"Key": "b"}]}, {"a": "9"}),
    ],
)
def test_keys_are_written(method: str, tail: str, body: object, left: dict) -> None:
    stores = {arn: {"a": "1", "b": "2"}}
    api = KeyValueApi(stores)
    etag = dict(ask(api, "GET")[1])["ETag"]
    sent = json.dumps(body).encode() if body else b""
    status, headers, said = ask(api, method, tail, sent, if_match=etag)
    assert (status, stores[arn], json.loads(said)["ItemCount"]) == (200, left, len(left))
    assert (dict(headers)["ETag"] == etag) is (left == {"a": "1", "b": "2"})
    assert ask(api, method, tail, sent)[0] == 409


@pytest.mark.parametrize(("puts", "deletes", "status"), [(25, 25, 200), (26, 25, 400), (25, 26, 400), (50, 0, 200)])
def test_an_update_has_fifty_keys_at_the_most(puts: int, deletes: int, status: int) -> None:
    api = kept()
    body = {
        "Puts": [{"Key": f"p{each}", "Value": "x"} for each in range(puts)],
        "Deletes": [{"Key": f"d{each}"} for each in range(deletes)],
    }
    etag = dict(ask(api, "GET")[1])["ETag"]
    assert ask(api, "POST", "/keys", json.dumps(body).encode(), if_match=etag)[0] == status
