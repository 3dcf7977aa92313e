"""A file of wanted URLs, put under `_mirage/requests/`: validated row by row, and made; a report goes beside it.

A CSV of one URL a row (a first row `url` is a heading), or a JSON list of URLs. A URL's host is not looked at. It names
a key (`/cats/1.jpg/e1,w=640,f=auto-webp`, which X-Mirage-Key and the page show), or an original with a query of the
grammar's own names and values; `f=auto`, or none, is every format that the stack negotiates.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from dataclasses import replace
from typing import TypedDict
from urllib.parse import unquote, urlsplit

from origin import telling
from origin.region import Region
from variants import errors, grammar

most_rows = 1000
most_bytes = 1024 * 1024
report_suffix = ".report.json"
negotiated = ("auto-avif", "auto-webp", "auto")


class Row(TypedDict):
    """What became of one row: its number from 1, its text, and either how each key came to be, or why not."""

    row: int
    url: str
    made: dict[str, str]
    error: str


def respond(file: str, region: Region) -> None:
    """Nothing: the file's variants are made, and its report lies beside it. A report is no file of wishes."""
    body = None if file.endswith(report_suffix) else region.originals.read(file)
    if body is None:
        return
    try:
        rows = [_row(number, url, region) for number, url in enumerate(urls(file, body), start=1)]
        report: dict[str, object] = {"rows": rows, "failed": sum(1 for row in rows if row["error"])}
    except ValueError as error:
        report = {"rows": [], "failed": 0, "error": str(error)}
    text = json.dumps(report, ensure_ascii=False, indent=1)
    region.originals.write(file + report_suffix, text.encode(), "application/json")
    region.say("requests-made", file=file, rows=len(rows) if "error" not in report else 0, failed=report["failed"])


def urls(file: str, body: bytes) -> list[str]:
    """The URLs of a file. Raises ValueError with one sentence: not CSV or JSON by its name, too many, no UTF-8."""
    if len(body) > most_bytes:
        raise ValueError(f"Expected at most {most_bytes:,} bytes, received {len(body):,}.")
    text = body.decode("utf-8-sig")
    if file.lower().endswith(".json"):
        said = json.loads(text)
        if not isinstance(said, list) or not all(isinstance(each, str) for each in said):
            raise ValueError("Expected a JSON list of URLs.")
        found = [str(each) for each in said]
    elif file.lower().endswith(".csv"):
        # A key's own commas need no quotes: a row is one URL.
        lines = [row for row in (",".join(each).strip() for each in csv.reader(io.StringIO(text))) if row]
        found = lines[1:] if lines and lines[0].lower() == "url" else lines
    else:
        raise ValueError("Expected a file that ends in .csv or .json.")
    if len(found) > most_rows:
        raise ValueError(f"Expected at most {most_rows:,} rows, received {len(found):,}.")
    return found


def _row(number: int, url: str, region: Region) -> Row:
    made: dict[str, str] = {}
    try:
        for key in keys(url):
            made[key] = region.pictures.make(key)
    except (errors.MirageError, ValueError) as error:
        said = error.message if isinstance(error, errors.MirageError) else str(error)
        telling.tell(region, "failed", url, reason=said)
        return {"row": number, "url": url, "made": made, "error": said}
    return {"row": number, "url": url, "made": made, "error": ""}


def keys(url: str) -> list[str]:
    """The keys that a URL means. Raises ValueError, errors.Deploying with one sentence."""
    parts = urlsplit(url)
    path = unquote(parts.path, errors="strict").removeprefix("/")
    if grammar.is_key(path):
        if parts.query:
            raise ValueError("Expected no query beside a key.")
        grammar.parse(path)
        return [path]
    variant = grammar.from_options(_options(parts.query))
    forms: Sequence[str] = negotiated if variant.f == "auto" else (variant.f,)
    found = list(dict.fromkeys(grammar.key(path, replace(variant, f=form)) for form in forms))
    for key in found:
        grammar.parse(key)
    return found


def _options(query: str) -> dict[str, str]:
    pairs = [part.partition("=") for part in query.split("&") if part]
    names = [unquote(name, errors="strict") for name, _, _ in pairs]
    if len(set(names)) != len(names) or not all(equals for _, equals, _ in pairs):
        raise ValueError("Expected each option once, with a value.")
    return {unquote(name): unquote(value, errors="strict") for name, _, value in pairs}
