"""The setting `tokenExchanges`: which identity provider's tokens open which path."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass

from infra.configuration.header_rules import folder_pattern
from infra.configuration.values import Unreadable

wanted = "lines like '/members/ issuer=https://login.example/ audience=pictures key=ssm:/mirage/cookies seconds=3600'"
# Compared byte by byte with the token's (RFC 7519, 4.1.1); https without a query (OpenID Connect Discovery, 2).
issuer_pattern = re.compile(r"https://[a-z0-9.-]+(:[0-9]{1,5})?(/[A-Za-z0-9._~/-]*)?")
audience_pattern = re.compile(r"[!-~]{1,200}")
# SSM "Parameter naming", Secrets Manager "CreateSecret", read 2026-11.
key_pattern = re.compile(r"ssm:/?[A-Za-z0-9_.-]+(/[A-Za-z0-9_.-]+)*|secretsmanager:[A-Za-z0-9/_+=.@-]+")
default_seconds, most_seconds = 3_600, 86_400
# The function's variables have 4 KB together (AWS "Lambda quotas", read 2026-11).
most_exchanges = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """Tokens of an issuer for an audience, exchanged for cookies that open a path for so many seconds.

    `key`: where the private key is kept that signs them.
    """

    path: str
    issuer: str
    audience: str
    key: str
    seconds: int = default_seconds

    @property
    def said(self) -> dict[str, object]:
        """What the function is told (origin/token.py, Exchange)."""
        return asdict(self)


def exchange(text: str) -> Exchange:
    """The exchange of a line."""
    path, *words = text.split()
    said = dict(word.partition("=")[::2] for word in words)
    patterns = {"issuer": issuer_pattern, "audience": audience_pattern, "key": key_pattern}
    named = {name: said[name] for name in patterns if patterns[name].fullmatch(said.get(name, ""))}
    seconds = said.get("seconds", str(default_seconds))
    is_whole = re.fullmatch("[1-9][0-9]{1,4}", seconds) and int(seconds) <= most_seconds
    if len(said) != len(words) or not set(said) <= {*patterns, "seconds"} or len(named) != len(patterns):
        raise Unreadable(wanted, text)
    if not folder_pattern.fullmatch(path) or not is_whole:
        raise Unreadable(wanted, text)
    return Exchange(path=path, seconds=int(seconds), **named)
