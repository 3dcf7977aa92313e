"""Requests and configurations for the viewer function's tests."""

from __future__ import annotations

from collections.abc import Mapping

from infra.viewer.config import PresetConfig, ViewerConfig


def config_of(said: Mapping[str, object]) -> ViewerConfig:
    presets = {
        name: PresetConfig(options=each["options"], open=tuple(each["open"]))
        for name, each in said.get("presets", {}).items()
    }
    access = tuple((prefix, mode) for prefix, mode in said.get("access", ()))
    rest = {name: tuple(value) if isinstance(value, list) else value for name, value in said.items()}
    return ViewerConfig(**{**rest, "presets": presets, "access": access})


def event_of(
    url: str, *, accept: object = None, headers: Mapping[str, str] | None = None, method: str = "GET"
) -> dict[str, object]:
    path, mark, query = url.partition("?")
    sent = {"host": "d111.cloudfront.net", **({} if accept is None else {"accept": accept}), **(headers or {})}
    return {
        "version": "1.0",
        "context": {"eventType": "viewer-request", "distributionId": "EDFDVBD6EXAMPLE"},
        "viewer": {"ip": "198.51.100.11"},
        "request": {
            "method": method,
            "uri": path,
            "querystring": {},
            "rawQueryString": query if mark else None,
            "headers": {name: {"value": value} for name, value in sent.items()},
            "cookies": {},
        },
    }
