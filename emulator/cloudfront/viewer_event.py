"""The event of a viewer-request function, and what CloudFront makes of what it returns."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from emulator.cloudfront import refusals
from emulator.cloudfront.edge_rules import field_value, is_disallowed, read_only, token
from emulator.cloudfront.headers import Headers


class Invalid(Exception):
    """What the function returned fails CloudFront's validation (502 FunctionValidationError).

    `sentence` is for the viewer, the text for the log. Seen in public: amazon-cloudfront-functions issue 27 (GitHub).
    """

    def __init__(self, fault: str, header: str = "") -> None:
        is_whole = fault.startswith("The CloudFront function")
        self.sentence = fault if is_whole else f"{refusals.function_invalid}: {fault}"
        super().__init__(f"{self.sentence} {header}" if header else self.sentence)


@dataclass(frozen=True, slots=True, kw_only=True)
class Continued:
    """The request as the function left it."""

    uri: str
    query: str
    headers: Headers


@dataclass(frozen=True, slots=True, kw_only=True)
class Generated:
    """The answer that the function gave itself."""

    status: int
    headers: Headers
    body: bytes


def event(
    method: str, path: str, query: str | None, headers: Headers, *, client_ip: str, config: Mapping[str, str]
) -> dict[str, object]:
    """The event as AWS "CloudFront Functions event structure" has it, read 2026-11.

    `rawQueryString` is no field of AWS's: it is what `request.rawQueryString()` gives, None where no `?` was sent.
    """
    return {
        "version": "1.0",
        "context": {**config, "eventType": "viewer-request"},
        "viewer": {"ip": client_ip},
        "request": _request(method, path, query, headers),
    }


def as_event(method: str, request: Continued) -> dict[str, object]:
    """A request as events spell it."""
    return _request(method, request.uri, request.query or None, request.headers)


def _request(method: str, path: str, query: str | None, headers: Headers) -> dict[str, object]:
    return {
        "method": method,
        "uri": path,
        "querystring": multi(_pairs(query or "", "&")),
        "headers": multi([(name.lower(), text) for name, text in headers if _is_shown(name)]),
        "cookies": multi(cookies(headers)),
        "rawQueryString": query,
    }


def read(output: object, sent: Mapping[str, object]) -> Continued | Generated:
    """What the function wants: to continue, or to answer.

    Raises Invalid where CloudFront would refuse it.
    """
    if not isinstance(output, Mapping):
        raise Invalid("the function must return a request or a response object.")
    return generated(output) if "statusCode" in output else _continued(output, sent)


def _is_shown(name: str) -> bool:
    return name.lower() != "cookie" and not is_disallowed(name)


def _pairs(text: str, separator: str) -> list[tuple[str, str]]:
    parts = (part.strip() for part in text.split(separator))
    return [(name, given) for name, _, given in (part.partition("=") for part in parts if part)]


def cookies(headers: Headers) -> list[tuple[str, str]]:
    return [pair for name, text in headers if name.lower() == "cookie" for pair in _pairs(text, ";")]


def multi(pairs: list[tuple[str, str]]) -> dict[str, object]:
    """Name → value, with multiValue only where the name came more than once; the last value is the value."""
    return gathered([(name, {"value": text}) for name, text in pairs])


def gathered(entries: list[tuple[str, dict[str, object]]]) -> dict[str, object]:
    """Name → entry, with multiValue only where the name came more than once; the last entry is the entry."""
    found: dict[str, list[dict[str, object]]] = {}
    for name, entry in entries:
        found.setdefault(name, []).append(entry)
    return {name: {**each[-1], "multiValue": each} if len(each) > 1 else each[0] for name, each in found.items()}


def _continued(output: Mapping[str, object], sent: Mapping[str, object]) -> Continued:
    uri = output.get("uri")
    if not isinstance(uri, str) or not uri.startswith("/"):
        raise Invalid("the request's uri must be a string that begins with a slash.")
    if output.get("method") != sent["method"]:
        raise Invalid("the request's method is read-only.")
    headers = _header_pairs(output.get("headers", {}), "request")
    _refuse_read_only(headers, _header_pairs(sent["headers"], "request"))
    cookies = _flat(output.get("cookies", {}), "cookie")
    if cookies:
        headers = (*headers, ("cookie", "; ".join(f"{name}={text}" for name, text in cookies)))
    return Continued(uri=uri, query=_query(output.get("querystring", {})), headers=headers)


def _query(found: object) -> str:
    """The query as one string; a function may give the object or the string itself."""
    if isinstance(found, str):
        return found.removeprefix("?")
    return "&".join(f"{name}={text}" if text else name for name, text in _flat(found, "querystring"))


def _flat(found: object, kind: str) -> list[tuple[str, str]]:
    return [(name, text) for name, text, _ in _entries(found, kind)]


def _entries(found: object, kind: str) -> Iterator[tuple[str, str, str]]:
    """Name, value and attributes of each; what repeats is in multiValue, which goes before value."""
    if not isinstance(found, Mapping):
        raise Invalid(f"the {kind} field must be an object.")
    for name, entry in found.items():
        several = (entry.get("multiValue") or [entry]) if isinstance(entry, Mapping) else None
        if not isinstance(several, list):
            raise Invalid(f"the {kind} {name} must be an object with a value, and its multiValue an array.")
        for each in several:
            said = each if isinstance(each, Mapping) else {}
            text, attributes = said.get("value"), said.get("attributes", "")
            if not isinstance(text, str) or not isinstance(attributes, str):
                raise Invalid(f"the value of {kind} {name}, and its attributes, must be strings.")
            yield str(name), text, attributes


def _header_pairs(found: object, of: str) -> Headers:
    pairs = _flat(found, "header")
    for name, text in pairs:
        if name != name.lower():
            raise Invalid(f"{of}.headers must have header names in lower case.", name)
        if not token.fullmatch(name):
            raise Invalid(f"{of}.headers has a name with characters that are not allowed.", name)
        if is_disallowed(name):
            raise Invalid(f"{of}.headers has a header that is disallowed.", name)
        if not field_value.fullmatch(text):
            raise Invalid(f"{of}.headers has a value with characters that are not allowed.", name)
    return tuple(pairs)


def _refuse_read_only(after: Headers, before: Headers) -> None:
    for name in read_only["viewer-request"]:
        if [pair for pair in after if pair[0] == name] != [pair for pair in before if pair[0] == name]:
            raise Invalid(refusals.function_read_only, name)


def generated(output: Mapping[str, object]) -> Generated:
    status = output["statusCode"]
    if isinstance(status, float) and status.is_integer():
        status = int(status)
    if not isinstance(status, int) or not 200 <= status <= 599:
        raise Invalid("the statusCode must be a number from 200 to 599.")
    if not isinstance(output.get("statusDescription", ""), str):
        raise Invalid("the statusDescription must be a string.")
    headers = _header_pairs(output.get("headers", {}), "response")
    for name, text, attributes in _entries(output.get("cookies", {}), "cookie"):
        headers = (*headers, ("set-cookie", f"{name}={text}{'; ' if attributes else ''}{attributes}"))
    return Generated(status=status, headers=headers, body=_body(output.get("body")))


def _body(found: object) -> bytes:
    """The body: a string, or an object of encoding and data."""
    if found is None:
        return b""
    if isinstance(found, str):
        return found.encode()
    if not isinstance(found, Mapping) or not isinstance(found.get("data"), str):
        raise Invalid("the body must be a string or an object with encoding and data.")
    if found.get("encoding") == "text":
        return str(found["data"]).encode()
    if found.get("encoding") != "base64":
        raise Invalid("the body's encoding must be text or base64.")
    try:
        return base64.b64decode(str(found["data"]), validate=True)
    except binascii.Error:
        raise Invalid("the body is not valid base64.") from None
