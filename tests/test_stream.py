"""The seekable view over a body under way: to its reader, the same as the bytes in memory."""

from __future__ import annotations

import io

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.fakes import Bytes
from variants.stream import StreamView

steps = st.lists(
    st.one_of(
        st.tuples(st.just("read"), st.integers(-1, 40)),
        st.tuples(st.just("start"), st.integers(0, 120)),
        st.tuples(st.just("on"), st.integers(0, 30)),
        st.tuples(st.just("end"), st.integers(-100, 10)),
    ),
    max_size=12,
)
whence = {"start": io.SEEK_SET, "on": io.SEEK_CUR, "end": io.SEEK_END}


@settings(max_examples=200, deadline=None)
@given(body=st.binary(max_size=100), breaks_after=st.none() | st.integers(0, 99), steps=steps)
def test_any_order_of_reads_gives_what_memory_gives_also_when_the_first_body_breaks_off(
    body: bytes, breaks_after: int | None, steps: list[tuple[str, int]]
) -> None:
    bodies = iter([Bytes(body, breaks_after), Bytes(body)])
    view, memory = StreamView(len(body), lambda: next(bodies)).start(), io.BytesIO(body)
    for step, number in steps:
        if step == "read":
            assert view.read(number) == memory.read(number)
        elif step != "end" or len(body) + number >= 0:
            assert view.seek(number, whence[step]) == memory.seek(number, whence[step])
        assert view.tell() == memory.tell()


def test_nothing_is_read_ahead_of_its_reader() -> None:
    first = Bytes(b"0123456789" * 100_000)
    view = StreamView(1_000_000, lambda: first).start()
    assert view.read(3) == b"012"
    assert len(first.read(1_000_000)) == 1_000_000 - 64 * 1024
