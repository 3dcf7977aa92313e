"""The cost model against arithmetic done by hand from the price pages."""

from __future__ import annotations

from pathlib import Path

import pytest

from infra.configuration.values import Unreadable
from infra.costs import month, traffic, workload
from infra.costs import prose as cost_prose
from infra.costs import report as cost_report
from tests.declared import stack
from variants import metrics as embedded

# 30 million requests of 100,000 bytes, 90 % edge hits, 80 % of the rest at the shield, 10,000 new variants.
profile = month.Profile(
    originals=1000,
    original_bytes=1_073_741_824 // 1000,
    variants_per_original=0,
    variant_bytes=100_000,
    requests=30_000_000,
    edge_hit_ratio=0.9,
    shield_hit_ratio=0.8,
    new_variants=10_000,
    memory_mb=1024,
    make_ms=500,
    pass_ms=2,
)

by_hand = {
    # 30e6 x 1e5 bytes = 2,793.97 GB, less 1,024 free = 1,769.97 x 0.085
    "CloudFront transfer": 150.447,
    # 20 million above the free 10 million: 2,000 x 10,000 x 0.012
    "CloudFront requests": 24.0,
    # 28 million above the free 2 million x 0.10 and 0.03
    "CloudFront Functions": 2.8,
    "KeyValueStore reads": 0.84,
    # 3 million misses: 300 x 0.009
    "Origin Shield": 2.7,
    # 600,000 runs x 0.60 per million; 10,000 x 0.5 s + 590,000 x 0.002 s = 6,180 GB-s x 0.00005001
    "Lambda@Edge": 0.669062,
    "S3 storage": 0.0245,
    # 610 thousand GETs x 0.00043, 10 thousand PUTs x 0.0054
    "S3 requests": 0.3163,
    "CloudWatch Logs": 0.0,
}


@pytest.mark.parametrize("service", sorted(by_hand))
def test_each_service_costs_what_the_price_pages_say(service: str) -> None:
    cost = month.monthly(profile, region="eu-central-1")
    assert cost.lines[service] == pytest.approx(by_hand[service], abs=0.001)


def test_the_sum_is_the_sum() -> None:
    assert month.monthly(profile, region="eu-central-1").total == pytest.approx(sum(by_hand.values()), abs=0.01)


def test_lambda_at_edge_runs_on_every_shield_miss_not_only_on_new_variants() -> None:
    none_new = month.Profile(requests=1_000_000, edge_hit_ratio=0.5, shield_hit_ratio=0.0, new_variants=0, pass_ms=0)
    cost = month.monthly(none_new, region="us-east-1")
    assert cost.lines["Lambda@Edge"] == pytest.approx(0.30)  # 500,000 runs x 0.60 per million


def test_the_regional_mode_pays_no_lambda_at_edge() -> None:
    cost = month.monthly(profile, region="eu-central-1", mode="regional")
    assert "Lambda@Edge" not in cost.lines
    assert cost.lines["Lambda"] == 0.0  # 10,000 runs, 5,000 GB-s: inside the free tier


def test_transfer_is_priced_tier_by_tier() -> None:
    assert month.transfer(25) == pytest.approx(2.125)
    assert month.transfer(10_240 + 100) == pytest.approx(870.4 + 8.0)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [({"requests": -1}, "from 0 for requests"), ({"edge_hit_ratio": 1.5}, "from 0 to 1 for edge_hit_ratio")],
)
def test_nonsense_in_a_profile_is_a_sentence(wrong: dict[str, float], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        month.Profile(**wrong)  # type: ignore[arg-type]


def test_a_region_without_prices_is_a_sentence() -> None:
    with pytest.raises(ValueError, match="Expected a Region with prices"):
        month.monthly(profile, region="mars-north-1")


def test_one_object_asked_ten_times_at_one_location_is_made_once() -> None:
    seen = workload.simulate(workload.Workload(objects=1, requests=10, locations=1))
    assert (seen.made, seen.edge_hit_ratio, seen.shield_hit_ratio) == (1, 0.9, 0.0)


def test_the_shield_makes_each_object_once_however_many_locations_miss() -> None:
    seen = workload.simulate(workload.Workload(objects=1, requests=1000, locations=10))
    assert seen.made == 1
    assert seen.edge_hit_ratio == 0.99
    assert seen.shield_hit_ratio == 0.9


def test_a_cache_too_small_for_the_objects_hits_less() -> None:
    large = workload.simulate(workload.Workload(objects=1000, requests=5000, cache_objects=1000))
    small = workload.simulate(workload.Workload(objects=1000, requests=5000, cache_objects=10))
    assert small.edge_hit_ratio < large.edge_hit_ratio


def test_cloudwatch_is_paid_for_by_the_month_beyond_what_is_free() -> None:
    watching = month.Watching(metrics=28, alarm_metrics=14, dashboards=4)
    # 18 metrics x 0.30, 4 x 0.10, one dashboard
    paid = month.monthly(profile, region="eu-central-1", watching=watching).lines["CloudWatch"]
    assert paid == pytest.approx(8.8)
    all_of_it = month.monthly(profile, region="eu-central-1", watching=watching, free=False).lines["CloudWatch"]
    assert all_of_it == pytest.approx(28 * 0.3 + 14 * 0.1 + 4 * 3.0)


def test_a_firewall_costs_its_rules_and_every_request() -> None:
    # 5 + 3 rules + 30 million x 0.60
    assert month.monthly(profile, region="us-east-1", waf=True).lines["WAF"] == pytest.approx(26.0)


@pytest.mark.parametrize(
    ("text", "field", "value"),
    [
        ("requests=20", "requests", 20),
        ("requests=0", "new_variants", 0),
        ("originals=3", "originals", 3),
        ("originalKilobytes=2.5", "original_bytes", 2500),
        ("variants=1.5", "variants_per_original", 1.5),
        ("variantKilobytes=60", "variant_bytes", 60_000),
        ("hits=92", "edge_hit_ratio", 0.92),
        ("shieldHits=0", "shield_hit_ratio", 0.0),
        ("requests=1000 new=50", "new_variants", 500),
        ("", "requests", 5_000_000),
    ],
)
def test_a_word_of_the_traffic_is_one_number_of_the_profile(text: str, field: str, value: float) -> None:
    assert getattr(traffic.profile(text), field) == pytest.approx(value)


def test_what_the_traffic_leaves_out_is_as_pulumi_yaml_says() -> None:
    from infra.configuration import defaults

    # The default says new=0.1 of 5,000,000 in so many words.
    assert traffic.profile(defaults.texts()["traffic"]).new_variants == 5_000


@pytest.mark.parametrize(
    "text", ["requests=-1", "requests=1e9", "requests", "visitors=1", "hits=100.5", "requests=1 requests=2", "hits=٣"]
)
def test_nonsense_in_the_traffic_is_refused(text: str) -> None:
    with pytest.raises(Unreadable):
        traffic.profile(text)


@pytest.mark.parametrize(("metrics", "expected"), [("true", 14), ("false", 9)])
def test_the_number_of_metrics_in_alarms_is_what_the_program_declares(metrics: str, expected: int) -> None:
    found = stack(metrics=metrics)
    declared = found.of("aws:cloudwatch/metricAlarm:MetricAlarm")
    queries = [[each for each in alarm.inputs.get("metricQueries", []) if "metric" in each] for alarm in declared]
    assert sum(len(each) or 1 for each in queries) == expected
    assert (traffic.alarm_metrics, traffic.alarm_metrics_of_aws) == (14, 9)


def test_the_number_of_embedded_metrics_is_the_codes() -> None:
    assert traffic.embedded_metrics == len(embedded.table)


def test_the_report_has_a_table_of_services_for_every_way_and_volume(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cost_report, "simulated_at_most", 2_000)
    text, drawn = cost_report.report("us-east-1", month.Profile(), month.Watching())
    for way in ("edge mode, Origin Shield", "edge mode", "regional mode, Origin Shield", "regional mode"):
        table = text.split(f"### Service by service: {way}\n")[1].strip().split("\n\n")[0].splitlines()
        assert table[0] == "| service | 50,000 | 500,000 | 5,000,000 | 50,000,000 |"
        assert {"CloudFront transfer", "S3 storage", "all"} <= {row.split(" | ")[0].removeprefix("| ") for row in table}
        names = {row.split(" | ")[0].removeprefix("| ") for row in table}
        assert ("Lambda@Edge" in names) == way.startswith("edge") and ("Lambda" in names) == way.startswith("regional")
    assert drawn.count("<rect") > 20 and "Lambda@Edge" in drawn and "50,000,000, regional" in drawn


def test_the_figure_that_goes_round_stands_beside_the_right_one() -> None:
    said = cost_prose.correction("us-east-1")
    assert "| transfer out, per GB | 0.0085 | 0.085 |" in said
    assert "| 25 GB a month, beyond the free tier | 0.2125 | 2.1250 |" in said
    # 10,000 runs x 0.60 per million + 8,000 GB-s x 0.00005001
    assert "| Lambda@Edge | not compared | 0.4061 |" in said


def test_the_document_is_what_make_cost_writes() -> None:
    document = (Path(__file__).parent.parent / "docs" / "costs.md").read_text(encoding="utf-8")
    assert document.startswith(cost_prose.prose)
    assert document.endswith(cost_prose.correction("eu-central-1"))


def test_make_cost_says_of_a_region_without_prices_just_that(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.argv", ["cost", "eu-south-1"])
    with pytest.raises(SystemExit) as ended:
        cost_report.main()
    assert ended.value.code == 2
    said = "Expected a Region with prices (eu-central-1, us-east-1), received eu-south-1.\n"
    assert capsys.readouterr().err == said


def test_the_regional_mode_runs_a_second_function_for_each_viewer() -> None:
    # 30 million requests and as many answers, less 2 million, x 0.10
    found = month.monthly(profile, region="us-east-1", mode="regional").lines
    assert found["CloudFront Functions"] == pytest.approx(5.8)
    assert found["KeyValueStore reads"] == pytest.approx(0.84)


def test_without_a_store_every_fetch_is_made_anew() -> None:
    found = month.monthly(profile, region="eu-central-1", mode="regional", stores=False, free=False).lines
    # 600,000 runs x 0.20 per million + 600,000 x 0.5 s x 1 GB x 0.0000166667; 600 thousand GETs of originals
    assert found["Lambda"] == pytest.approx(0.12 + 5.00001)
    assert found["S3 requests"] == pytest.approx(0.258)
