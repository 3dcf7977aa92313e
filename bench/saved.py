"""What a page saves: the bytes of pictures in the sizes that pages ask for, beside the originals and the peer's."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench import places, workers
from bench.cases import Case, cases

widths = (320, 640, 1080)


@dataclass(frozen=True, slots=True, kw_only=True)
class Saved:
    """Bytes of all pictures at one width: of the originals, of Mirage's answers by what the browser takes, and of the
    peer's defaults in the same formats."""

    width: int
    pictures: int
    originals: int
    ours: dict[str, int]
    peer: dict[str, int]


def measure(originals: Path | None, say: Callable[[str], None]) -> list[Saved]:
    """A line for each width. Stills alone; those that are narrower than the width are left out."""
    return [_at(width, _pictures(originals), say) for width in widths]


def _pictures(originals: Path | None) -> Sequence[Path]:
    names = ("photo-2mp.jpg", "photo-6mp.jpg", "photo-24mp.jpg", "photo-6mp-progressive.jpg", "cut-out-3mp.png")
    drawn = [places.pictures / name for name in names]
    own = {case.picture for case in cases(originals) if not case.animated and case.picture.parent == originals}
    return [*drawn, *sorted(own)]


def _at(width: int, pictures: Sequence[Path], say: Callable[[str], None]) -> Saved:
    ours: dict[str, int] = {}
    theirs: dict[str, int] = {}
    taken: set[Path] = set()
    with workers.our_engine() as mine, workers.peer_engine() as peer:
        for picture in pictures:
            for form in ("jpg", "webp", "avif"):
                actual = "png" if form == "jpg" and picture.suffix == ".png" else form
                case = Case(group="bytes", picture=picture, width=width, form=actual)
                made = mine.ask(case.asked_of_us(None))
                if made["width"] < width:
                    continue
                taken.add(picture)
                ours[form] = ours.get(form, 0) + int(made["bytes"])
                theirs[form] = theirs.get(form, 0) + int(peer.ask(case.asked_of_peer(None, None))["bytes"])
    whole = sum(path.stat().st_size for path in taken)
    say(f"bytes at {width} px: originals {whole:,}, ours {ours}, peer {theirs}")
    return Saved(width=width, pictures=len(taken), originals=whole, ours=ours, peer=theirs)
