"""Writes the tables of docs/url.md from the code, and the picture of the page: `make docs`. `--check` only compares."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import fields
from pathlib import Path

import yaml

root = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(root))

from docs import emulator_tables, option_pictures, verbs  # noqa: E402
from infra.viewer import access_tables, dialect_tables  # noqa: E402
from variants import errors, metrics  # noqa: E402
from variants.settings import Limits  # noqa: E402

Row = Mapping[str, object]
grammar = json.loads((root / "variants" / "grammar.json").read_text(encoding="utf-8"))
options: list[Row] = grammar["options"]


def main(arguments: list[str]) -> int:
    """0 where the documents are in step; with --check 1 where they are not, else they are written."""
    stale = [path for path in sorted(root.glob("docs/*.md")) if _filled(path) != path.read_text(encoding="utf-8")]
    if "--check" in arguments:
        for path in stale:
            print(f"{path.relative_to(root)} is out of step with the code: run `make docs`.", file=sys.stderr)
        return 1 if stale else 0
    for path in stale:
        path.write_text(_filled(path), encoding="utf-8")
        print(f"Wrote {path.relative_to(root)}.")
    if "--tables" not in arguments:
        from docs import picture  # starts the emulator and a browser: only where it is wanted

        picture.take(root / "docs" / "images")
    return 0


def _filled(path: Path) -> str:
    """The document with each table between its markers made anew."""

    def table(found: re.Match[str]) -> str:
        return f"<!-- {found[1]} -->\n" + "\n".join(tables[found[1]]()) + "\n<!-- end -->"

    names = "|".join(tables)
    return re.sub(rf"<!-- ({names}) -->\n.*?<!-- end -->", table, path.read_text(encoding="utf-8"), flags=re.DOTALL)


def _option_lines() -> Iterator[str]:
    yield "| option | also | values | default | what it does | looks like |"
    yield "| --- | --- | --- | --- | --- | --- |"
    shots = option_pictures.shots()
    for row in options:
        also = " ".join(f"`{alias}`" for alias in row.get("aliases", ()))  # type: ignore[attr-defined]
        default = f"`{row['default']}`" if "default" in row and row["kind"] != "point" else ""
        default = "`0.5,0.5`" if row["kind"] == "point" else default
        looks = _looks(shots[str(row["name"])])
        yield f"| `{row['name']}` | {also} | {_values(row)} | {default} | {row['summary']}{_idle(row)} | {looks} |"


def _looks(shots: Sequence[option_pictures.Shot]) -> str:
    """The pictures of an option, each with the URL that it answers as its text."""
    return " ".join(f"![{shot.url}](images/options/{shot.name} '{shot.url}')" for shot in shots)


def _values(row: Row) -> str:
    words = "".join(f", `{word}`" for word in row.get("words", ()))  # type: ignore[attr-defined]
    kinds = {
        "integer": f"{row.get('min')} to {row.get('max')}",
        "flag": "`0` `1`",
        "ratio": f"`16:9`: two integers, {row.get('min')} to {row.get('max')}",
        "point": "`x,y`: each 0 to 1, at most two decimals",
        "rect": f"`x,y,w,h`: {row.get('min')} to {row.get('max')}, w and h from 1",
        "colour": "hex of 3, 6 or 8 digits",
        "name": "a name of the stack",
        "version": "8 to 12 hex digits",
    }
    if row["kind"] == "choice":
        synonyms = [f"`{name}`" for name in row.get("synonyms", {})]  # type: ignore[attr-defined]
        return " ".join([f"`{value}`" for value in row["values"]] + synonyms)  # type: ignore[attr-defined]
    return kinds[str(row["kind"])] + words


def _idle(row: Row) -> str:
    """What an option waits for, as a sentence after its summary; nothing where it always counts."""
    waits = [" and ".join(f"`{term}`" for term in terms) for terms in row.get("needs", ())]  # type: ignore[attr-defined]
    shown = [text for text in waits if not text.startswith("`f=auto-")]
    return f" *Only with {', '.join(shown)}.*" if shown else ""


def _ladder_lines() -> Iterator[str]:
    ladder = grammar["ladder"]
    for name in ("widths", "ratios", "qualities"):
        yield f"- {name}: {' '.join(str(step) for step in ladder[name])}"


def _limit_lines() -> Iterator[str]:
    yield "| limit | default |"
    yield "| --- | --- |"
    for each in fields(Limits):
        yield f"| `{each.name}` | {each.default:,} |"


def _error_lines() -> Iterator[str]:
    """The tree of variants/errors.py, in its order."""
    yield "| code | status | Cache-Control | when |"
    yield "| --- | --- | --- | --- |"
    when = dict(re.findall(r"─ (\w+) +\d{3} \S+ +(.+)", errors.__doc__ or ""))
    for name in re.findall(r"─ (\w+) +\d{3} ", errors.__doc__ or ""):
        kind = getattr(errors, name)
        yield f"| `{kind.code}` | {kind.status} | `{kind().cache_control}` | {when.get(name, '')} |"


def _setting_lines() -> Iterator[str]:
    """Pulumi.yaml's settings, below the headings that its comments are."""
    text = (root / "Pulumi.yaml").read_text(encoding="utf-8")
    rows = yaml.safe_load(text)["config"]
    for line in text.splitlines():
        if heading := re.fullmatch(r"  # (.+)", line):
            yield from ("", f"### {heading[1]}", "", "| setting | default | what it does |", "| --- | --- | --- |")
        if line.strip(" :") in rows:
            name, row = line.strip(" :"), rows[line.strip(" :")]
            default = row["default"] if isinstance(row["default"], str) else json.dumps(row["default"])
            yield f"| `{name}` | {f'`{default}`' if default else ''} | {row['description']} |"


def _metric_lines() -> Iterator[str]:
    yield "| metric | unit | by | what it counts |"
    yield "| --- | --- | --- | --- |"
    for name, metric in metrics.table.items():
        by = f"`{metric.by}`" if metric.by else ""
        yield f"| `{name}` | {metric.unit} | {by}{', and all' if metric.also_in_all else ''} | {metric.says} |"


tables: Mapping[str, Callable[[], Iterator[str]]] = {
    "options": _option_lines,
    "ladder": _ladder_lines,
    "limits": _limit_lines,
    "errors": _error_lines,
    "settings": _setting_lines,
    "access-bytes": access_tables.byte_lines,
    "dialects": dialect_tables.dialect_lines,
    "dialect-bytes": dialect_tables.byte_lines,
    "dialect-open": dialect_tables.open_lines,
    "verbs": verbs.verb_lines,
    "metrics": _metric_lines,
    "emulator-types": emulator_tables.type_lines,
    "emulator-switches": emulator_tables.switch_lines,
    "emulator-quotas": emulator_tables.quota_lines,
    "emulator-rules": emulator_tables.rule_lines,
}

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
