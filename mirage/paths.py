"""What a person calls an original: its path, or any URL of the stack that shows it."""

from __future__ import annotations

import hashlib
from urllib.parse import unquote, urlsplit

from mirage.stack import Stack
from mirage.stop import Stop
from variants import errors, grammar

# What is put for the stack itself, and no URL shows (docs/url.md "Watermarks", docs/events.md "Many at once").
own_folders = ("_mirage/watermarks/", "_mirage/requests/")


def is_stacks_own(path: str) -> bool:
    """Whether the path is one of what a stack reads in its originals beside the originals."""
    rest = next((path.removeprefix(folder) for folder in own_folders if path.startswith(folder)), "")
    return bool(rest) and not unservable(rest)


def unservable(path: str) -> str:
    """Why no URL can name an original of this path, as a sentence; nothing where one can."""
    try:
        grammar.parse(grammar.key(path, grammar.Variant()))
    except errors.Deploying as why:
        return f"No URL can name {path!r}: {why.message.partition(': ')[2] or why.message}"
    return ""


def target(stack: Stack, url: str) -> str:
    """Path and query of a URL of the stack, as sent. Raises Stop for another host's, and for none."""
    if url.startswith("/"):
        return url.partition("#")[0]
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.netloc:
        raise Stop(f"Expected a URL of {stack.url}, or a path that begins with a slash, received {url!r}.")
    if parts.netloc.lower() != urlsplit(stack.url).netloc.lower():
        raise Stop(f"Expected a URL of {stack.url}, received one of {parts.netloc}.")
    return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")


def original(stack: Stack, named: str) -> str:
    """The original that a path, or a URL of the stack, names. Raises Stop."""
    if named.startswith(("http://", "https://", "/")):
        path = decoded(target(stack, named).partition("?")[0]).removeprefix("/")
    else:
        path = named
    if grammar.is_key(path):
        path = path.rpartition("/")[0]
    if why := unservable(path):
        raise Stop(why)
    return path


def decoded(path: str) -> str:
    """The path, percent-decoded once. Raises Stop where it is no UTF-8."""
    try:
        return unquote(path, errors="strict")
    except UnicodeDecodeError:
        raise Stop(f"Expected a path of UTF-8, received {path!r}.") from None


def tag(path: str) -> str:
    """The cache tag of an original: `o-` and 32 hex digits (url-contract, "Answers")."""
    return f"o-{hashlib.sha256(path.encode()).hexdigest()[:32]}"
