"""What makes variants, in each mode: Lambda@Edge, or a regional function behind CloudFront."""

from __future__ import annotations

from dataclasses import dataclass

import pulumi

from infra import generators
from infra.bundling import bundle
from infra.cloudfront.origins import Maker
from infra.configuration.config import ConfigError
from infra.configuration.settings import StackConfig
from infra.costs.month import Mode
from infra.freshness.freshness_rights import topic_arn
from infra.functions import on_demand
from infra.functions.edge_function import EdgeFunction, EdgeFunctionArgs, edge_region, log_group
from infra.functions.regional_function import RegionalFunction, RegionalFunctionArgs, function_name
from infra.monitoring.logs import Logs, LogsArgs
from infra.names import Names
from infra.viewer import response
from infra.viewer.response import ViewerResponse, ViewerResponseArgs
from variants.settings import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class MakingArgs:
    """`shield_region` is None where Origin Shield is off."""

    stack: StackConfig
    names: Names
    settings: Settings
    originals: str
    variants: str
    shield_region: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Making:
    """What the distribution needs of it, and how AWS/Lambda calls the function, in which Regions it runs."""

    called: str
    regions: tuple[str, ...]
    edge_version_arn: pulumi.Output[str] | None = None
    maker: Maker | None = None

    def permit(self, distribution_arn: pulumi.Input[str]) -> None:
        """Nothing: the distribution may call what it asks."""
        if self.maker:
            self.maker.url.permit(distribution_arn)


def named(stack: StackConfig) -> Mode:
    """The mode, in the words of prices."""
    return "regional" if stack.is_regional else "edge"


def declare(args: MakingArgs) -> Making:
    """The function of the stack's mode. Raises ConfigError where the viewer's end of it would be too large."""
    return _regional(args) if args.stack.is_regional else _edge(args)


def _edge(args: MakingArgs) -> Making:
    regions = args.stack.log_regions_of(args.shield_region or args.names.region)
    logs = Logs(
        "edge-logs",
        LogsArgs(group=log_group(args.names.of("edge")), regions=regions, retention_days=args.stack.log_retention_days),
    )
    edge = EdgeFunction("edge", _function(args, logs))
    called = f"{edge_region}.{args.names.of('edge')}"
    return Making(called=called, regions=regions, edge_version_arn=edge.version_arn)


def _regional(args: MakingArgs) -> Making:
    stack = args.stack
    regional_args = RegionalFunctionArgs(
        making=_function(args), stores=stack.store, log_retention_days=stack.log_retention_days
    )
    regional = RegionalFunction("regional", regional_args)
    try:
        code = response.compose(
            browser_cache_seconds=stack.browser_cache_seconds, debug=stack.debug, save_data=stack.save_data
        )
    except ValueError as error:
        raise ConfigError(str(error)) from error
    stored = ViewerResponse("response", ViewerResponseArgs(names=args.names, code=code))
    maker = Maker(url=regional.url, response_arn=stored.arn, stores=stack.store)
    return Making(called=function_name(regional_args), regions=(args.names.region,), maker=maker)


def _function(args: MakingArgs, logs: pulumi.Resource | None = None) -> EdgeFunctionArgs:
    stack, names = args.stack, args.names
    build = bundle.build_regional if stack.is_regional else bundle.build_edge
    return EdgeFunctionArgs(
        names=names,
        bundle=build(args.settings, precompile=stack.precompile, say=pulumi.log.info),
        memory_mb=stack.memory,
        originals=args.originals,
        variants=args.variants,
        logs=logs,
        generators=stack.generators,
        on_demand_arn=on_demand.function_arn(names) if generators.slow(stack.generators) else "",
        topic_arn=topic_arn(names) if stack.notifications else "",
        counts_renders=bool(stack.renders_per_hour),
    )
