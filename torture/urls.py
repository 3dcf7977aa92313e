"""URLs: any bytes, and every spelling of known ones, through the whole chain.

Never a 5xx, never a key outside the prefix, never two objects for one meaning, never one object for two meanings.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass, field
from typing import TypeVar
from urllib.parse import quote, unquote

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from torture.expected import Expected
from torture.tally import Tally
from torture.viewer import Answer, Silent, Viewer
from torture.world import World
from variants import grammar
from variants.table import table

T = TypeVar("T")
accepts = st.sampled_from(["*/*", "image/webp,*/*", "image/avif,image/webp", ""])
pieces = [
    b"/", b"//", b".", b"..", b"%2e%2e", b"%2f", b"%5c", b"\\", b"%00", b"%c0%ae", b"%c0%af", b"%e0%80%af", b"%ff",
    b"%", b"%2", b"%zz", b"+", b"%20", b"%2B", b"e1,f=auto", b"/e1,w=64,f=png", b"/e2,w=64,f=png", b"p/0.jpg",
    b"p%2F0.jpg",
    b"_mirage", b"%5Fmirage/watermarks/mirage.png", b"v/p/0.jpg", b"gen/avatar/x.png", b"%e2%80%ae", b"caf%C3%A9",
    b"cafe%CC%81", b"%D7%A9", b"p/0.jpg/", b"p/0.jpg/..", b";x", b"a" * 300, b"?", b"=", b"&", b"%25", b"%2525", b"*",
]  # fmt: skip
# Bytes that a request line can hold; blanks and line ends would end it (RFC 9112, 3).
legal = st.integers(0x21, 0xFF).filter(lambda each: each != 0x7F).map(lambda each: bytes([each]))
mess = st.lists(st.sampled_from(pieces) | legal, max_size=12).map(b"".join)
long_mess = st.tuples(mess, st.integers(7000, 8400)).map(lambda each: (each[0] + b"a" * each[1])[: each[1]])
options_of_query = sorted(name for name in table.options if name not in ("p", "wm"))


@dataclass(slots=True, kw_only=True)
class Seen:
    """What the chain was seen to make: which key of which meaning, which bytes of which key."""

    by_meaning: dict[object, str] = field(default_factory=dict)
    by_key: dict[str, object] = field(default_factory=dict)


@dataclass(slots=True, kw_only=True)
class Chain:
    """The chain, asked one request at a time."""

    world: World
    expected: Expected
    loop: asyncio.AbstractEventLoop
    viewer: Viewer
    seen: Seen = field(default_factory=Seen)
    asked: int = 0

    def ask(self, target: bytes, headers: Mapping[str, str] | None = None) -> Answer:
        self.asked += 1
        return self.run(self.viewer.ask(target, headers))

    def run(self, work: Coroutine[object, object, T]) -> T:
        return self.loop.run_until_complete(work)

    def check(self, target: bytes, headers: Mapping[str, str] | None = None) -> Answer:
        """The answer, which is a right one and no 5xx."""
        answer = self.ask(target, headers)
        assert answer.status < 500, (target, answer.status, answer.body[:200])
        wrong = self.expected.wrong(answer)
        assert not wrong or b"gen/" in target or b"site/" in target or answer.get("x-mirage-key") == "", (target, wrong)
        return answer


def run(tally: Tally, world: World, expected: Expected, *, examples: int) -> None:
    """Tries so many of each kind."""
    loop = asyncio.new_event_loop()
    chain = Chain(world=world, expected=expected, loop=loop, viewer=Viewer(world.port))
    properties: list[tuple[str, Callable[[Chain, int], None]]] = [
        ("any bytes", any_bytes),
        ("8,192 bytes", long_ones),
        ("spellings of a path", spelt_paths),
        ("spellings of options", spelt_options),
        ("all options at once", all_options),
    ]
    try:
        for kind, hold in properties:
            before = chain.asked
            _tried(tally, f"URLs: {kind}", lambda hold=hold: hold(chain, examples))  # type: ignore[misc]
            tally.passed(f"URLs: {kind}", chain.asked - before - 1)
        _tried(tally, "URLs: what was stored", lambda: stored(chain))
    finally:
        loop.run_until_complete(chain.viewer.close())
        loop.close()


def _tried(tally: Tally, kind: str, hold: Callable[[], None]) -> None:
    try:
        hold()
    except (AssertionError, Silent) as error:
        tally.add(kind, "example", str(error)[:400])
    else:
        tally.add(kind, "all")


def of(examples: int) -> settings:
    return settings(
        max_examples=examples, deadline=None, database=None, derandomize=True, suppress_health_check=list(HealthCheck)
    )


def any_bytes(chain: Chain, examples: int) -> None:
    """Any path and query get an answer, and no 5xx."""

    @of(examples)
    @given(path=mess, query=mess, accept=accepts)
    def each(path: bytes, query: bytes, accept: str) -> None:
        answer = chain.check(b"/" + path + (b"?" + query if query else b""), {"accept": accept})
        if answer.status == 200 and answer.get("x-mirage-key"):
            named = unquote(answer.get("x-mirage-key")).rpartition("/")[0]
            assert named in chain.expected.versions or named.startswith(("gen/", "site/")), (path, named)

    each()


def long_ones(chain: Chain, examples: int) -> None:
    """Around CloudFront's 8,192 bytes, in the path and in the query."""

    @of(max(5, examples // 10))
    @given(rest=long_mess, in_query=st.booleans())
    def each(rest: bytes, in_query: bool) -> None:
        answer = chain.check(b"/p/0.jpg?utm_x=" + rest if in_query else b"/" + rest)
        assert answer.status != 200 or in_query

    each()


def respelt(text: str, chance: random.Random) -> bytes:
    """A path, its bytes escaped or not as chance has it, in hex of either case."""
    found = b""
    for byte in text.encode():
        bare = byte < 0x80 and (chr(byte).isalnum() or chr(byte) in "-._~")
        if byte == 0x2F or (bare and chance.random() < 0.7):
            found += bytes([byte])
        else:
            found += (b"%%%02x" if chance.random() < 0.5 else b"%%%02X") % byte
    return found


def spelt_paths(chain: Chain, examples: int) -> None:
    """However a path is escaped, it is the same object; the other Unicode form is another name, which is not there."""

    @of(examples)
    @given(name=st.sampled_from(sorted(chain.expected.versions)), chance=st.randoms(use_true_random=False))
    def each(name: str, chance: random.Random) -> None:
        plain = chain.check(b"/" + quote(name).encode() + b"?w=32&f=png")
        other = chain.check(b"/" + respelt(name, chance) + b"?w=32&f=png")
        same = (plain.status, plain.body, plain.get("x-mirage-key"))
        assert same == (other.status, other.body, other.get("x-mirage-key")), (name, plain.status, other.status)

    each()
    for name in ("odd/cafe\u0301 au lait.jpg", "p/0.jpg\u202e", "P/0.jpg", "p/0.jpg "):
        assert chain.check(b"/" + quote(name).encode() + b"?w=32&f=png").status in (400, 404), name


def _values(name: str) -> st.SearchStrategy[str]:
    option = table.options[name]
    if option.kind == "integer":
        numbers = st.integers(option.least, min(option.most, 90)).map(str)
        return st.sampled_from(option.words) | numbers if option.words else numbers
    words = {
        "flag": ["0", "1"],
        "choice": [*option.values],
        "colour": ["ff0000", "12345678", "auto", "blur"],
        "point": ["0,1", "0.25,0.75"],
        "rect": ["0,0,50,40", "9,9,90,20"],
        "version": ["0123abcd"],
        "ratio": ["16:9", "1:1"],
        "name": ["mirage"],
    }
    return st.sampled_from(words[option.kind])


some_options = st.fixed_dictionaries({}, optional={name: _values(name) for name in options_of_query if name != "ar"})


def spelt_options(chain: Chain, examples: int) -> None:
    """Order, aliases and escapes change nothing; what differs in meaning is another object."""

    @of(examples)
    @given(options=some_options, chance=st.randoms(use_true_random=False))
    def each(options: dict[str, str], chance: random.Random) -> None:
        plain = "&".join(f"{name}={value}" for name, value in options.items()).encode()
        pairs = [(chance.choice([name, *table.options[name].aliases]), value) for name, value in options.items()]
        chance.shuffle(pairs)
        other = b"&".join(name.encode() + b"=" + respelt(value, chance).replace(b"/", b"%2F") for name, value in pairs)
        first, second = chain.check(b"/p/1.png?" + plain), chain.check(b"/p/1.png?" + other)
        assert (first.status, first.body) == (second.status, second.body), (plain, other)
        if first.status == 200:
            key = first.get("x-mirage-key")
            assert key == second.get("x-mirage-key"), (plain, other)
            meaning = grammar.parse(unquote(key))
            assert chain.seen.by_meaning.setdefault(meaning, key) == key, (meaning, key)
            assert chain.seen.by_key.setdefault(key, meaning) == meaning, (meaning, key)

    each()


def all_options(chain: Chain, examples: int) -> None:
    """Every option in one query, each within its bounds or beyond."""

    @of(max(5, examples // 4))
    @given(
        values=st.fixed_dictionaries({name: _values(name) | st.just("999999") for name in options_of_query}),
        name=st.sampled_from(["p/0.jpg", "p/3.gif", "p/broken.jpg", "p/none.jpg"]),
    )
    def each(values: dict[str, str], name: str) -> None:
        query = "&".join(f"{option}={quote(value, safe='')}" for option, value in values.items())
        chain.check(f"/{name}?{query}".encode())

    each()


def stored(chain: Chain) -> None:
    """After all of it: every variant lies under its original, is canonical, and is what its key says."""
    chain.world.settle()
    for key in chain.world.keys(chain.world.variants):
        if not key.startswith(grammar.store_prefix):
            assert "/" in key, key
            continue
        text = key.removeprefix(grammar.store_prefix)
        path, variant = grammar.parse(text)
        assert grammar.key(path, variant) == text, key
        generated = path.startswith(("gen/", "site/"))
        assert path in chain.expected.versions or generated, key
        if not generated:
            wrong = chain.expected.wrong_stored(chain.world.stored(key))
            assert not wrong, wrong
    foreign = set(chain.world.keys(chain.world.originals)) - set(chain.expected.versions)
    assert not {key for key in foreign if not key.startswith(("gen/", "site/", "_mirage/"))}, foreign
