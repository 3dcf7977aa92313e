"""A generator as a stack declares it, read into a value: at preview, and again from the settings in the zip."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from variants import templates
from variants.fields import Fields
from variants.generators import Generator, Lookup, Poll, Reply, Request, Route, Spending
from variants.parameters import Parameter, patterns

access_modes = ("open", "presets", "signed", "basic", "jwt", "cloudfront")
name_pattern = re.compile(r"[a-z0-9][a-z0-9-]{0,31}")
parameter_pattern = re.compile(r"\{([A-Za-z][A-Za-z0-9_]{0,31}):([a-z]+)\}")
# What a URL spells one way (RFC 3986, 2.3), since access modes go by the path as it is sent, too.
literal_pattern = re.compile(r"[A-Za-z0-9._~/-]*")
pointer_pattern = re.compile(r"(?:/(?:[^~/]|~[01])*)*")
# RFC 9110, 5.1: a header's name is a token. What the client sets by itself is not for a template.
header_pattern = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]{1,64}")
own_headers = frozenset({"host", "content-length", "transfer-encoding", "connection", "accept-encoding", "cookie"})
# SSM "Parameter names" (up to 1,011 characters of a-zA-Z0-9_.-/) and Secrets Manager's "Name"; a version or a JSON
# member of a secret is not named. Read 2026-11.
secret_pattern = re.compile(r"(?:ssm:/?|secretsmanager:)[A-Za-z0-9_.-][A-Za-z0-9_./-]{0,500}")
# The regional function has 900 s (AWS "Lambda quotas", read 2026-11); storing and answering take their part.
longest_s = 600
most_bytes = 25 * 1024 * 1024
# The route is one regular expression over at most 800 bytes: its time grows with each parameter.
most_parameters = 3


def read(found: object) -> Generator:
    """The generator of a declaration. Raises ValueError with one sentence for its first mistake."""
    name = Fields(found, "a generator", "an object with name, path, request, response and budget").text(
        "name", None, name_pattern.fullmatch, "a name of a-z, 0-9 and hyphens"
    )
    fields = Fields(found, name, "an object")
    fields.take("name", str)
    route = _route(fields, name)
    known = {each.name for each in route.parameters}
    lookup = _lookup(fields.take("lookup", dict), f"{name}.lookup", known) if fields.has("lookup") else None
    secrets = _secrets(fields, name)
    slashed = {each.name for each in route.parameters if each.kind == "path"}
    known |= {each for each, _ in lookup.values} if lookup else set()
    generator = Generator(
        name=name,
        route=route,
        request=_request(fields.take("request", dict), f"{name}.request", known, secrets, slashed),
        reply=_reply(fields, name),
        lookup=lookup,
        secrets=secrets,
        poll=_poll(fields.take("poll", dict), f"{name}.poll") if fields.has("poll") else None,
        access=fields.word("access", "signed", access_modes),
        budget=_budget(fields.take("budget", dict), f"{name}.budget"),
        http_hosts=fields.texts("insecureHosts"),
        timeout_s=fields.whole("timeout", 15, 1, longest_s),
        retries=fields.whole("retries", 0, 0, 3),
        max_bytes=fields.whole("maxBytes", most_bytes, 1, 8 * most_bytes),
        on_error=fields.word("onError", "error", ("error", "fallback")),
    )
    fields.done()
    _check_schemes(generator)
    return generator


def _secrets(fields: Fields, name: str) -> dict[str, str]:
    secrets = fields.pairs("secrets")
    for kept in secrets.values():
        if not secret_pattern.fullmatch(kept):
            places = "'ssm:<name>' or 'secretsmanager:<name>'"
            raise ValueError(f"Expected {places} for {name}.secrets, received what is not shown.")
    return secrets


def _route(fields: Fields, name: str) -> Route:
    text = fields.take("path", str)
    bounds = dict(fields.take("parameters", dict, {}))
    parts: list[str | Parameter] = []
    at = 1
    for found in parameter_pattern.finditer(text):
        parts += [text[at : found.start()], _parameter(found[1], found[2], bounds.pop(found[1], {}), name)]
        at = found.end()
    parts.append(text[at:])
    if not text.startswith("/") or not _is_route(parts):
        wanted = "a path like /gen/avatar/{seed:slug}.png, in a folder of its own, its parameters parted by text"
        raise ValueError(f"Expected {wanted}, for {name}.path, received {text!r}.")
    if bounds:
        raise ValueError(f"Expected a parameter of {text} for {name}.parameters, received {sorted(bounds)[0]!r}.")
    return Route(parts=tuple(part for part in parts if part != ""))


def _is_route(parts: Sequence[str | Parameter]) -> bool:
    """Whether literals and parameters, in turns, make a route that can be told from others, in little time."""
    literals = [part for part in parts if isinstance(part, str)]
    parameters = [part for part in parts if isinstance(part, Parameter)]
    folders = literals[0].split("/")[:-1]
    return (
        1 <= len({each.name for each in parameters}) == len(parameters) <= most_parameters
        and sum(each.kind == "path" for each in parameters) <= 1
        and all(literal_pattern.fullmatch(each) for each in literals)
        and all(literals[1:-1])
        and bool(folders)
        and not any(each in ("", ".", "..") for each in folders)
        and folders[0] != "_mirage"
    )


def _parameter(name: str, kind: str, bounds: object, generator: str) -> Parameter:
    where = f"{generator}.parameters.{name}"
    if kind not in patterns:
        raise ValueError(f"Expected one of {', '.join(patterns)} as the type of {where}, received {kind!r}.")
    fields = Fields(bounds, where, "maxLength, minimum, maximum or enum")
    if kind == "integer":
        low = fields.whole("minimum", 0, -(10**12), 10**12)
        parameter = Parameter(
            name=name, kind=kind, minimum=low, maximum=fields.whole("maximum", 1_000_000, low, 10**12)
        )
    else:
        parameter = Parameter(
            name=name, kind=kind, max_length=fields.whole("maxLength", 64, 1, 800), values=fields.texts("enum")
        )
    fields.done()
    return parameter


def _request(found: object, where: str, known: set[str], secrets: Mapping[str, str], slashed: set[str]) -> Request:
    fields = Fields(found, where, "method, url, query, headers and body")
    method = fields.word("method", "GET", ("GET", "POST"))
    url = templates.url(fields.take("url", str), fields.pairs("query"), known, slashed)
    headers = []
    for name, value in fields.pairs("headers").items():
        if not header_pattern.fullmatch(name) or name.lower() in own_headers or re.search(r"[^ -~]", value):
            raise ValueError(f"Expected a header that a request may carry for {where}.headers, received {name!r}.")
        headers.append((name.lower(), templates.parse(value, secrets)))
    body = None
    if fields.has("body"):
        body = templates.body(fields.take("body", dict), known)
    fields.done()
    if body is not None and method == "GET":
        raise ValueError(f"Expected no body for {where}: a GET has none.")
    return Request(method=method, url=url, headers=tuple(headers), body=body)


def _reply(fields: Fields, name: str) -> Reply:
    inner = Fields(fields.take("response", dict, {}), f"{name}.response", "image, pointer, hosts and requestId")
    image = inner.word("image", "body", ("body", "base64", "url"))
    pointer = inner.text("pointer", "", pointer_pattern.fullmatch, "a JSON pointer like /data/0/b64_json")
    hosts = inner.texts("hosts")
    request_id = inner.text("requestId", "x-request-id", header_pattern.fullmatch, "a header's name")
    inner.done()
    if (image == "body") != (pointer == ""):
        raise ValueError(f"Expected a pointer for {name}.response with base64 and url, and none with body.")
    _check_hosts(hosts, f"{name}.response.hosts")
    return Reply(image=image, pointer=pointer, hosts=hosts, request_id=request_id.lower())


def _poll(found: object, where: str) -> Poll:
    fields = Fields(found, where, "url, status, done, failed and interval")
    poll = Poll(
        url=fields.text("url", "", pointer_pattern.fullmatch, "a JSON pointer like /urls/get, or nothing"),
        status=fields.text("status", None, pointer_pattern.fullmatch, "a JSON pointer like /status"),
        done=fields.texts("done"),
        failed=fields.texts("failed"),
        interval_s=fields.whole("interval", 1, 1, 60),
    )
    fields.done()
    if not poll.done:
        raise ValueError(f"Expected at least one word for {where}.done, received none.")
    return poll


def _lookup(found: object, where: str, known: set[str]) -> Lookup:
    fields = Fields(found, where, "url, query, values and cacheSeconds")
    url = templates.url(fields.take("url", str), fields.pairs("query"), known)
    values = fields.pairs("values")
    lookup = Lookup(url=url, values=tuple(values.items()), cache_seconds=fields.whole("cacheSeconds", 300, 0, 86_400))
    fields.done()
    if not values or not all(map(pointer_pattern.fullmatch, values.values())) or set(values) & known:
        raise ValueError(f"Expected new names with JSON pointers for {where}.values, received {values!r}.")
    return lookup


def _budget(found: object, where: str) -> Spending:
    fields = Fields(found, where, "hour and day")
    hour = fields.whole("hour", 0, 1, 10**9)
    budget = Spending(hour=hour, day=fields.whole("day", 24 * hour, 1, 10**9))
    fields.done()
    return budget


def _check_hosts(hosts: Sequence[str], where: str) -> None:
    for host in hosts:
        if not templates.host_pattern.fullmatch(host):
            raise ValueError(f"Expected host names in small letters for {where}, received {host!r}.")


def _check_schemes(generator: Generator) -> None:
    """Raises ValueError for http to a host that the stack does not name for it."""
    _check_hosts(generator.http_hosts, f"{generator.name}.insecureHosts")
    urls = [generator.request.url, *([generator.lookup.url] if generator.lookup else [])]
    for url in urls:
        if url.scheme == "http" and url.host not in generator.http_hosts:
            raise ValueError(f"Expected https for {generator.name}, received http to {url.host} (insecureHosts).")
