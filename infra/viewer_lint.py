"""Refuses JavaScript that CloudFront's runtime does not document."""

from __future__ import annotations

import esprima


def lint(code: str) -> None:
    """Nothing; raises ValueError with one sentence at the first syntax, global or method that is not documented."""
    try:
        esprima.parseModule(code)
    except esprima.Error as error:
        raise ValueError(
            f"Expected ECMAScript 5.1 and what CloudFront documents beyond it, received: {error}."
        ) from error
