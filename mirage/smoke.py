"""`smoke`: a picture nobody has seen is asked for in a size that cannot exist yet, as a viewer would. For pipelines."""

from __future__ import annotations

import io
import secrets
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated

import typer
import urllib3
from PIL import Image

from mirage import stop
from mirage.bucket import Bucket, buckets
from mirage.stack import Stack
from mirage.stop import Stop
from mirage.verb import Here

width_px = 16  # a rung of the ladder, too
timeout_s = 30.0
# A name of its own takes a while to be found, and a deploy a while to be everywhere.
pause_s = 3.0
made = ("made", "stored")  # the latter where an answer was lost on its way


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """An answer, as a viewer has it; status 0 where none came."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def __str__(self) -> str:
        said = self.headers.get("x-mirage-error", "")
        return f"{self.status} {said}".strip() if self.status else f"no answer ({self.body.decode()})"


def smoke(
    folder: Annotated[str, typer.Option(help="Where the picture is put; a closed path must refuse it.")] = "",
    patience: Annotated[int, typer.Option(help="Seconds for a fresh deploy to answer.")] = 120,
    *,
    here: Here,
) -> int:
    """Puts a picture that nobody has seen, asks for a size of it that cannot exist yet, and takes it away again.

    The size must come back made and in the right width, come back again the same, and what is no size or no original
    must be refused. In a path that is closed the answer must be a refusal. The exit status is 1 where it is not so.
    """
    stack = here.stack()
    originals, _ = buckets(stack)
    key = f"{folder.strip('/')}/mirage-smoke-{secrets.token_hex(8)}.png".lstrip("/")
    originals.client.put_object(Bucket=originals.name, Key=key, Body=_picture(), ContentType="image/png")
    try:
        with urllib3.PoolManager(retries=False) as pool:
            wrong = [each for each in _faults(Viewers(pool=pool, stack=stack, patience_s=patience), key) if each]
    finally:
        _take_away(originals, key)
    for each in wrong:
        here.voice.tell(f"BAD  {each}", level="bad", says=each)
    if not wrong:
        does = "refuses closed paths" if _is_closed(stack, key) else "makes pictures"
        here.voice.tell(f"ok   {stack.url} {does}.", level="good", says=f"{stack.url} {does}.")
    return stop.incomplete if wrong else stop.done


@dataclass(frozen=True, slots=True, kw_only=True)
class Viewers:
    """Asks as viewers do, without credentials."""

    pool: urllib3.PoolManager
    stack: Stack
    patience_s: float

    def ask(self, target: str) -> Seen:
        try:
            url = self.stack.url + target
            answer = self.pool.request("GET", url, headers={"accept": "*/*"}, redirect=False, timeout=timeout_s)
        except urllib3.exceptions.HTTPError as why:
            return Seen(status=0, headers={}, body=str(why).encode())
        headers = {name.lower(): value for name, value in answer.headers.items()}
        return Seen(status=answer.status, headers=headers, body=answer.data)

    def ask_patiently(self, target: str) -> Seen:
        """The first answer that is no failure of ours or of the network, or the last one that was."""
        until = time.monotonic() + self.patience_s
        seen = self.ask(target)
        while (seen.status == 0 or seen.status >= 500) and time.monotonic() < until:
            time.sleep(pause_s)
            seen = self.ask(target)
        return seen


def _faults(viewers: Viewers, key: str) -> Iterator[str]:
    """What is not as it should be, a sentence each."""
    wish = f"/{key}?w={width_px}"
    first = viewers.ask_patiently(wish)
    if _is_closed(viewers.stack, key):
        yield "" if first.status in (401, 403) else f"{wish} is closed, and was answered {first}."
        return
    if first.headers.get("x-mirage-error") == "option-not-open" and viewers.stack.presets:
        wish = f"/{key}?p={next(iter(viewers.stack.presets))}"
        first = viewers.ask_patiently(wish)
    yield from _first(wish, first)
    again = viewers.ask(wish)
    if (again.status, again.body) != (first.status, first.body):
        yield f"{wish} was answered {first}, and the second time {again}, with other bytes."
    for target, status in ((f"/{key}?w=0", 400), (f"/{key}.none.png?{wish.partition('?')[2]}", 404)):
        refused = viewers.ask(target)
        yield "" if refused.status == status else f"Expected {status} for {target}, received {refused}."


def _first(wish: str, seen: Seen) -> Iterator[str]:
    if seen.status != 200:
        yield f"Expected 200 for {wish}, received {seen}."
        return
    if seen.headers.get("x-mirage") not in made:
        yield f"Expected {wish} to be made, received X-Mirage {seen.headers.get('x-mirage', 'nothing')}."
    with Image.open(io.BytesIO(seen.body)) as picture:
        if "?w=" in wish and picture.width != width_px:
            yield f"Expected {width_px} px of {wish}, received {picture.width}."


def _is_closed(stack: Stack, key: str) -> bool:
    """Whether the longest prefix that has a mode closes the path; `presets` closes none."""
    prefixes = sorted((each for each in stack.access if f"/{key}".startswith(each)), key=len)
    return bool(prefixes) and stack.access[prefixes[-1]] not in ("open", "presets")


def _picture() -> bytes:
    """A small picture of a colour of its own, so that no two runs share an ETag."""
    colour = (secrets.randbelow(256), secrets.randbelow(256), secrets.randbelow(256))
    file = io.BytesIO()
    Image.new("RGB", (64, 48), colour).save(file, "PNG")
    return file.getvalue()


def _take_away(originals: Bucket, key: str) -> None:
    """The original goes with all its versions; what was made of it follows by the event."""
    refused = originals.delete_versions(list(originals.versions(key))) or originals.delete([key])
    if refused:
        raise Stop(f"{', '.join(refused)} was left behind in {originals.name}.", stop.incomplete)
