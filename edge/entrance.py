"""The edge's entrance: a stored variant is handed on with nothing imported; all else is `origin_response`'s.

Most answers of the origin are stored variants, and imports are what one costs on a cold start: 4 times an interpreter
that does nothing, now 1.1 (docs/decisions/performance.md). What is spelled here is spelled in `cloudfront` and
`serving`, too: tests/test_edge_entrance.py holds them together.
"""

from __future__ import annotations

TYPE_CHECKING = False  # typing itself would be an import
if TYPE_CHECKING:
    from edge.cloudfront import Event, Headers, Response

tag_header = "x-amz-meta-cache-tag"
metadata_prefix = "x-amz-meta-"
_baked: list[str] = []


def handler(event: Event, context: object) -> Response:
    """CloudFront's answer to an origin-response event. Never raises."""
    if not _baked:
        with open(__file__.rpartition("/edge/")[0] + "/settings.json", encoding="utf-8") as file:  # noqa: PTH123
            _baked.append(file.read())
    found = handed_on(event, _baked[0])
    if found is not None:
        return found
    from edge.origin_response import handler as answer

    return answer(event, context)


def handed_on(event: Event, baked: str) -> Response | None:
    """The stored variant with its headers; None for anything else, and where it is not certain."""
    exchange = event["Records"][0]["cf"]
    response, options = exchange["response"], exchange["request"]["uri"].rpartition("/")[2]
    headers = response.get("headers", {})
    saves_data = _is_on("save_data", baked)
    if (
        response["status"] not in ("200", "206", "304")
        or tag_header not in headers
        or not is_options(options)
        or _is_on("debug", baked) is not False
        or saves_data is None
    ):
        return None
    kept = {name: lines for name, lines in headers.items() if not name.startswith(metadata_prefix)}
    kept[tag_header] = headers[tag_header]
    kept["x-content-type-options"] = _line("X-Content-Type-Options", "nosniff")
    kept["x-mirage"] = _line("X-Mirage", "reduced" if _is_reduced(headers) else "stored")
    named = _vary(options, saves_data)
    if named:
        kept["vary"] = headers.get("vary", []) + _line("Vary", named)
    return {**response, "headers": kept}


def is_options(segment: str) -> bool:
    """Whether the last segment of a uri, as it came, is certainly options (variants/grammar.py)."""
    epoch, *options = segment.split(",")
    pairs = [each.partition("=") for each in options]
    return (
        segment.isascii()
        and "%" not in segment
        and epoch[:1] == "e"
        and epoch[1:].isdigit()
        and all(name.isalpha() and name.islower() and value for name, _, value in pairs)
        and bool(pairs)
        and pairs[-1][0] == "f"
        and pairs[-1][2].replace("-", "").isalpha()
        and pairs[-1][2].islower()
    )


def _is_on(setting: str, baked: str) -> bool | None:
    """A setting of true or false, out of the settings as they are printed; None where they are printed otherwise."""
    at = baked.partition(f'\n "{setting}": ')[2]
    return True if at.startswith("true") else False if at.startswith("false") else None


def _vary(options: str, saves_data: bool) -> str:
    form = options.rpartition(",f=")[2]
    has_quality = form not in ("png", "gif", "json") and ",q=auto," not in options
    return ", ".join(["Accept"] * form.startswith("auto") + ["Save-Data"] * (saves_data and has_quality))


def _is_reduced(headers: Headers) -> bool:
    lines = headers.get("x-amz-meta-reduced", [])
    return bool(lines) and lines[0]["value"] == "1"


def _line(key: str, value: str) -> list[dict[str, str]]:
    return [{"key": key, "value": value}]
