"""What the SDK's types and the provider's rules say against a declared resource; mocks accept anything."""

from __future__ import annotations

import inspect
import json
import re
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import pulumi_aws as aws
from pulumi import _types as sdk_types
from pulumi.output import Unknown

rules = json.loads(Path(__file__).with_name("provider_rules.json").read_text(encoding="utf-8"))["types"]
# What a property is where nothing is said, if a rule depends on it (lambda/function.go).
defaults = {"packageType": "Zip"}


def args_class(kind: str) -> type:
    """The SDK's class of a type's inputs: `aws:s3/bucket:Bucket` is aws.s3.BucketArgs."""
    _, path, name = kind.split(":")
    module = path.partition("/")[0]
    resource = getattr(getattr(aws, {"lambda": "lambda_"}.get(module, module)), name)
    home = sys.modules[resource.__module__]
    # InitArgs where Args was taken already, by a block of another resource.
    return getattr(home, f"{name}InitArgs", None) or getattr(home, f"{name}Args")


def type_faults(kind: type, inputs: Mapping[str, object], path: str) -> Iterator[str]:
    """A line for each input that the class does not have, that it demands, or whose kind is another."""
    names = sdk_types.input_type_py_to_pulumi_names(kind)
    kinds = sdk_types.input_type_types(kind)
    for python_name, parameter in inspect.signature(kind.__init__).parameters.items():
        is_required = python_name not in ("self", "__self__") and parameter.default is inspect.Parameter.empty
        if is_required and names[python_name] not in inputs:
            yield f"{path}.{names[python_name]} is required"
    by_name = {name: kinds.get(python_name) for python_name, name in names.items()}
    for name, value in inputs.items():
        if name not in by_name:
            yield f"{path}.{name} is unknown"
        else:
            yield from _value_faults(by_name[name], value, f"{path}.{name}")


def _value_faults(kind: object, value: object, path: str) -> Iterator[str]:
    kind = sdk_types.unwrap_type(kind)
    if isinstance(value, Unknown) or kind is None:
        return
    if sdk_types.is_input_type(kind):
        if isinstance(value, Mapping):
            yield from type_faults(kind, value, path)
        else:
            yield f"{path} is no object"
    elif isinstance(value, list):
        for each in value:
            yield from _value_faults(next(iter(getattr(kind, "__args__", [])), None), each, f"{path}[]")
    elif kind in (bool, int, str) and type(value) is not kind:
        yield f"{path} is no {kind.__name__}: {value!r}"


def rule_faults(kind: str, inputs: Mapping[str, object]) -> Iterator[str]:
    """A line for each rule of the provider that the inputs break."""
    found = rules.get(kind, {})
    for name in found.get("required", ()):
        if name not in inputs:
            yield f"{name} is required"
    for group in found.get("conflicts", ()):
        yield from (f"only one of {group}" for count in _counts(inputs, group) if count > 1)
    for group in found.get("exactlyOneOf", ()):
        yield from (f"exactly one of {group}" for count in _counts(inputs, group) if count != 1)
    for group in found.get("atLeastOneOf", ()):
        if not any(name in inputs for name in group):
            yield f"at least one of {group}"
    for name, others in found.get("requiredWith", {}).items():
        if name in inputs and not set(others) <= set(inputs):
            yield f"{name} needs {others}"
    for when in found.get("when", ()):
        if all(_holds(inputs.get(name, defaults.get(name)), wanted) for name, wanted in when["if"].items()):
            yield from _together(when, inputs)
    for path, rule in found.get("props", {}).items():
        for value in values_at(inputs, path.split(".")):
            yield from (f"{path} {said}: {value!r}" for said in _broken(rule, value))


def _counts(inputs: Mapping[str, object], group: list[str]) -> Iterator[int]:
    """How many of a group's paths are said, at each place where they stand side by side."""
    parents = {path.rpartition(".")[0] for path in group}
    if len(parents) > 1:
        yield sum(any(True for _ in values_at(inputs, path.split("."))) for path in group)
        return
    parent = parents.pop()
    for place in values_at(inputs, parent.split(".")) if parent else [inputs]:
        yield sum(path.rpartition(".")[2] in place for path in group)


def _holds(value: object, wanted: list[object] | str) -> bool:
    return value is not None if wanted == "set" else value in wanted


def _together(when: Mapping[str, object], inputs: Mapping[str, object]) -> Iterator[str]:
    """What a rule for some inputs says of the others."""
    if not set(when.get("require", ())) <= set(inputs):
        yield f"{when['require']}: {when['reason']}"
    if when.get("requireOneOf") and not any(name in inputs for name in when["requireOneOf"]):
        yield f"one of {when['requireOneOf']}: {when['reason']}"
    if set(when.get("forbid", ())) & set(inputs):
        yield f"none of {when['forbid']}: {when['reason']}"
    for name, pattern in when.get("regex", {}).items():
        if isinstance(inputs.get(name), str) and not re.search(pattern, str(inputs[name])):
            yield f"{name} breaks {pattern}: {when['reason']}"


def values_at(inputs: object, path: list[str]) -> Iterator[object]:
    """The values at a path like `origins[].originShield.enabled`; nothing where it leads nowhere, or is unknown."""
    if isinstance(inputs, Unknown) or inputs is None:
        return
    if not path:
        yield inputs
        return
    name, is_list, _ = path[0].partition("[]")
    value = inputs.get(name) if isinstance(inputs, Mapping) else None
    for each in (value or []) if is_list else [value]:
        yield from values_at(each, path[1:])


def _broken(rule: Mapping[str, object], value: object) -> Iterator[str]:
    text = value if isinstance(value, str) else ""
    size = len(value) if isinstance(value, list) else None
    number = value if isinstance(value, int) and not isinstance(value, bool) else None
    if value in rule.get("or", ()) or ("orRegex" in rule and re.search(rule["orRegex"], text)):
        return
    cased = str.lower if rule.get("ignoreCase") else str
    checks = {
        "enum": lambda given: value in given or cased(text) in map(cased, map(str, given)),
        "multipleOf": lambda given: number is None or number % given == 0,
        "min": lambda given: number is None or number >= given,
        "max": lambda given: number is None or number <= given,
        "minItems": lambda given: size is None or size >= given,
        "maxItems": lambda given: size is None or size <= given,
        "minLength": lambda given: len(text) >= given,
        "maxLength": lambda given: len(text) <= given,
        "regex": lambda given: re.search(given, text) is not None,
        "notRegex": lambda given: re.search(given, text) is None,
        "format": lambda given: formats[given](value),
    }
    for name, given in rule.items():
        if name in checks and not checks[name](given):
            yield f"breaks {name} {given}"


formats = {
    "arn": lambda value: re.fullmatch(r"arn:aws:[a-z0-9-]+:[a-z0-9-]*:(\d{12}|aws)?:.+", str(value)) is not None,
    "accountId": lambda value: re.fullmatch(r"\d{12}", str(value)) is not None,
    "iamPolicy": lambda value: str(value).startswith("{") and bool(json.loads(str(value))["Statement"]),
    "json": lambda value: bool(json.loads(str(value))),
    "lowercaseKeys": lambda value: all(name == name.lower() for name in value),
    "rfc3339": lambda value: re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", str(value)) is not None,
}
