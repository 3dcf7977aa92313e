"""Which addresses may be connected to: only such as the whole Internet routes, however they are spelt."""

from __future__ import annotations

import socket
from collections.abc import Callable, Sequence
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network

from variants import errors

Resolve = Callable[[str, int], Sequence[str]]

# IPv6 that stands for IPv4, which a gateway on the way may unwrap: NAT64 (RFC 6052, RFC 8215), 6to4 (RFC 3056),
# Teredo (RFC 4380), IPv4-compatible (RFC 4291, 2.5.5.1). Nobody's API lives there, so they are refused altogether;
# IPv4-mapped (RFC 4291, 2.5.5.2) is judged as what it maps.
wrapped = tuple(
    IPv6Network(text) for text in ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32", "::/96", "fec0::/10")
)
# Not global, though Python versions differ about some of them (IANA special-purpose registries, read 2026-11).
never = tuple(
    ip_network(text)
    for text in ("0.0.0.0/8", "100.64.0.0/10", "192.0.0.0/24", "192.88.99.0/24", "198.18.0.0/15", "240.0.0.0/4")
)


def look_up(host: str, port: int) -> list[str]:
    """Every address of a host. Raises OSError where it has none."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(each[4][0]) for each in found))


def is_public(text: str) -> bool:
    """Whether an address is one of the Internet's: not private, loopback, link-local (metadata), multicast, or a wrap
    of one."""
    try:
        address: IPv4Address | IPv6Address = ip_address(text.partition("%")[0])
    except ValueError:
        return False
    if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
        address = address.ipv4_mapped
    if any(address in network for network in (*wrapped, *never) if network.version == address.version):
        return False
    return address.is_global and not address.is_multicast and not address.is_reserved


def checked(host: str, port: int, resolve: Resolve) -> str:
    """The address to connect to, of a host all of whose addresses are public.

    Raises errors.UpstreamBlocked where one is not, errors.UpstreamBad where there is none.
    """
    try:
        found = resolve(host, port)
    except (OSError, UnicodeError) as error:
        raise errors.UpstreamBad("The generator's host has no address.") from error
    if not found:
        raise errors.UpstreamBad("The generator's host has no address.")
    if not all(map(is_public, found)):
        raise errors.UpstreamBlocked("The generator's host has an address that is not allowed.")
    return found[0]
