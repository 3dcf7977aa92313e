"""How a service of AWS says no."""

from __future__ import annotations


class Refusal(Exception):
    """A service says no; `code` is its own, `status` HTTP's."""

    def __init__(self, code: str, message: str, status: int = 400) -> None:
        super().__init__(message)
        self.code = code
        self.status = status
