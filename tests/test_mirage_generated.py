"""`generated`, against the whole chain: what generators made is listed, and made anew, or kept where that fails."""

from __future__ import annotations

import pytest

from tests.cli import Ran, run
from tests.running import Emulator


@pytest.fixture
def made(emulator: Emulator) -> Emulator:
    """The emulator with two avatars and a QR code, and an upload beside them."""
    for target in ("/gen/avatar/ada.png?w=50", "/gen/avatar/bob.png?w=50", "/gen/qr/ada.png?w=50"):
        assert emulator.get(target).status_code == 200
    emulator.put("gen/avatar/own.png", b"\x89PNG", "image/png")
    emulator.settle()
    return emulator


def ask(emulator: Emulator, *arguments: object) -> Ran:
    return run("generated", *arguments, "--json", "--at", emulator.url)


def test_what_generators_made_is_listed_with_where_it_comes_from(made: Emulator) -> None:
    ran = ask(made)
    *rows, last = ran.rows
    found = {row["path"]: row for row in rows}
    assert ran.status == 0
    assert {"gen/avatar/ada.png", "gen/avatar/bob.png", "gen/qr/ada.png"} <= set(found)
    assert "gen/avatar/own.png" not in found
    row = found["gen/avatar/ada.png"]
    assert (row["generator"], len(row["parameters"]), row["made"][:2]) == ("avatar", 64, "20")
    assert last["originals"] == len(rows)


@pytest.mark.parametrize(
    ("arguments", "paths"),
    [
        (("--generator", "qr"), ["gen/qr/ada.png"]),
        (("gen/avatar/ada.png",), ["gen/avatar/ada.png"]),
        (("gen/avatar/",), ["gen/avatar/ada.png", "gen/avatar/bob.png"]),
        (("gen/avatar/own.png",), []),
    ],
)
def test_less_can_be_asked_for(made: Emulator, arguments: tuple[str, ...], paths: list[str]) -> None:
    *rows, _ = ask(made, *arguments).rows
    assert [row["path"] for row in rows] == paths


def test_a_remake_calls_the_api_once_more_and_viewers_see_the_new_one(made: Emulator) -> None:
    before = made.stats()["generator_calls"]["avatar"]
    ran = ask(made, "gen/avatar/ada.png", "--remake", "--yes")
    assert (ran.status, ran.rows[0]["how"]) == (0, "made")
    made.settle()
    assert made.stats()["generator_calls"]["avatar"] == before + 1
    assert made.get("/gen/avatar/ada.png?w=50").status_code == 200
    assert [row["path"] for row in ask(made, "gen/avatar/ada.png").rows[:-1]] == ["gen/avatar/ada.png"]


def test_where_the_api_fails_the_old_one_is_put_back(made: Emulator) -> None:
    etag = ask(made, "gen/avatar/bob.png").rows[0]
    made.tell("PUT", "/faults", {"generator.garbage": 1})
    ran = ask(made, "gen/avatar/bob.png", "--remake", "--yes")
    assert (ran.status, ran.rows[0]["how"], ran.rows[0]["why"]) == (1, "kept", "502 upstream-bad")
    made.tell("PUT", "/faults", {})
    made.settle()
    assert ask(made, "gen/avatar/bob.png").rows[0] == etag


def test_nobody_is_charged_without_a_yes(made: Emulator) -> None:
    before = made.stats()["generator_calls"]
    ran = ask(made, "gen/avatar/ada.png", "--remake")
    assert (ran.status, made.stats()["generator_calls"]) == (2, before)


def test_an_unknown_generator_is_a_sentence(made: Emulator) -> None:
    ran = ask(made, "--generator", "poet")
    assert ran.status == 2
    assert "Expected a generator of avatar, qr, picture, painting, site, received 'poet'." in ran.err
