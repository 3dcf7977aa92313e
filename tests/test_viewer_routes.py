"""Rewrites and A/B arms by the store's data: where a path goes, who sees which arm; no route opens a prefix."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping

import pytest

from infra.configuration.routes import entries, route
from infra.configuration.values import Unreadable
from infra.viewer.config import ViewerConfig
from tests.access_world import asked, runtime, seen, sig, store
from tests.viewer_requests import event_of

config = ViewerConfig(
    sizes="exact",
    routes=True,
    request_headers=True,
    access=(("s/", "signed"), ("b/", "basic"), ("c/", "cloudfront"), ("hero/x/", "signed")),
)
routes: dict[str, object] = {
    "old": {"exact": [["old/1.jpg", "new/one.jpg"], ["old/s.jpg", "s/1.jpg"]], "arms": [["new/deep/", 1]]},
    "hero": {"exact": [], "arms": [["hero-a/", 80], ["hero-b/", 20]], "cookie": "visitor"},
    "up": {"exact": [], "arms": [["../", 1]]},
    "res": {"exact": [], "arms": [["_mirage/", 1]]},
    "_mirage": {"exact": [["_mirage/1.jpg", "1.jpg"]], "arms": []},
    "open": {"exact": [], "arms": [["s/", 1]]},
    "c": {"exact": [], "arms": [["c/2/", 1]]},
    "none": {"exact": [], "arms": []},
    "odd": 7,
    "constructor": {"exact": [], "arms": [["k/", 1]]},
    "mail": {
        "exact": [],
        "arms": [],
        "headers": [["mail/", "accept", ""], ["mail/new/", "accept", "image/webp"], ["mail/", "x-list", "news"]],
    },
    "bare": {"exact": [], "arms": [], "headers": [["bare/", "authorization", ""]]},
}
kept = {**store, **{f"r:{name}": json.dumps(value) for name, value in routes.items()}, "r:broken": "{"}
running = runtime(config, kept)


def see(url: str, cookies: Mapping[str, str] | None = None) -> str:
    return seen(asked(running, url, None, cookies))


@pytest.mark.parametrize(
    ("url", "uri"),
    [
        ("/old/1.jpg?w=5", "/new/one.jpg/e1,w=5,f=auto"),
        ("/old/2.jpg", "/new/deep/2.jpg/e1,f=auto"),
        ("/old/caf%C3%A9/2%20b.jpg", "/new/deep/caf%C3%A9/2%20b.jpg/e1,f=auto"),
        ("/old/a.pdf", "/new/deep/a.pdf"),
        ("/old/2.jpg/e1,w=5,f=auto", "/new/deep/2.jpg/e1,w=5,f=auto"),
        ("/old", "/old/e1,f=auto"),
        ("/older/1.jpg", "/older/1.jpg/e1,f=auto"),
        ("/none/1.jpg", "/none/1.jpg/e1,f=auto"),
        ("/odd/1.jpg", "/odd/1.jpg/e1,f=auto"),
        ("/broken/1.jpg", "/broken/1.jpg/e1,f=auto"),
        ("/constructor/1.jpg", "/k/1.jpg/e1,f=auto"),
        ("/up/1.jpg", "/up/1.jpg/e1,f=auto"),
        ("/c/1.jpg", "/c/2/1.jpg/e1,f=auto"),
    ],
)
def test_a_path_goes_where_its_route_says(url: str, uri: str) -> None:
    assert see(url) == uri


@pytest.mark.parametrize("url", ["/open/1.jpg", "/old/s.jpg", "/%6fpen/1.jpg", "/open/a.pdf"])
def test_no_route_leads_into_a_closed_prefix(url: str) -> None:
    assert see(url) == "403 auth-denied"
    assert see(sig(f"{url}?kid=k1")) == "403 auth-denied"


@pytest.mark.parametrize("url", ["/res/1.jpg", "/_mirage/1.jpg", "/_mirage/x"])
def test_reserved_names_stay_reserved(url: str) -> None:
    assert see(url) == "400 bad-path"


def arm(ip: str, agent: str, cookies: Mapping[str, str] | None = None) -> str:
    event = event_of("/hero/1.jpg", headers={"user-agent": agent})
    event["viewer"] = {"ip": ip}
    event["request"]["cookies"] = {name: {"value": value} for name, value in (cookies or {}).items()}
    return seen(running.run(event, now=1)).split("/")[1]


def test_arms_are_drawn_by_weight_and_kept() -> None:
    viewers = [(f"192.0.2.{at % 250}", f"browser {at}") for at in range(500)]
    drawn = [arm(*viewer) for viewer in viewers]
    assert drawn == [arm(*viewer) for viewer in viewers]
    assert set(drawn) == {"hero-a", "hero-b"}
    assert 60 <= Counter(drawn)["hero-b"] <= 140


def test_a_cookie_of_the_sites_own_keeps_the_arm_wherever_the_viewer_is() -> None:
    for visitor in map(str, range(20)):
        assert len({arm(f"192.0.2.{at}", f"b{at}", {"visitor": visitor}) for at in range(10)}) == 1
    assert len({arm("192.0.2.1", "b", {"visitor": str(at)}) for at in range(50)}) == 2


def test_at_most_three_reads_a_request() -> None:
    """Where there are routes, a signature beside a password or a token would be the fourth."""
    assert see(sig("/b/1.jpg?kid=k1")) == "403 auth-denied"


@pytest.mark.parametrize(
    ("lines", "value"),
    [
        (["/old/1.jpg /new/1.jpg", "/old/ /new/x/"], {"exact": [["old/1.jpg", "new/1.jpg"]], "arms": [["new/x/", 1]]}),
        (["/old/ /a/ 80 /b/ 20 cookie=v"], {"exact": [], "arms": [["a/", 80], ["b/", 20]], "cookie": "v"}),
        (["/old/ /"], {"exact": [], "arms": [["", 1]]}),
    ],
)  # fmt: skip
def test_lines_become_the_stores_values(lines: list[str], value: object) -> None:
    made = entries(map(route, lines))
    assert list(made) == ["r:old"]
    assert json.loads(made["r:old"]) == value


@pytest.mark.parametrize(
    "line",
    [
        "/old/", "old/ /new/", "/old/ new/", "/old/x/ /new/", "/_mirage/ /new/", "/old/ /_mirage/", "/old/1 /_mirage/1",
        "/old/ /a/ 0", "/old/ /a/ 1 /b/", "/old/ /../", "/old/1.jpg /a/../b", "/old/1.jpg /a/", "/o%20/ /a/",
        "/old/ /a/ x",
    ],
)  # fmt: skip
def test_a_route_that_cannot_be_is_refused(line: str) -> None:
    with pytest.raises(Unreadable):
        route(line)


# --- request headers


@pytest.mark.parametrize(
    ("url", "uri"),
    [
        ("/mail/1.jpg", "/mail/1.jpg/e1,f=auto"),
        ("/%6Dail/1.jpg", "/mail/1.jpg/e1,f=auto"),
        ("/mail/new/1.jpg", "/mail/new/1.jpg/e1,f=auto-webp"),
        ("/mails/1.jpg", "/mails/1.jpg/e1,f=auto-avif"),
        ("/1.jpg", "/1.jpg/e1,f=auto-avif"),
    ],
)
def test_headers_are_added_and_dropped_by_prefix_before_they_are_read(url: str, uri: str) -> None:
    assert seen(asked(running, url, {"accept": "image/avif,image/webp"})) == uri


def test_a_header_that_is_added_takes_the_place_of_the_viewers() -> None:
    output = asked(running, "/mail/1.jpg", {"x-list": "mine", "x-other": "his"}).output
    assert output is not None
    assert output["headers"]["x-list"] == {"value": "news"}
    assert output["headers"]["x-other"] == {"value": "his"}
    assert "accept" not in output["headers"]


def test_the_switch_is_no_header_that_a_route_may_write() -> None:
    said = {**kept, "r:mail": json.dumps({"exact": [], "arms": [], "headers": [["mail/", "x-mirage-generate", "on"]]})}
    output = asked(runtime(config, {**said, "generate": "off"}), "/mail/1.jpg").output
    assert output is not None
    assert output["headers"]["x-mirage-generate"] == {"value": "off"}
