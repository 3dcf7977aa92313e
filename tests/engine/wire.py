"""The engine's property values as plain Python: numbers whole, unknowns and secrets told apart, files by their hashes.

The marks are those of `pulumi.runtime.rpc` (the engine's `sdk/proto`): a struct with a signature, and one text that
stands for what is not known yet.
"""

from __future__ import annotations

from collections.abc import Mapping

from google.protobuf import json_format, struct_pb2
from pulumi.output import UNKNOWN, Unknown
from pulumi.runtime import rpc

signature = rpc._special_sig_key
secret_mark = rpc._special_secret_sig
output_mark = rpc._special_output_value_sig
file_marks = (rpc._special_asset_sig, rpc._special_archive_sig)
unknown = rpc.UNKNOWN


def received(struct: struct_pb2.Struct) -> dict[str, object]:
    """The properties as sent, secrets still wrapped."""
    return json_format.MessageToDict(struct)


def sent(properties: Mapping[str, object]) -> struct_pb2.Struct:
    struct = struct_pb2.Struct()
    struct.update(properties)
    return struct


def plain(value: object) -> object:
    """The value without wrappers: secrets revealed, numbers whole, unknowns as `UNKNOWN`, files as their marks."""
    if value == unknown:
        return UNKNOWN
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, list):
        return [plain(each) for each in value]
    if not isinstance(value, dict):
        return value
    if value.get(signature) in (secret_mark, output_mark):
        return plain(value.get("value", unknown))
    if value.get(signature) in file_marks:
        # Two copies of a file are the same file: the bridge compares by hash (tfbridge/assets.go).
        return {"file": value["hash"]} if value.get("hash") else value
    return {name: plain(each) for name, each in value.items()}


def is_unknown(value: object) -> bool:
    """Whether something in the value is not known yet."""
    if isinstance(value, dict):
        return any(is_unknown(each) for each in value.values())
    if isinstance(value, list):
        return any(is_unknown(each) for each in value)
    return isinstance(value, Unknown) or value == unknown
