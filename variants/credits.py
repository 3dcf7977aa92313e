"""What survives of an original's metadata: nothing, or with `meta=copyright` its artist and copyright. GPS never."""

from __future__ import annotations

from PIL import Image

from variants.decode import Source, exif_tags

# EXIF tags. CIPA DC-008 (Exif 2.32), section 4.6.4.
artist_tag, copyright_tag = 0x013B, 0x8298
# PNG keywords. PNG specification (third edition), 11.3.3.2.
_png_keywords = {artist_tag: "Author", copyright_tag: "Copyright"}
max_characters = 1000


def credits(source: Source, meta: str) -> bytes:
    """An EXIF block with the artist and the copyright that the original names; empty where it names none."""
    if meta != "copyright":
        return b""
    tags, kept = exif_tags(source), Image.Exif()
    for tag, keyword in _png_keywords.items():
        text = tags.get(tag) or source.picture.info.get(keyword)
        if isinstance(text, str) and text.strip():
            kept[tag] = text.strip()[:max_characters]
    return kept.tobytes() if kept else b""
