"""The control API: how tests and people drive the emulator. Loopback HTTP and JSON; nothing of it deploys."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from emulator import asgi

Body = Mapping[str, object]
Action = Callable[[Body], Awaitable[object]]
most_bytes = 1024 * 1024


class Refused(Exception):
    """A body that can't be obeyed; the text is the sentence of the 400."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    method: str
    path: str
    act: Action


class ControlApp:
    """An ASGI application over routes: unknown ones 404, bad bodies 400 with a sentence."""

    def __init__(self, routes: list[Route]) -> None:
        self._routes = {(each.method, each.path): each.act for each in routes}
        self._paths = {each.path for each in routes}

    async def __call__(self, scope: asgi.Message, receive: asgi.Receive, send: asgi.Send) -> None:
        body = await asgi.read(receive, most_bytes)
        status, said = await self._answer(asgi.text(scope, "method"), asgi.text(scope, "raw_path"), body)
        text = json.dumps(said, indent=1, ensure_ascii=False).encode() + b"\n"
        headers = (("Content-Type", "application/json"), ("Content-Length", str(len(text))))
        await asgi.answer(send, status, headers, text)

    async def _answer(self, method: str, path: str, body: bytes) -> tuple[int, object]:
        act = self._routes.get((method, path))
        if act is None:
            known = ", ".join(sorted(f"{method} {path}" for method, path in self._routes))
            return 404, {"message": f"There is no {method} {path}; there are {known}."}
        try:
            return 200, await act(_object(body))
        except (Refused, ValueError) as why:
            return 400, {"message": str(why)}


def _object(body: bytes) -> Body:
    """The body as a JSON object; no body is an empty one."""
    if not body.strip():
        return {}
    try:
        found = json.loads(body)
    except ValueError:
        raise Refused("Expected a JSON object, received something that is no JSON.") from None
    if not isinstance(found, dict):
        raise Refused(f"Expected a JSON object, received {type(found).__name__}.")
    return found


def seconds(body: Body, name: str, *, default: float | None = None, least: float = 0, most: float = 1e9) -> float:
    """The number of seconds that the body names, and nothing else beside it."""
    refuse_unknown(body, {name})
    value = body.get(name, default)
    if isinstance(value, bool) or not isinstance(value, int | float) or not least <= value <= most:
        raise Refused(f"Expected seconds from {least:g} to {most:g} for {name}, received {value!r}.")
    return float(value)


def refuse_unknown(body: Body, known: set[str]) -> None:
    unknown = sorted(set(body) - known)
    if unknown:
        raise Refused(f"Expected {', '.join(sorted(known)) or 'no names'}, received {', '.join(unknown)}.")


def plain(found: object) -> object:
    """The value as JSON can say it: archives and assets by their path."""
    if isinstance(found, Mapping):
        return {str(name): plain(value) for name, value in found.items()}
    if isinstance(found, list | tuple):
        return [plain(each) for each in found]
    if found is None or isinstance(found, str | int | float | bool):
        return found
    return str(getattr(found, "path", None) or type(found).__name__)
