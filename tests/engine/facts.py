"""What the provider knows of a type: what it refuses, names by itself, replaces, and leaves unknown until it is done.

From `tests/provider_rules.json` (read in the provider's sources) and the SDK's own classes of inputs.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from typing import TypeAlias

from pulumi.output import UNKNOWN, Unknown

from tests.provider_rules import args_class, rule_faults, rules, type_faults

Inputs: TypeAlias = Mapping[str, object]
defaults_key = "__defaults"
# Any change of these publishes a version, where publish is on (lambda/function.go, needsFunctionConfigUpdate and code).
publishing = {
    *("code", "sourceCodeHash", "s3Bucket", "s3Key", "s3ObjectVersion", "sourceKmsKeyArn", "imageUri", "architectures"),
    *("description", "handler", "runtime", "role", "memorySize", "timeout", "environment", "layers", "loggingConfig"),
    *("tracingConfig", "vpcConfig", "kmsKeyArn", "deadLetterConfig", "fileSystemConfig", "imageConfig"),
    *("ephemeralStorage", "snapStart", "durableConfig", "capacityProviderConfig", "publishTo", "publish"),
}
object_content = {
    *("source", "content", "contentBase64", "contentType", "cacheControl", "contentDisposition"),
    *("contentEncoding", "contentLanguage", "metadata", "storageClass"),
}


def faults(kind: str, inputs: Inputs) -> list[str]:
    """A line for everything that the provider would refuse at preview."""
    if kind not in rules:
        return [f"the stand-in knows no type {kind}: add it to tests/provider_rules.json"]
    found = [f"{path}" for path in type_faults(args_class(kind), inputs, kind.rpartition(":")[2])]
    return found + list(rule_faults(kind, inputs))


def named(kind: str, name: str, inputs: Inputs, olds: Inputs) -> dict[str, object]:
    """What the provider adds to the inputs: a name of its own making, and its defaults (tfbridge, applyDefaults)."""
    added: dict[str, object] = {}
    found = rules[kind]
    auto = found.get("autoname")
    has_prefix = any(key.endswith("Prefix") and key in inputs for key in inputs)
    if auto and auto["property"] not in inputs and not has_prefix:
        old = olds.get(auto["property"]) if auto["property"] in olds.get(defaults_key, []) else None
        added[auto["property"]] = old or f"{name}-{digest(name)[:7]}"[: auto["maxLength"]]
    for path, value in found.get("defaults", {}).items():
        if "." not in path and "[]" not in path and path not in inputs:
            added[path] = value
    return added


def changed(old: Inputs, new: Inputs) -> list[str]:
    """The inputs that differ."""
    return sorted(name for name in {*old, *new} - {defaults_key} if old.get(name) != new.get(name))


def replacing(kind: str, old: Inputs, new: Inputs, region: str) -> list[str]:
    """The inputs whose change makes a new resource; one that is not known yet may be another (schema ForceNew)."""
    found = [path for path in rules[kind].get("forceNew", ()) if not _same(path, old, new, region)]
    for path, when in rules[kind].get("forceNewWhen", {}).items():
        if _replaces_when(when, list(_values(old, path.split("."))), list(_values(new, path.split(".")))):
            found.append(path)
    return found


def _replaces_when(when: object, before: list[object], after: list[object]) -> bool:
    if when == "presence":
        return bool(before) != bool(after)
    if when == "arnService":
        return [_service(each) for each in before] != [_service(each) for each in after]
    return before != after and set(before) <= set(when["from"]) and set(after) <= set(when["to"])


def deletes_first(kind: str, new: Inputs) -> bool:
    """Whether a replacement is deleted before the new one is made, unless the program says otherwise.

    So is everything whose name the program gives, even where the name is what changed (tfbridge/schema.go,
    nameRequiresDeleteBeforeReplace; pulumi-aws sets no UniqueNameFields).
    """
    auto = rules[kind].get("autoname")
    is_given = bool(auto) and auto["property"] in new and auto["property"] not in new.get(defaults_key, [])
    return bool(rules[kind].get("deleteBeforeReplace")) or is_given


def unknown_after_create(kind: str, inputs: Inputs) -> list[str]:
    """The outputs that only AWS knows: all that are computed and not given."""
    found = rules[kind]
    names = {path for path in [*found.get("computed", ()), *found.get("optionalComputed", ())] if path.isalnum()}
    return sorted(names - set(inputs))


def unknown_after_update(kind: str, differing: list[str], inputs: Inputs) -> list[str]:
    """The outputs that an update makes unknown (the provider's CustomizeDiff); all others stay as they are."""
    changes = set(differing)
    if kind == "aws:lambda/function:Function" and changes & publishing:
        return ["lastModified", *(["version", "qualifiedArn", "qualifiedInvokeArn"] if inputs.get("publish") else [])]
    if kind == "aws:s3/bucketObjectv2:BucketObjectv2" and changes & {*object_content, "sourceHash"}:
        return ["versionId", *(["etag"] if "sourceHash" in changes else [])]
    if kind == "aws:ssm/parameter:Parameter" and "value" in changes:
        return ["version"]
    return []


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _same(path: str, old: Inputs, new: Inputs, region: str) -> bool:
    if path == "region":
        return (old.get("region") or region) == (new.get("region") or region)
    return list(_values(old, path.split("."))) == list(_values(new, path.split(".")))


def _values(value: object, path: list[str]) -> Iterator[object]:
    """The values at a path, what is not known yet among them."""
    if isinstance(value, Unknown):
        yield UNKNOWN
    elif not path:
        yield from () if value is None else (value,)
    elif isinstance(value, Mapping):
        name, is_list, _ = path[0].partition("[]")
        found = value.get(name)
        for each in found or [] if is_list and isinstance(found, list) else [found]:
            yield from _values(each, path[1:])


def _service(arn: object) -> str:
    return str(arn).split(":")[2] if str(arn).count(":") > 2 else repr(arn)
