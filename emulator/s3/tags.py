"""Tags of objects, in S3's own words. AWS "Categorizing your storage using tags", read 2026-11."""

from __future__ import annotations

import re
from collections import Counter
from urllib.parse import parse_qsl
from xml.etree import ElementTree

from emulator.quotas import s3_tag_key_max_chars, s3_tag_value_max_chars
from emulator.s3.messages import S3Request
from emulator.s3.refusals import Refused

letters = re.compile(r"[\w\s+\-=.:/@]*")  # of any language


def refuse_malformed(request: S3Request) -> None:
    """Raises Refused for tags that are too long, given twice, or of other characters."""
    pairs = parse_qsl(request.headers.get("x-amz-tagging", ""), keep_blank_values=True)
    if _doubled(pairs):
        raise Refused(
            "InvalidArgument",
            "The header 'x-amz-tagging' shall be encoded as UTF-8 then URLEncoded URL query parameters without tag "
            "name duplicates.",
        )
    if request.method == "PUT" and "tagging" in request.parameters:
        pairs = _document(request.body)
        if _doubled(pairs):
            raise Refused("InvalidTag", "Cannot provide multiple Tags with the same key")
    for name, value in pairs:
        if name.lower().startswith("aws:"):
            raise Refused("InvalidTag", "System tags cannot be added/updated by requester")
        if not 0 < len(name) <= s3_tag_key_max_chars or not letters.fullmatch(name):
            raise Refused("InvalidTag", "The TagKey you have provided is invalid", told={"TagKey": name})
        if len(value) > s3_tag_value_max_chars or not letters.fullmatch(value):
            raise Refused("InvalidTag", "The TagValue you have provided is invalid", told={"TagValue": value})


def _doubled(pairs: list[tuple[str, str]]) -> bool:
    return max(Counter(name for name, _ in pairs).values(), default=0) > 1


def _document(body: bytes) -> list[tuple[str, str]]:
    try:
        tags = ElementTree.fromstring(body).iterfind("{*}TagSet/{*}Tag")
    except ElementTree.ParseError as error:
        raise Refused("MalformedXML") from error
    return [(each.findtext("{*}Key", ""), each.findtext("{*}Value", "")) for each in tags]
