"""The bound on variants: multiplied out as the contract says, and counted by asking the viewer function for all."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping

import pytest

from emulator.viewer.runtime import ViewerRuntime
from infra.bound.bound import bound, printed, refusal
from infra.viewer.composing import compose
from infra.viewer.config import PresetConfig, ViewerConfig
from tests.viewer_requests import event_of
from variants.table import table

rungs = (16, 32, 48, 64, 96, 128, 160, 240, 320, 480, 640, 750, 828, 960, 1080, 1200, 1440, 1600, 1920, 2048, 2560)
ladder_widths = [str(rung) for rung in (*rungs, 3200, 3840)]
wider = ((5, 4), (4, 3), (3, 2), (16, 10), (16, 9), (2, 1), (21, 9))
ladder_ratios = ((1, 1), *wider, *((tall, wide) for wide, tall in wider))
formats = ("", "avif", "webp", "jpg", "png", "gif", "json")
accepts = (None, "image/webp", "image/avif,image/webp")


def boxes_of(widths: Iterable[str]) -> list[dict[str, str]]:
    """Every rung with every ratio as a viewer would send it, the height beyond 4096 left away."""
    found = [{"w": width} for width in widths] + [{"h": width} for width in widths]
    for width, (wide, tall) in itertools.product(widths, ladder_ratios):
        height = round(int(width) * tall / wide)
        if height <= 4096:
            found.append({"w": width, "h": str(height)})
    return [{}, *found]


def count(config: ViewerConfig, queries: Iterable[Mapping[str, str]]) -> int:
    """How many keys the viewer function prints for queries under every Accept that matters."""
    runtime = ViewerRuntime(compose(config).code, {"generate": "on"})
    keys = set()
    for options in queries:
        query = "&".join(f"{name}={value}" for name, value in options.items() if value)
        for accept in accepts if options.get("f", "") in ("", "auto") else accepts[:1]:
            result = runtime.run(event_of(f"/a.jpg?{query}", accept=accept), now=1_800_000_000)
            assert result.output is not None, result.message
            if "statusCode" not in result.output:
                keys.add(result.output["uri"])
    return len(keys)


def product(**values: Iterable[str]) -> list[dict[str, str]]:
    """Every combination of values; an empty one is left away."""
    return [dict(zip(values, each, strict=True)) for each in itertools.product(*values.values())]


def test_save_data_doubles_the_formats_that_have_a_quality() -> None:
    saving = ViewerConfig(save_data=True)
    # auto, auto-webp, auto-avif, avif, webp, jpg twice; png and gif once
    assert bound(saving).total == (1355 * (6 * 2 + 2) + 1) * 2


@pytest.mark.parametrize(("fixed", "kept"), [("q=85", 2), ("q=40", 1), ("q=30", 1), ("q=41", 2), ("q=auto", 1)])
def test_save_data_lowers_a_presets_quality_while_a_step_is_below(fixed: str, kept: int) -> None:
    preset = PresetConfig(options=f"w=300,{fixed},f=jpg")
    assert bound(ViewerConfig(sizes="presets", presets={"card": preset}, save_data=True)).total == kept


def test_the_defaults_are_those_of_the_contract() -> None:
    found = bound(ViewerConfig())
    assert found.total == (1355 * 8 + 1) * 2 == 21_682
    assert [(row.factor.strip(), row.count) for row in found.rows] == [
        ("boxes", 1_355),
        ("× formats", 8),
        ("× v", 2),
        ("+ descriptions", 2),
        ("= variants of one original", 21_682),
    ]
    assert "1 without a box, 46 with one side, 327 with both × 4 of fit and place" in printed(found)
    assert refusal(found, accept_unbounded=False) is None


def test_the_default_ladder_s_bound_is_the_number_of_keys_that_can_be_had() -> None:
    fits = ("contain", "cover", "pad", "stretch")
    open_options = ("w", "h", "fit", "dpr")
    config = ViewerConfig(open_options=open_options, auto_formats=())
    asked = [box | {"fit": fit} for box in boxes_of(ladder_widths) for fit in fits]
    between = [{"w": str(w), "h": str(h), "dpr": "1.5"} for w in range(1, 4096, 97) for h in range(1, 4096, 101)]
    assert count(config, asked) == bound(config).total == 1_355
    assert count(config, [*asked, *between[::9]]) == 1_355


def test_single_sides_in_every_format_with_and_without_a_version_are_counted() -> None:
    config = ViewerConfig(open_options=("h", "f", "v"))
    asked = product(h=("", *ladder_widths), f=formats, v=("", "0123abcd"))
    assert count(config, asked) == bound(config).total == ((1 + 23) * 8 + 1) * 2


@pytest.mark.parametrize("sizes", ["ladder", "exact"])
def test_without_sizes_all_turns_and_flags_are_counted(sizes: str) -> None:
    config = ViewerConfig(sizes=sizes, open_options=("rot", "flip", "gray", "meta", "dl", "v"))
    asked = product(
        rot=("", "90", "180", "270"),
        flip=("", "h", "v", "hv"),
        gray=("", "1"),
        meta=("", "copyright"),
        dl=("0", "1"),
        v=("", "0123abcd"),
    )
    assert count(config, asked) == bound(config).total == 3 * 8 * 2 * 2 * 2 * 2


def test_one_side_with_quality_and_stillness_is_counted_by_format() -> None:
    config = ViewerConfig(open_options=("w", "up", "f", "q", "anim"))
    asked = product(
        w=("", *ladder_widths[:-1:4], "4096"),
        up=("", "1"),
        f=formats,
        q=("", "1", "55", "56", "81", "100", "auto"),
        anim=("", "0"),
    )
    # 1 + 2 × 7 of the 23 widths; auto, auto-webp, auto-avif and webp 7 × 2, avif and jpg 7, png 1, gif 2; json.
    assert count(config, asked) == (1 + 2 * 7) * (4 * 14 + 2 * 7 + 1 + 2) + 1
    assert bound(config).total == (1 + 2 * 23) * (4 * 14 + 2 * 7 + 1 + 2) + 1


def test_a_height_with_a_ratio_gives_every_box_but_to_contain() -> None:
    config = ViewerConfig(open_options=("h", "ar", "fit"), auto_formats=())
    boxes = [box for box in boxes_of(ladder_widths) if "w" in box and "h" in box]
    sides = [{"h": box["h"], "ar": f"{box['w']}:{box['h']}"} for box in boxes]
    fits = ("", "contain", "cover", "pad", "stretch")
    asked = [{}, *product(h=ladder_widths), *(side | {"fit": fit} for side in sides for fit in fits)]
    assert count(config, asked) == bound(config).total == 1 + 23 + 327 * 3


def test_each_fit_has_its_places() -> None:
    preset = PresetConfig(options="w=99,h=99", open=("fit", "g"))
    config = ViewerConfig(sizes="presets", auto_formats=(), presets={"a": preset})
    asked = product(p=("a",), fit=("contain", "cover", "pad", "stretch"), g=table.options["g"].values)
    assert count(config, asked) == bound(config).total == 1 + 10 + 9 + 1


def test_a_focal_point_takes_the_place_of_g() -> None:
    preset = PresetConfig(options="w=99,h=99,fit=cover", open=("g", "fp"))
    config = ViewerConfig(sizes="presets", open_options=("p",), auto_formats=(), presets={"a": preset})
    hundredths = [f"0.{tens}" for tens in range(10)]
    asked = [{"p": "a", "fp": f"{x},0.11"} for x in hundredths] + [
        {"p": "a", "g": g} for g in table.options["g"].values
    ]
    assert count(config, asked) == 10 + 10
    assert bound(config).total == 10 + 101 * 101 - 1


def test_presets_are_counted_with_what_they_leave_open() -> None:
    presets = {
        "thumb": PresetConfig(options="w=300,h=200,fit=cover", open=("dpr", "v")),
        "share": PresetConfig(options="w=1200,h=630,fit=pad,bg=336699,f=jpg", open=("dl",)),
        "card": PresetConfig(options="w=641", open=("f",)),
    }
    config = ViewerConfig(sizes="presets", presets=presets)
    asked = [
        *product(p=("thumb",), dpr=("1", "1.5", "2", "3"), v=("", "0123abcd")),
        *product(p=("share",), dl=("0", "1")),
        *product(p=("card",), f=formats),
        *boxes_of(ladder_widths[:3]),
    ]
    assert count(config, asked) == bound(config).total == 3 * 4 * 2 + 2 + 8 + 1


def test_presets_come_on_top_of_the_ladder() -> None:
    presets = {"thumb": PresetConfig(options="w=301", open=("dpr",))}
    config = ViewerConfig(presets=presets, open_options=("w", "p"))
    asked = [*product(w=("", *ladder_widths)), *product(p=("thumb",), dpr=("1", "1.5", "2", "3"))]
    assert count(config, asked) == bound(config).total == (1 + 23) * 3 + 4 * 3


def test_presets_that_are_not_open_are_not_counted() -> None:
    presets = {"thumb": PresetConfig(options="w=301")}
    config = ViewerConfig(presets=presets, open_options=("w",))
    assert count(config, [*product(w=("", *ladder_widths)), {"p": "thumb"}]) == bound(config).total == (1 + 23) * 3


@pytest.mark.parametrize(
    ("access", "total"),
    [
        ((("", "presets"),), 12),
        ((("", "signed"),), 0),
        ((("", "signed"), ("thumbs/", "presets")), 12),
        ((("", "signed"), ("public/", "open")), 12 + 3),
        ((("team/", "signed"),), 12 + 3),
    ],
)
def test_only_what_can_be_asked_without_a_signature_is_counted(access: tuple[tuple[str, str], ...], total: int) -> None:
    presets = {"thumb": PresetConfig(options="w=301", open=("dpr",))}
    config = ViewerConfig(presets=presets, open_options=("p",), access=access)
    assert bound(config).total == total


@pytest.mark.parametrize(
    ("auto_formats", "negotiated"), [((), 1), (("webp",), 2), (("webp", "avif"), 3), (("avif",), 1)]
)
def test_only_what_may_be_negotiated_is_counted(auto_formats: tuple[str, ...], negotiated: int) -> None:
    config = ViewerConfig(open_options=(), auto_formats=auto_formats)
    assert count(config, [{}]) == bound(config).total == negotiated


def test_watermarks_are_counted_with_none() -> None:
    config = ViewerConfig(open_options=("wm",), watermarks=("logo", "seal"))
    assert count(config, product(wm=("", "logo", "seal"))) == bound(config).total == 3 * 3


def test_too_many_variants_are_refused_in_a_sentence() -> None:
    found = bound(ViewerConfig(open_options=("w", "h", "fit", "f", "dpr", "p", "v", "q")))
    assert found.total == (1355 * (6 * 7 + 2) + 1) * 2
    assert refusal(found, accept_unbounded=True) is None
    assert refusal(found, accept_unbounded=False) == (
        "Expected at most 25,000 variants of one original that anybody can create, received 119,242: open fewer "
        "options, use sizes: ladder or presets, or say acceptUnbounded: true."
    )


def test_an_open_generator_that_makes_them_too_many_is_named() -> None:
    found = bound(ViewerConfig(sizes="exact", open_options=tuple(table.options)))
    assert (refusal(found, accept_unbounded=False, remedy="close avatar") or "").endswith(
        ": close avatar, or say acceptUnbounded: true."
    )


def test_a_bound_that_nobody_reads_is_said_by_its_power() -> None:
    found = bound(ViewerConfig(sizes="exact", open_options=tuple(table.options)))
    assert found.total > 10**60
    assert "about 10^" in (refusal(found, accept_unbounded=False) or "")
    assert "about 10^" in printed(found)
