"""Every access mode in the running chain, as the documentation's commands ask; what large bodies and failures say."""

from __future__ import annotations

import re
import subprocess
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from botocore.signers import CloudFrontSigner
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from playwright.sync_api import Browser, Page

from tests import access_stack
from tests import browser as tooling
from tests.access_stack import Closed
from tests.access_world import basic, token
from tests.issuer_world import key
from tests.running import root
from variants import signing

pytestmark = pytest.mark.emulator
document = (root / "docs" / "access.md").read_text(encoding="utf-8")
examples = re.findall(r"```sh\n(.*?)```", document, re.DOTALL)
noise = "noise.png?f=png"


@pytest.fixture(scope="module")
def closed() -> Iterator[Closed]:
    with access_stack.closed() as found:
        yield found


@pytest.mark.parametrize("example", examples, ids=lambda text: text.strip().partition("\n")[0][:40])
def test_what_the_documentation_runs_says_what_it_says(example: str, closed: Closed) -> None:
    expected = re.findall(r"# -> (.+)$", example, re.MULTILINE)
    environ = {
        "PATH": f"{root / '.venv' / 'bin'}:/usr/local/bin:/usr/bin:/bin",
        "PYTHONPATH": str(root),
        "URL": closed.emulator.url,
        "SIGNING_SECRET": access_stack.signing_secret,
        "TOKEN_SECRET": access_stack.token_secret,
        "PASSWORD": access_stack.password,
        "KEY_ID": closed.key_id,
        "RS256": closed.token(),
    }
    ran = subprocess.run(
        ["bash", "-euc", example], cwd=closed.folder, env=environ, capture_output=True, text=True, check=False
    )
    assert (ran.stdout.split("\n")[:-1], ran.stderr, ran.returncode) == (expected, "", 0)


def test_every_mode_has_an_example() -> None:
    asked = set(re.findall(r'"\$URL/([a-z]+)/', "".join(examples)))
    assert {"shop", "team", "home", "app", "members", "mail", "press", "old"} <= asked


# --- large bodies: the answer is stored, then a redirect that carries nobody's credentials


def signed(target: str, expires_at: int) -> str:
    secret = access_stack.signing_secret.encode()
    return signing.sign(target, kid="k1", secret=secret, expires_at=expires_at)


def _follow(closed: Closed, answer: httpx.Response, target: str, headers: dict[str, str]) -> httpx.Response:
    """What a client gets that follows Location as RFC 9110, 10.2.2 says: #stored is the URL that it asked."""
    location = answer.headers["location"]
    return closed.emulator.get(target if location == "#stored" else location, headers)


def test_two_viewers_at_once_get_one_redirect_and_none_gets_the_others_credentials(closed: Closed) -> None:
    soon = int(time.time()) + 600
    targets = [signed(f"/team/{noise}", soon + at) for at in range(4)]
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(closed.emulator.get, targets))
    assert {each.status_code for each in answers} <= {302, 200}
    redirected = [each for each in answers if each.status_code == 302]
    assert redirected
    for answer in redirected:
        said = str(answer.headers) + answer.text
        assert answer.headers["location"] == "#stored"
        assert "no-store" in answer.headers["cache-control"] or "no-cache" in answer.headers["cache-control"]
        assert not any(part in said for target in targets for part in re.findall("(?:sig|exp)=([^&]+)", target))
    again = [_follow(closed, answer, target, {}) for answer, target in zip(answers, targets, strict=True)
             if answer.status_code == 302]  # fmt: skip
    assert {each.status_code for each in again} == {200}
    assert closed.emulator.get(f"/team/{noise}").status_code == 403


@pytest.mark.parametrize(
    ("prefix", "headers", "without"),
    [
        ("home", basic(f"alice:{access_stack.password}"), 401),
        ("app", {"cookie": "token=" + token({"aud": "pictures", "exp": int(time.time()) + 3600}, {"alg": "HS256"},
                                            access_stack.token_secret.encode())}, 401),
    ],
)  # fmt: skip
def test_the_second_request_of_a_large_body_is_authenticated_too(
    prefix: str, headers: dict[str, str], without: int, closed: Closed
) -> None:
    target = f"/{prefix}/{noise}"
    answer = closed.emulator.get(target, headers)
    assert answer.status_code == 302
    credential = next(iter(headers.values())).removeprefix("Basic ").removeprefix("token=")
    assert credential not in str(answer.headers) + answer.text
    assert _follow(closed, answer, target, headers).status_code == 200
    assert _follow(closed, answer, target, {}).status_code == without


def test_a_failures_picture_is_nobodys_and_kept_by_nobody(closed: Closed) -> None:
    target = signed("/team/none.jpg?f=png", int(time.time()) + 600)
    answer = closed.emulator.get(target)
    assert answer.status_code == 404
    assert answer.headers["content-type"].startswith("image/")
    assert answer.headers["cache-control"] == "private, no-cache"
    assert target.rpartition("=")[2].encode() not in answer.content
    assert closed.emulator.get("/team/none.jpg?f=png").status_code == 403


def test_the_placeholder_of_slow_work_is_nobodys_and_only_for_who_may_see_it(closed: Closed) -> None:
    path = "/gen/painting/a%20dog.png?w=200"
    secret = access_stack.token_secret.encode()
    target = signing.sign(path, kid="k2", secret=secret, expires_at=int(time.time()) + 600)
    assert closed.emulator.get(path).status_code == 403
    assert closed.emulator.stats()["generator_calls"] == {}
    answer = closed.emulator.get(target)
    assert (answer.status_code, answer.headers["x-mirage"]) == (503, "fallback")
    assert answer.headers["retry-after"] == "10"
    assert answer.headers["cache-control"] == "private, no-cache"
    said = str(answer.headers).encode() + answer.content
    assert not any(part.encode() in said for part in re.findall("(?:sig|exp)=([^&]+)", target))
    assert closed.emulator.get(path).status_code == 403
    closed.emulator.settle()
    assert closed.emulator.stats()["generator_calls"] == {"painting": 1}


def test_what_one_may_see_comes_from_the_cache_for_the_next_and_for_nobody_else(closed: Closed) -> None:
    soon = int(time.time()) + 600
    first, second = (closed.emulator.get(signed("/team/1.jpg?w=123", soon + at)) for at in range(2))
    assert [first.headers["x-cache"][:4], second.headers["x-cache"][:3]] == ["Miss", "Hit"]
    assert first.headers["cache-control"] == second.headers["cache-control"] == "private, no-cache"
    assert closed.emulator.get("/team/1.jpg?w=123").status_code == 403
    assert closed.emulator.get("/team/1.jpg/e1,w=123,f=auto").status_code == 403
    assert closed.emulator.get("/%74eam/1.jpg?w=123").status_code == 403


# --- the exchange of tokens


def test_cookies_are_for_who_asked_and_are_never_kept(closed: Closed) -> None:
    mine = closed.emulator.get("/_mirage/token?path=/members/", {"authorization": f"Bearer {closed.token(sub='a')}"})
    his = closed.emulator.get("/_mirage/token?path=/members/", {"cookie": f"token={closed.token(sub='b')}"})
    assert (mine.status_code, his.status_code) == (204, 204)
    assert mine.headers["cache-control"] == his.headers["cache-control"] == "no-store"
    assert len(mine.headers.get_list("set-cookie")) == len(his.headers.get_list("set-cookie")) == 4
    nobody = closed.emulator.get("/_mirage/token?path=/members/")
    assert (nobody.status_code, nobody.headers.get_list("set-cookie")) == (401, [])
    assert nobody.headers["www-authenticate"] == 'Bearer realm="Mirage"'


def test_of_many_at_once_only_those_get_cookies_whose_token_holds(closed: Closed) -> None:
    """Were the token not in the cache key, one answer could serve them all."""
    held, spent = closed.token(sub="held"), closed.token(sub="spent", exp=1)

    def ask(text: str) -> tuple[int, int]:
        answer = closed.emulator.get("/_mirage/token?path=/members/", {"authorization": f"Bearer {text}"})
        return answer.status_code, len(answer.headers.get_list("set-cookie"))

    with ThreadPoolExecutor(8) as pool:
        got = list(pool.map(ask, [held, spent] * 8))
    assert got == [(204, 4), (410, 0)] * 8


@pytest.mark.parametrize(
    ("claims", "status"), [({"exp": 1}, 410), ({"aud": "other"}, 401), ({"iss": "https://other.example/"}, 401)]
)
def test_a_token_that_does_not_hold_gets_none(claims: dict[str, object], status: int, closed: Closed) -> None:
    headers = {"authorization": f"Bearer {closed.token(**claims)}"}
    answer = closed.emulator.get("/_mirage/token?path=/members/", headers)
    assert (answer.status_code, answer.headers.get_list("set-cookie")) == (status, [])


def test_a_viewer_cannot_say_for_himself_what_the_edge_says(closed: Closed) -> None:
    headers = {"x-mirage-token": closed.token(), "x-mirage-host": "evil.example"}
    assert closed.emulator.get("/_mirage/token?path=/members/", headers).status_code == 401


# --- in a browser


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with tooling.opened() as found:
        yield found


needs_browser = pytest.mark.skipif(
    tooling.chromium() is None, reason="NO BROWSER: install chromium, or run `make browser`"
)
# The width that the browser decoded a picture to, 0 where it has none.
width_of = """async target => {
    const picture = new Image();
    picture.src = target;
    await picture.decode().catch(() => {});
    return picture.naturalWidth;
}"""


@contextmanager
def visit(chromium: Browser, closed: Closed, **more: object) -> Iterator[Page]:
    """A page of the stack's own origin, where a browser's own requests for pictures come from."""
    context = chromium.new_context(base_url=closed.emulator.url, **more)
    try:
        page = context.new_page()
        page.goto("/1.jpg?w=16")
        yield page
    finally:
        context.close()


@pytest.mark.parametrize("mode", ["presets", "signed", "basic", "jwt", "large"])
@pytest.mark.browser
@needs_browser
def test_a_browser_shows_what_a_mode_lets_it_see(mode: str, chromium: Browser, closed: Closed) -> None:
    hs256 = token(
        {"aud": "pictures", "exp": int(time.time()) + 3600}, {"alg": "HS256"}, access_stack.token_secret.encode()
    )
    user = {"username": "alice", "password": access_stack.password}
    soon = int(time.time()) + 600
    more = {"http_credentials": user} if mode == "basic" else {}
    with visit(chromium, closed, **more) as page:
        if mode == "jwt":
            page.context.add_cookies([{"name": "token", "value": hs256, "url": closed.emulator.url}])
        shown, hidden = {
            "presets": ("/shop/1.jpg?p=card", "/shop/1.jpg?w=160"),
            "signed": (signed("/team/1.jpg?w=160", soon), "/team/1.jpg?w=160"),
            "basic": ("/home/1.jpg?w=160", "/app/1.jpg?w=160"),
            # Not below /home/: there a browser without a password asks its user, and waits for him.
            "jwt": ("/app/1.jpg?w=160", "/team/1.jpg?w=160"),
            "large": (signed(f"/team/{noise}&w=1099", soon), f"/team/{noise}&w=1099"),
        }[mode]
        assert page.evaluate(width_of, shown) == (1099 if mode == "large" else 160)
        assert page.evaluate(width_of, hidden) == 0


@pytest.mark.browser
@needs_browser
def test_a_browser_prompts_for_a_password_and_takes_no_wrong_one(chromium: Browser, closed: Closed) -> None:
    wrong = {"username": "alice", "password": "guessed"}
    with visit(chromium, closed, http_credentials=wrong) as page:
        answer = page.goto("/home/1.jpg?w=161")
        assert answer is not None
        assert (answer.status, answer.headers["www-authenticate"]) == (401, 'Basic realm="Mirage", charset="UTF-8"')
        assert page.evaluate(width_of, "/home/1.jpg?w=161") == 0


@pytest.mark.browser
@needs_browser
def test_a_browser_exchanges_its_token_for_cookies_and_sees_the_members_pictures(
    chromium: Browser, closed: Closed
) -> None:
    with visit(chromium, closed) as page:
        assert page.evaluate(width_of, "/members/1.jpg?w=160") == 0
        ask = (
            "token => fetch('/_mirage/token', {headers: {Authorization: `Bearer ${token}`}}).then(each => each.status)"
        )
        assert page.evaluate(ask, closed.token(aud="other")) == 401
        assert page.evaluate(width_of, "/members/1.jpg?w=160") == 0
        assert page.evaluate(ask, closed.token()) == 204
        assert page.evaluate(width_of, "/members/1.jpg?w=160") == 160
        assert page.evaluate("document.cookie") == ""


@pytest.mark.browser
@needs_browser
def test_a_page_of_the_sites_other_host_exchanges_its_token_by_a_cookie(chromium: Browser, closed: Closed) -> None:
    """As docs/access.md says: hosts of one site share a cookie by its Domain, ports of one host of themselves."""
    pictures, elsewhere = closed.emulator.url, closed.emulator.control.replace("127.0.0.1", "localhost")
    ask = """async ([pictures, token]) => {
        document.cookie = `token=${token}; Path=/_mirage/token; Max-Age=60; Secure; SameSite=Lax`;
        await fetch(`${pictures}/_mirage/token?path=/members/`, {mode: 'no-cors', credentials: 'include'});
    }"""
    with visit(chromium, closed) as page:
        page.goto(f"{elsewhere}/stats")
        page.evaluate(ask, [pictures, closed.token(aud="other")])
        assert page.evaluate(width_of, f"{pictures}/members/1.jpg?w=160") == 0
        page.evaluate(ask, [pictures, closed.token()])
        assert page.evaluate(width_of, f"{pictures}/members/1.jpg?w=160") == 160


@pytest.mark.browser
@needs_browser
def test_a_browser_shows_what_cloudfronts_own_signature_lets_it_see(chromium: Browser, closed: Closed) -> None:
    signer = CloudFrontSigner(closed.key_id, lambda text: key("cookies").sign(text, padding.PKCS1v15(), hashes.SHA1()))
    url = f"{closed.emulator.url}/members/1.jpg?w=162"
    until = datetime.now(UTC) + timedelta(minutes=5)
    custom = signer.build_policy(f"{closed.emulator.url}/members/*", until)
    with visit(chromium, closed) as page:
        assert page.evaluate(width_of, signer.generate_presigned_url(url, date_less_than=until)) == 162
        assert page.evaluate(width_of, signer.generate_presigned_url(url, policy=custom)) == 162
        assert page.evaluate(width_of, url) == 0


# --- secrets, and what is said


def test_secrets_are_nowhere_but_in_the_store(closed: Closed) -> None:
    log = closed.emulator.log.read_text(encoding="utf-8")
    told = str(closed.emulator.tell("GET", "/resources")) + log
    for secret in (access_stack.signing_secret, access_stack.token_secret, access_stack.password):
        assert secret not in told
    assert "PRIVATE KEY" not in told


def test_the_start_says_what_of_the_firewall_is_missing(closed: Closed) -> None:
    assert "NOT EMULATED: the managed rules AWSManagedRules" in closed.emulator.log.read_text(encoding="utf-8")
