"""The data plane of CloudFront's KeyValueStores: what is put is what the viewer function reads from then on.

CloudFront KeyValueStore API reference 2022-07-26, read 2026-11. A write names the store's ETag by If-Match.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import MutableMapping
from urllib.parse import unquote

from emulator.quotas import kvs_update_max_keys
from emulator.viewer import store as kvs
from emulator.wire import HttpRequest

Answer = tuple[int, tuple[tuple[str, str], ...], bytes]
Store = MutableMapping[str, str]
path_pattern = re.compile(r"/key-value-stores/(?P<store>[^/]+)(?P<keys>/keys/?(?P<key>[^/]*))?")


class Refused(Exception):
    """CloudFront says no; the code is its own."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status, self.code = status, code


class KeyValueApi:
    """Over the stores by ARN."""

    def __init__(self, stores: MutableMapping[str, dict[str, str]]) -> None:
        self._stores = stores

    def request(self, asked: HttpRequest) -> Answer:
        """Status, headers and JSON of the answer."""
        try:
            return self._serve(asked)
        except Refused as why:
            return why.status, (("x-amzn-ErrorType", why.code),), json.dumps({"Message": str(why)}).encode()

    def _serve(self, asked: HttpRequest) -> Answer:
        found = path_pattern.fullmatch(asked.path)
        if found is None:
            raise Refused(400, "ValidationException", f"There is no {asked.path}.")
        arn, key = unquote(found["store"]), unquote(found["key"] or "")
        store = self._stores.get(arn)
        if store is None:
            raise Refused(404, "ResourceNotFoundException", "The Key Value Store was not found.")
        if asked.method == "GET":
            return _told(_read(arn, store, key, has_keys=found["keys"] is not None), store)
        if asked.headers.get("if-match") != _etag(store):
            raise Refused(409, "ConflictException", "The If-Match is not the store's ETag.")
        _write(store, asked.method, key, asked.body)
        return _told(_size(store), store)


def _read(arn: str, store: Store, key: str, *, has_keys: bool) -> dict[str, object]:
    if not has_keys:
        return {**_size(store), "KvsARN": arn, "Created": 0, "Status": "READY"}
    if not key:
        return {"Items": [{"Key": name, "Value": text} for name, text in sorted(store.items())]}
    if key not in store:
        raise Refused(404, "ResourceNotFoundException", "The key was not found.")
    return {**_size(store), "Key": key, "Value": store[key]}


def _write(store: Store, method: str, key: str, body: bytes) -> None:
    """Nothing: the keys are as wanted. AWS "Quotas on key value stores", read 2026-11."""
    wanted = json.loads(body or b"{}")
    puts = {key: wanted.get("Value", "")} if method == "PUT" else {}
    deletes = [key] if method == "DELETE" else []
    if method == "POST":
        puts = {each["Key"]: each["Value"] for each in wanted.get("Puts", [])}
        deletes = [each["Key"] for each in wanted.get("Deletes", [])]
    if len(puts) + len(deletes) > kvs_update_max_keys:
        raise Refused(400, "ValidationException", f"An update has at most {kvs_update_max_keys} keys.")
    kept = {name: text for name, text in store.items() if name not in deletes}
    if why := kvs.fault(kept, puts):
        raise Refused(400, "ValidationException", why)
    for name in deletes:
        store.pop(name, None)
    store.update(puts)


def _size(store: Store) -> dict[str, object]:
    return {"ItemCount": len(store), "TotalSizeInBytes": kvs.size_bytes(store)}


def _etag(store: Store) -> str:
    return "KV" + hashlib.sha256(json.dumps(sorted(store.items())).encode()).hexdigest()[:14].upper()


def _told(said: dict[str, object], store: Store) -> Answer:
    return 200, (("ETag", _etag(store)),), json.dumps(said).encode()
