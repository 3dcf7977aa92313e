"""The golden pictures are still what their keys look like, within what another build of an encoder may change."""

from __future__ import annotations

import pytest
from PIL import Image, ImageChops, ImageStat

from tests import goldens

mean_epsilon, most_epsilon = 1.5, 40
bodies = goldens.originals()


@pytest.mark.parametrize("key", goldens.keys)
def test_a_key_looks_like_its_golden(key):
    expected = Image.open(goldens.path_of(key)).convert("RGBA")
    found = goldens.picture_of(key, bodies)
    assert found.size == expected.size
    apart = ImageChops.difference(_over_gray(found), _over_gray(expected))
    assert max(ImageStat.Stat(apart).mean) <= mean_epsilon
    assert max(band[1] for band in apart.getextrema()) <= most_epsilon


def _over_gray(picture):
    """The picture on gray: what colour a clear pixel has is nobody's business; its alpha beside it."""
    flat = Image.alpha_composite(Image.new("RGBA", picture.size, (128, 128, 128, 255)), picture).convert("RGB")
    alpha = picture.getchannel("A")
    return Image.merge("RGBA", (*flat.split(), alpha))


def test_every_golden_has_its_key():
    files = {path for path in goldens.folder.rglob("*") if path.is_file()}
    assert files == {goldens.path_of(key) for key in goldens.keys}


def test_every_option_of_the_table_has_a_golden():
    from variants.table import table

    shown = {part.partition("=")[0] for key in goldens.keys for part in key.rpartition("/")[2].split(",")[1:]}
    unseen = {"dpr", "ar", "p", "v", "dl", "meta"}  # they change no pixel, or are other options by then
    assert set(table.options) - unseen == shown
