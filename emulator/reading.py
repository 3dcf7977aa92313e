"""Strict reading of recorded inputs: what nobody read is named at the start, and nothing is ignored in silence."""

from __future__ import annotations

from collections.abc import Iterable, Mapping


class NotHonoured(Exception):
    """A resource type, property or value that the emulator does not honour; the text is one sentence."""


class Reader:
    """The properties of one resource or block. `path` names it in sentences."""

    def __init__(self, path: str, found: object) -> None:
        if not isinstance(found, Mapping):
            raise NotHonoured(f"Expected an object for {path}, received {found!r}.")
        self.path = path
        self._left = {str(name): value for name, value in found.items() if value is not None}

    def text(self, name: str, default: str = "") -> str:
        value = self._left.pop(name, default)
        if not isinstance(value, str):
            raise NotHonoured(f"Expected a string for {self.path}.{name}, received {value!r}.")
        return value

    def choice(self, name: str, allowed: Iterable[str], default: str = "") -> str:
        """The text, which is one of a few words."""
        value = self.text(name, default)
        if value not in allowed:
            raise NotHonoured(
                f"The emulator does not honour {self.path}.{name} = {value!r}, only {', '.join(allowed)}."
            )
        return value

    def whatever(self, name: str) -> object:
        """The value as it was recorded: an archive, say."""
        return self._left.pop(name, None)

    def number(self, name: str, default: float) -> float:
        value = self._left.pop(name, default)
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise NotHonoured(f"Expected a number for {self.path}.{name}, received {value!r}.")
        return value

    def whole(self, name: str, default: int) -> int:
        value = self.number(name, default)
        if value != int(value):
            raise NotHonoured(f"Expected a whole number for {self.path}.{name}, received {value!r}.")
        return int(value)

    def flag(self, name: str, default: bool = False) -> bool:
        value = self._left.pop(name, default)
        if not isinstance(value, bool):
            raise NotHonoured(f"Expected true or false for {self.path}.{name}, received {value!r}.")
        return value

    def texts(self, name: str) -> tuple[str, ...]:
        value = self._left.pop(name, [])
        if not isinstance(value, list | tuple):
            raise NotHonoured(f"Expected a list for {self.path}.{name}, received {value!r}.")
        return tuple(str(each) for each in value)

    def items(self, name: str) -> tuple[str, ...]:
        """The list that CloudFront wraps in an object: `{"items": [...]}`."""
        inner = self.block(name)
        found = inner.texts("items") if inner else ()
        if inner:
            inner.finish()
        return found

    def block(self, name: str) -> Reader | None:
        """The block of that name, or None where there is none."""
        value = self._left.pop(name, None)
        if isinstance(value, list | tuple):
            if len(value) > 1:
                raise NotHonoured(f"Expected one {name} for {self.path}, received {len(value)}.")
            value = value[0] if value else None
        return None if value is None else Reader(f"{self.path}.{name}", value)

    def blocks(self, name: str) -> list[Reader]:
        value = self._left.pop(name, [])
        if not isinstance(value, list | tuple):
            raise NotHonoured(f"Expected a list for {self.path}.{name}, received {value!r}.")
        return [Reader(f"{self.path}.{name}[{at}]", each) for at, each in enumerate(value)]

    def without_effect(self, *names: str) -> None:
        """These have no effect on an answer: names, comments, tags, prices."""
        for name in names:
            self._left.pop(name, None)

    def only(self, name: str, allowed: Iterable[object], why: str) -> None:
        """Takes a property of which the emulator honours only these values."""
        value = self._left.pop(name, None)
        if value is not None and value not in tuple(allowed):
            raise NotHonoured(f"The emulator does not honour {self.path}.{name} = {value!r}: {why}.")

    def finish(self) -> None:
        """Raises NotHonoured where a property is left that nobody read; empty ones are as good as absent.

        False and 0 are not: they turn off what AWS has on.
        """
        left = sorted(name for name, value in self._left.items() if value not in ("", [], (), {}))
        if left:
            raise NotHonoured(f"The emulator does not honour {', '.join(f'{self.path}.{name}' for name in left)}.")
