"""What a KeyValueStore takes. AWS "Quotas on key value stores", read 2026-11."""

from __future__ import annotations

from collections.abc import Mapping

from emulator.quotas import kvs_key_max_bytes, kvs_store_max_bytes, kvs_value_max_bytes


def fault(store: Mapping[str, str], puts: Mapping[str, str]) -> str | None:
    """Why the store would not take these, in a sentence; None where it would."""
    for key, value in puts.items():
        if not 0 < len(key.encode()) <= kvs_key_max_bytes or len(value.encode()) > kvs_value_max_bytes:
            return f"A key has at most {kvs_key_max_bytes} bytes, a value {kvs_value_max_bytes}: {key[:40]}."
    if size_bytes({**store, **puts}) > kvs_store_max_bytes:
        return f"A KeyValueStore has at most {kvs_store_max_bytes} bytes of keys and values."
    return None


def size_bytes(store: Mapping[str, str]) -> int:
    """The size that counts: keys and values."""
    return sum(len(key.encode()) + len(value.encode()) for key, value in store.items())
