"""The picture out of an API's answer: the body, or base64 or a URL at a JSON pointer; and where slow work stands."""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Mapping
from urllib.parse import urljoin

from variants import errors
from variants.fetching import Fetched
from variants.generators import Poll, Reply
from variants.templates import Json

# RFC 6901, 4: an index has no leading zeros.
index_pattern = re.compile(r"0|[1-9][0-9]{0,8}")
longest_value = 2000


def document(answer: Fetched) -> Json:
    """An answer's JSON. Raises errors.UpstreamBad where it is none."""
    try:
        found: Json = json.loads(answer.body)
    except (ValueError, RecursionError):
        raise errors.UpstreamBad("The generator's answer is no JSON.") from None
    return found


def pointed(found: Json, pointer: str) -> Json:
    """The value at a JSON pointer (RFC 6901). Raises errors.UpstreamBad where there is none."""
    for part in pointer.split("/")[1:]:
        name = part.replace("~1", "/").replace("~0", "~")
        try:
            if isinstance(found, Mapping):
                found = found[name]
            elif isinstance(found, list) and index_pattern.fullmatch(name):
                found = found[int(name)]
            else:
                raise LookupError(name)
        except LookupError:
            raise errors.UpstreamBad(f"The generator's answer has nothing at {pointer}.") from None
    return found


def text_at(found: Json, pointer: str) -> str:
    """The text at a JSON pointer. Raises errors.UpstreamBad."""
    value = pointed(found, pointer)
    if not isinstance(value, str):
        raise errors.UpstreamBad(f"The generator's answer has no text at {pointer}.")
    return value


def value_at(found: Json, pointer: str) -> str | int:
    """The text or whole number at a JSON pointer, fit for a template. Raises errors.UpstreamBad."""
    value = pointed(found, pointer)
    if isinstance(value, bool) or not isinstance(value, str | int) or len(str(value)) > longest_value:
        raise errors.UpstreamBad(f"The generator's answer has no text or number at {pointer}.")
    return value


def decoded(text: str) -> bytes:
    """The bytes of a base64 text (RFC 4648, 4), strictly. Raises errors.UpstreamBad."""
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise errors.UpstreamBad("The generator's answer has no base64 where the picture should be.") from None


def picture(reply: Reply, answer: Fetched) -> bytes | str:
    """The picture's bytes, or the URL that it is to be fetched from. Raises errors.UpstreamBad."""
    if reply.image == "body":
        return answer.body
    text = text_at(document(answer), reply.pointer)
    return decoded(text) if reply.image == "base64" else urljoin(answer.url, text)


def is_done(poll: Poll, answer: Fetched) -> bool:
    """Whether the work is done. Raises errors.UpstreamBad where it failed.

    An answer of 202 that is no JSON is work under way: its status URL is in the Location header (RFC 9110, 15.3.3).
    """
    if answer.status == 202 and not poll.url and not answer.body.lstrip().startswith(b"{"):
        return False
    status = text_at(document(answer), poll.status)
    if status in poll.failed:
        raise errors.UpstreamBad("The generator says that it failed.")
    return status in poll.done


def status_url(poll: Poll, answer: Fetched) -> str:
    """The URL at which the work's state is asked for. Raises errors.UpstreamBad."""
    found = text_at(document(answer), poll.url) if poll.url else answer.headers.get("location", "")
    if not found:
        raise errors.UpstreamBad("The generator's answer names no status URL.")
    return urljoin(answer.url, found)
