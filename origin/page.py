"""The page's list of originals, written anew from a listing when one of them changed."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import PurePosixPath
from typing import Protocol

from variants import grammar

index_key = "page/index.html"
list_key = "page/_mirage/page/originals.json"
most_listed = 200
# A bucket of other files is not read to its end.
most_looked_at = 5000
most_writes = 5
# A page that is reloaded after an upload shows it.
list_cache_control = "public, max-age=5"
extensions = {
    "JPEG": (".jpg", ".jpeg", ".jpe", ".jfif"),
    "PNG": (".png",),
    "WEBP": (".webp",),
    "GIF": (".gif",),
    "AVIF": (".avif",),
    "TIFF": (".tif", ".tiff"),
}


class Originals(Protocol):
    def all(self) -> Iterator[tuple[str, int]]: ...


class Page(Protocol):
    def etag(self, key: str) -> str | None: ...

    def read(self, key: str) -> bytes | None: ...

    def write_json(self, key: str, value: object, cache_control: str) -> None: ...


def rewrite_list(originals: Originals, page: Page, decoders: tuple[str, ...], changed: Sequence[str]) -> None:
    """Nothing: where the stack has a page, its list names the first originals that are pictures.

    Events of many uploads come side by side, and one that looked early may write late: so each looks again after
    it wrote, and whoever writes last wrote what is there. Most of many uploads come after a list that is full: they
    change nothing, and a listing of the originals for each would be most of the work.
    """
    if not _is_touched(page.read(list_key), [key for key in changed if is_picture(key, decoders)]):
        return
    if page.etag(index_key) is None:
        return
    listed = _listed(originals, decoders)
    for _ in range(most_writes):
        page.write_json(list_key, {"originals": listed}, list_cache_control)
        written, listed = listed, _listed(originals, decoders)
        if listed == written:
            return


def _is_touched(written: bytes | None, changed: Sequence[str]) -> bool:
    """Whether pictures that changed may be on the list: not where it is full, and they come after its last."""
    try:
        keys = [str(each["key"]).encode() for each in json.loads(written or b"{}")["originals"]]
    except (ValueError, KeyError, TypeError):
        return bool(changed)
    return any(len(keys) < most_listed or key.encode() <= keys[-1] for key in changed)


def _listed(originals: Originals, decoders: tuple[str, ...]) -> list[dict[str, object]]:
    pictures = ((key, size) for key, size in islice(originals.all(), most_looked_at) if is_picture(key, decoders))
    return [{"key": key, "bytes": size} for key, size in islice(pictures, most_listed)]


def is_picture(key: str, decoders: tuple[str, ...]) -> bool:
    """Whether a URL of that path means a picture: by extension, or without one (url-contract, "Files")."""
    read = {extension for decoder in decoders for extension in extensions.get(decoder, ())}
    suffix = PurePosixPath(key).suffix.lower()
    return not key.startswith(f"{grammar.reserved_segment}/") and not key.endswith("/") and suffix in read | {""}
