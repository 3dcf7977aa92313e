"""What a stack's settings say, as frozen values. `infra/configuration/config.py` reads them from texts."""

from __future__ import annotations

from dataclasses import dataclass

from infra.configuration.credentials import Credential
from infra.configuration.declarations import Registered
from infra.configuration.exchanges import Exchange
from infra.configuration.header_rules import HeaderRule
from infra.configuration.registrations import Access, Ahead, Preset
from infra.configuration.routes import Route
from infra.costs.month import Profile
from variants.settings import Limits, Watermark
from variants.table import table

# The extensions by which each decoder's files are known (Pillow's registrations of these plugins).
decoder_extensions = {
    "JPEG": ("jpg", "jpeg", "jpe", "jfif"),
    "PNG": ("png", "apng"),
    "WEBP": ("webp",),
    "GIF": ("gif",),
    "AVIF": ("avif",),
    "TIFF": ("tif", "tiff"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class StackConfig:
    """All that a stack file can say, one field a setting (`variantDays` is `variant_days`)."""

    sizes: str
    open_options: tuple[str, ...]
    presets: tuple[Preset, ...]
    ignore_params: tuple[str, ...]
    dialect: tuple[str, ...]
    lenient: bool
    auto_formats: tuple[str, ...]
    save_data: bool
    files: tuple[str, ...]
    access: tuple[Access, ...]
    access_keys: tuple[Credential, ...]
    token_keys: tuple[Credential, ...]
    access_users: tuple[Credential, ...]
    trusted_keys: tuple[str, ...]
    waf: bool
    domains: tuple[str, ...]
    hosted_zone: str
    certificate_arn: str
    minimum_tls: str
    routes: tuple[Route, ...]
    request_headers: tuple[HeaderRule, ...]
    response_headers: tuple[HeaderRule, ...]
    token_exchanges: tuple[Exchange, ...]
    decoders: tuple[str, ...]
    watermarks: tuple[tuple[str, Watermark], ...]
    generators: tuple[Registered, ...]
    pregenerate: tuple[Ahead, ...]
    max_source_megabytes: int
    max_source_megapixels: int
    max_source_side_px: int
    max_frames: int
    max_animation_megapixels: int
    image_timeout_seconds: int
    browser_cache_seconds: int
    fallback: bool
    debug: bool
    playground: bool
    cors: tuple[str, ...]
    accept_unbounded: bool
    originals_bucket: str
    protect: bool
    force_destroy: bool
    second_sweep_seconds: int
    invalidations_per_minute: int
    quarantine: bool
    notifications: bool
    event_bridge: bool
    previous_version_days: int
    variant_days: int
    price_class: str
    geo_allow: tuple[str, ...]
    geo_deny: tuple[str, ...]
    origin_shield: str
    mode: str
    store: bool
    memory: int
    precompile: bool
    log_regions: tuple[str, ...]
    log_retention_days: int
    metrics: bool
    additional_metrics: bool
    dashboard: bool
    alarms: bool
    alarm_emails: tuple[str, ...]
    alarm5xx_percent: int
    monthly_budget_usd: int
    access_logs: bool
    access_log_days: int
    renders_per_hour: int
    traffic: Profile

    @property
    def is_regional(self) -> bool:
        """Whether variants are made in the Region, without Lambda@Edge."""
        return self.mode == "regional"

    @property
    def limits(self) -> Limits:
        """The bounds of the work, in the units of the shipped code."""
        return Limits(
            max_source_bytes=self.max_source_megabytes * 1024 * 1024,
            max_source_pixels=self.max_source_megapixels * 1_000_000,
            max_source_side_px=self.max_source_side_px,
            max_frames=self.max_frames,
            max_animation_pixels=self.max_animation_megapixels * 1_000_000,
            image_timeout_s=self.image_timeout_seconds,
        )

    @property
    def image_extensions(self) -> tuple[str, ...]:
        """The extensions of what the decoders read, without those that `files` takes out."""
        known = [name for decoder in self.decoders for name in decoder_extensions[decoder]]
        return tuple(name for name in known if name not in self.files)

    def log_regions_of(self, nearest: str) -> tuple[str, ...]:
        """The Regions of the edge's log groups, `auto` being the one where it will run."""
        return tuple(dict.fromkeys(nearest if region == "auto" else region for region in self.log_regions))

    @property
    def is_every_key_open(self) -> bool:
        """Whether a viewer without a signature may ask for every key of an open prefix (url-contract, "Answers")."""
        return self.sizes == "exact" and set(self.open_options) >= set(table.options)

    @property
    def credentials(self) -> tuple[Credential, ...]:
        """All that the viewer function's store holds for its access modes."""
        return (*self.access_keys, *self.token_keys, *self.access_users)
