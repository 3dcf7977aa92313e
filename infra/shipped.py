"""What a stack's settings mean to the code that ships: baked into the zips, and inlined into the viewer function."""

from __future__ import annotations

from infra import access, generators
from infra.configuration.settings import StackConfig
from infra.viewer.config import PresetConfig, ViewerConfig
from variants.settings import Settings


def baked(
    config: StackConfig,
    *,
    region: str,
    originals: str,
    variants: str,
    on_demand_function: str = "",
    original_changed_function: str = "",
    topic: str = "",
    metrics_of: str = "",
) -> Settings:
    """The settings of both Lambdas, of a stack whose buckets and regional functions have those names."""
    return Settings(
        region=region,
        originals_bucket=originals,
        variants_bucket=variants,
        redirect="key" if config.is_every_key_open else "stored",
        redirects=access.redirects(config) if config.is_every_key_open else {},
        browser_cache_seconds=config.browser_cache_seconds,
        fallback=config.fallback,
        debug=config.debug,
        save_data=config.save_data,
        decoders=config.decoders,
        limits=config.limits,
        watermarks=dict(config.watermarks),
        generators=tuple(each.declaration for each in config.generators),
        on_demand_function=on_demand_function,
        metrics_of=metrics_of,
        renders_per_hour=config.renders_per_hour,
        original_changed_function=original_changed_function,
        topic=topic,
    )


def viewer_config(config: StackConfig) -> ViewerConfig:
    """What the viewer function is composed for."""
    return ViewerConfig(
        sizes=config.sizes,
        open_options=config.open_options,
        presets={each.name: PresetConfig(options=each.options, open=each.open) for each in config.presets},
        watermarks=tuple(name for name, _ in config.watermarks),
        access=tuple((rule.prefix.removeprefix("/"), rule.mode) for rule in config.access)
        + generators.rules(config.generators),
        signatures=bool(config.access_keys),
        routes=bool(config.routes),
        request_headers=bool(config.request_headers),
        regional=config.is_regional,
        ignore_params=config.ignore_params,
        lenient=config.lenient,
        save_data=config.save_data,
        auto_formats=config.auto_formats,
        file_extensions=config.files,
        image_extensions=config.image_extensions,
        playground=config.playground,
        debug=config.debug,
        dialects=config.dialect,
    )
