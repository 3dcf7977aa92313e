"""The names of foreign hosts that the emulator answers for, and the addresses that they have inside Lambda.

A function that checks addresses must see one of the Internet's, or it rightly refuses: loopback and the documentation
blocks are none. Each name has one of 192.52.193.0/24 (AMT anycast, RFC 7450: globally reachable in IANA's registry, and
nobody's API); the workers' `connect` leads exactly those to the emulator's TLS port, and everything else nowhere.
"""

from __future__ import annotations

from collections.abc import Iterable

block = "192.52.193."
hosts = (
    "api.dicebear.com",
    "api.qrserver.com",
    "api.openai.com",
    "api.replicate.com",
    "replicate.delivery",
    "www.example.com",
)


def addresses(names: Iterable[str] = hosts) -> dict[str, str]:
    """The address of each name."""
    return {name: f"{block}{number}" for number, name in enumerate(names, start=1)}
