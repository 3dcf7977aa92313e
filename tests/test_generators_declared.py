"""What a generator may be declared as, which paths are its own, and what its templates print."""

from __future__ import annotations

import copy

import pytest

from variants import declared, errors, generators, templates
from variants.generators import Generator

avatar = {
    "name": "avatar",
    "path": "/gen/avatar/{seed:slug}.png",
    "request": {"url": "https://api.example.com/identicon/png", "query": {"seed": "{seed}"}},
    "budget": {"hour": 10},
}


def changed(**changes: object) -> Generator:
    return declared.read(copy.deepcopy({**avatar, **changes}))


def with_path(path: str, **parameters: object) -> Generator:
    name = path.split("{")[1].split(":")[0]
    return changed(
        path=path, parameters=parameters, request={"url": "https://api.example.com/x", "query": {"q": f"{{{name}}}"}}
    )


def test_defaults_are_signed_fifteen_seconds_no_retry_and_a_day_of_hours() -> None:
    found = changed()
    assert (found.access, found.timeout_s, found.retries, found.on_error) == ("signed", 15, 0, "error")
    assert (found.budget.hour, found.budget.day) == (10, 240)
    assert (found.request.method, found.reply.image, found.route.prefix) == ("GET", "body", "gen/avatar/")


refused = {
    "a name in capitals": ({"name": "Avatar"}, "a name of a-z"),
    "no parameter": ({"path": "/gen/avatar/x.png"}, "a path like"),
    "no folder of its own": ({"path": "/{seed:slug}.png"}, "a path like"),
    "a reserved folder": ({"path": "/_mirage/{seed:slug}.png"}, "a path like"),
    "parameters without text between them": ({"path": "/gen/{a:slug}{b:slug}.png"}, "a path like"),
    "a type that nobody knows": ({"path": "/gen/{seed:uuid}.png"}, "as the type of avatar.parameters.seed"),
    "bounds of no parameter": ({"parameters": {"size": {}}}, "Expected a parameter of"),
    "a bound of another type": ({"parameters": {"seed": {"minimum": 1}}}, "Expected no 'minimum'"),
    "a misspelt member": ({"timeOut": 3}, "Expected no 'timeOut' in avatar"),
    "no budget": ({"budget": {}}, "avatar.budget.hour"),
    "a name before the path": ({"request": {"url": "https://{seed}.example.com/"}}, "no name before its path"),
    "an address for a host": ({"request": {"url": "https://127.0.0.1/x"}}, "no name before its path"),
    "credentials in a URL": ({"request": {"url": "https://a:b@example.com/x"}}, "no name before its path"),
    "http to a host that is not named": ({"request": {"url": "http://example.com/x"}}, "Expected https"),
    "a dot segment": ({"request": {"url": "https://example.com/a/../x"}}, "without dot segments"),
    "a parameter that the path lacks": ({"request": {"url": "https://example.com/{size}"}}, "received size"),
    "a stray brace": ({"request": {"url": "https://example.com/{"}}, "braces only round a name"),
    "a parameter in a header": (
        {"request": {"url": "https://example.com/", "headers": {"X-Seed": "{seed}"}}},
        "received seed",
    ),
    "a Host header": ({"request": {"url": "https://example.com/", "headers": {"Host": "x"}}}, "may carry"),
    "a body of a GET": ({"request": {"url": "https://example.com/", "body": {"a": 1}}}, "a GET has none"),
    "base64 without a pointer": ({"response": {"image": "base64"}}, "Expected a pointer"),
    "a pointer that is none": ({"response": {"image": "url", "pointer": "data/0"}}, "JSON pointer"),
    "a secret's value in place of its name": ({"secrets": {"key": "sk-12345"}}, "secrets, received what is not shown"),
    "a mode that nobody knows": ({"access": "public"}, "one of open"),
    "a time-out beyond the regional function's": ({"timeout": 601}, "an integer 1 to 600"),
    "a truth in place of a number": ({"retries": True}, "an integer"),
    "poll without an end": ({"poll": {"status": "/status"}}, "at least one word"),
    "a look-up that hides a parameter": (
        {"lookup": {"url": "https://example.com/", "values": {"seed": "/seed"}}},
        "new names",
    ),
}


@pytest.mark.parametrize("case", refused)
def test_a_declaration_is_refused_with_a_sentence(case: str) -> None:
    changes, sentence = refused[case]
    with pytest.raises(ValueError) as said:
        changed(**changes)
    assert sentence in str(said.value)
    assert str(said.value).startswith("Expected ")


routes = [
    ("/gen/avatar/{seed:slug}.png", {}, "gen/avatar/ada-2.png", {"seed": "ada-2"}),
    ("/gen/avatar/{seed:slug}.png", {}, "gen/avatar/ada.jpg", None),
    ("/gen/avatar/{seed:slug}.png", {}, "gen/avatar/a/b.png", None),
    ("/gen/avatar/{seed:slug}.png", {}, "gen/avatar/Ada.png", "Expected words of a-z"),
    ("/gen/n/{n:integer}.png", {"n": {"minimum": 1, "maximum": 9}}, "gen/n/9.png", {"n": 9}),
    ("/gen/n/{n:integer}.png", {"n": {"minimum": 1, "maximum": 9}}, "gen/n/10.png", "Expected integer 1 to 9 for n"),
    ("/gen/n/{n:integer}.png", {}, "gen/n/007.png", "Expected an integer for n"),
    ("/gen/n/{n:integer}.png", {}, "gen/n/٣.png", "Expected an integer for n"),
    ("/gen/h/{h:hex}.png", {}, "gen/h/0aff.png", {"h": "0aff"}),
    ("/gen/t/{t:text}.png", {"t": {"maxLength": 5}}, "gen/t/a cat.png", {"t": "a cat"}),
    ("/gen/t/{t:text}.png", {"t": {"maxLength": 5}}, "gen/t/a cat!.png", "at most 5 characters for t, received 6"),
    ("/gen/s/{s:slug}.png", {"s": {"enum": ["red", "blue"]}}, "gen/s/blue.png", {"s": "blue"}),
    ("/gen/s/{s:slug}.png", {"s": {"enum": ["red", "blue"]}}, "gen/s/green.png", "Expected one of red, blue"),
    ("/site/{p:path}", {}, "site/a/b.jpg", {"p": "a/b.jpg"}),
    ("/site/{p:path}", {}, "sites/a.jpg", None),
]


@pytest.mark.parametrize(("route", "bounds", "path", "wanted"), routes)
def test_a_path_is_a_routes_own_or_not_or_out_of_type(
    route: str, bounds: dict[str, object], path: str, wanted: object
) -> None:
    generator = with_path(route, **bounds)
    if isinstance(wanted, str):
        with pytest.raises(errors.BadOption) as said:
            generators.match(path, [generator])
        assert wanted in said.value.message
    else:
        found = generators.match(path, [generator])
        assert (None if found is None else dict(found.values)) == wanted


urls = [
    ("a b", "https://x.example/i/a%20b?q=a%20b&n=1"),
    ("a&b=c#d?e", "https://x.example/i/a%26b%3Dc%23d%3Fe?q=a%26b%3Dc%23d%3Fe&n=1"),
    ("%2e%2e", "https://x.example/i/%252e%252e?q=%252e%252e&n=1"),
    ("x@evil.example", "https://x.example/i/x%40evil.example?q=x%40evil.example&n=1"),
    ("né", "https://x.example/i/n%C3%A9?q=n%C3%A9&n=1"),
    ('"}', "https://x.example/i/%22%7D?q=%22%7D&n=1"),
]


@pytest.mark.parametrize(("value", "url"), urls)
def test_a_value_stays_a_value_in_a_url(value: str, url: str) -> None:
    template = templates.url("https://x.example/i/{v}", {"q": "{v}", "n": "1"}, {"v"})
    assert template.expand({"v": value}) == url


def test_a_path_keeps_its_slashes_in_a_path_and_loses_them_in_a_query() -> None:
    template = templates.url("https://x.example/{p}", {"p": "{p}"}, {"p"}, {"p"})
    assert template.expand({"p": "a/b c.jpg"}) == "https://x.example/a/b%20c.jpg?p=a%2Fb%20c.jpg"


@pytest.mark.parametrize("value", [".", "..", "a/../b"])
def test_a_value_makes_no_dot_segment(value: str) -> None:
    template = templates.url("https://x.example/i/{p}/x", {}, {"p"}, {"p"})
    with pytest.raises(errors.BadOption):
        template.expand({"p": value})


bodies = [
    ('say "hi", \\ and\n{n}', '{"prompt":"A say \\"hi\\", \\\\ and\\n{n}","n":3,"deep":[{"x":true,"y":null}]}'),
    ('"}],{"', '{"prompt":"A \\"}],{\\"","n":3,"deep":[{"x":true,"y":null}]}'),
    ("katzen é", '{"prompt":"A katzen é","n":3,"deep":[{"x":true,"y":null}]}'),
]


@pytest.mark.parametrize(("value", "body"), bodies)
def test_a_value_stays_a_value_in_json(value: str, body: str) -> None:
    template = templates.body({"prompt": "A {p}", "n": "{n}", "deep": [{"x": True, "y": None}]}, {"p", "n"})
    assert template.expand({"p": value, "n": 3}).decode() == body


def test_the_digest_depends_on_the_values_alone() -> None:
    generator = changed()
    # printf '{"seed": "ada"}' | sha256sum
    assert generator.digest({"seed": "ada"}) == "5f545513ddacf982ea9fb6ae43570e73d6b1500f33082157446495fcef701024"
