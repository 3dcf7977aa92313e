"""The AWS behind the distribution: S3, Lambda, the events between them, and the API that functions reach."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from emulator.aws.api import Api, AwsApp, server_names
from emulator.aws.asynchronous import Asynchronous
from emulator.aws.ca import Authority
from emulator.aws.cloudfront_api import CloudFrontApi
from emulator.aws.credentials import Issuer
from emulator.aws.delivery import Retries
from emulator.aws.event_bridge import Bus
from emulator.aws.event_sources import EventSources
from emulator.aws.events import Events
from emulator.aws.failures import Failures
from emulator.aws.functions import Functions, may_be_told, read_retries, refuse_unpermitted
from emulator.aws.lambda_api import LambdaApi
from emulator.aws.log_rights import LogRights
from emulator.aws.queues import Queues
from emulator.aws.roles import Roles
from emulator.aws.s3_control import S3Control
from emulator.aws.secrets_api import SecretsApi
from emulator.aws.sqs_api import SqsApi
from emulator.aws.topics import Topics
from emulator.clock import Clock
from emulator.faults import Faults
from emulator.function_urls.app import UrlFront
from emulator.function_urls.declared import read_function_urls
from emulator.function_urls.door import FunctionUrls
from emulator.generator_watch import GeneratorWatch
from emulator.lambdas.edge_replica import EdgeReplica
from emulator.lambdas.service import LambdaService
from emulator.metric_watch import MetricWatch
from emulator.recorded import Recorded
from emulator.s3.admin import AdminApp
from emulator.s3.buckets import make_buckets
from emulator.s3.gate import Gate
from emulator.s3.lifecycle import refuse_loss
from emulator.s3.sweep import sweep
from emulator.stand_ins import names as stand_ins
from emulator.stand_ins.apis import Apis
from emulator.stand_ins.front import Front
from emulator.stand_ins.issuers import IssuerFront, read_issuers

reserved_prefix = "_mirage/"  # of the originals bucket: what is Mirage's own there
sweep_every_s = 3600.0  # by the clock, so that an advance of days is seen at once


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What the AWS side is given. `folder` is kept between starts, `scratch` is this start's alone; `originals` is the
    bucket whose objects nothing may delete by itself.

    `edge_arns`: the qualified ARNs that the distribution associates; they run in `replica_region`, which is not the
    bucket's, so that a function that trusts AWS_REGION fails here as it would there.
    """

    clock: Clock
    faults: Faults
    folder: Path
    scratch: Path
    account: str
    originals: str
    region: str
    distribution_arn: str
    edge_arns: frozenset[str]
    replica_region: str
    tls_port: int
    invalidate: Callable[[list[str]], str]
    url_path_is_decoded: bool = False


class AwsSide:
    """Everything of AWS but CloudFront itself."""

    def __init__(self, resources: Sequence[Recorded], given: Surroundings) -> None:
        self.gate = Gate(now=given.clock.now, account=given.account, faults=given.faults)
        self._resources = resources
        self._given = given
        self._roles = Roles(resources)
        self.policies = self._roles.policies  # identity policies by role; read at each request
        self.issuer = Issuer()
        self._authority = Authority()
        self.providers = read_issuers(resources, given.clock.now)
        self._sweeping = False
        self._daily: asyncio.Task[None] | None = None
        self.lambdas = self._lambdas(given)
        self.generators, self.metrics = GeneratorWatch(), MetricWatch()
        self.lambdas.ended += [self.generators, self.metrics]
        self.lambdas.may_log = LogRights(resources, self.policies).may_write
        self.functions = Functions(
            self.lambdas, resources, edge_arns=given.edge_arns, replica_region=given.replica_region
        )
        self.function_urls = self._function_urls()
        retries = read_retries(resources)
        by_arn = {arn: retries.get(spec.name, Retries()) for arn, spec in self.functions.by_arn.items()}
        self.events = Events(self.gate, given.clock, self.functions.invoke, by_arn)
        self.queues = Queues(resources, given.clock)
        self.topics = Topics(resources, given.account)
        self._sources = EventSources(self.queues, given.clock, self.functions.invoke)
        self._failures = Failures(
            queues=self.queues, functions=self.functions, retries=by_arn, policies=self.policies, now=given.clock.now
        )
        self.events.gave_up.append(self._failures.tell)
        self.jobs = S3Control(
            gate=self.gate, invoke=self.functions.invoke, policies=self.policies, trusts=self._roles.trusts
        )
        self.secrets = SecretsApi(account=given.account, faults=given.faults)
        self.asynchronous = Asynchronous(given.clock, self.functions.invoke, by_arn, self._failures.tell)
        self.bus = Bus(resources, self.gate, given.region, self.asynchronous.start)
        self.stand_ins = Apis(now=given.clock.now, keys=self._keys())
        self.admin_app = AdminApp(self.gate)
        urls = UrlFront(app=self._aws_app(), door=self.function_urls)
        front = Front(app=urls, apis=self.stand_ins, faults=given.faults)
        self.aws_app = IssuerFront(app=front, issuers=self.providers)

    def _lambdas(self, given: Surroundings) -> LambdaService:
        return LambdaService(
            folder=given.folder,
            ca_file=self._authority.write(given.scratch / "ca.pem"),
            tls_port=given.tls_port,
            issuer=self.issuer,
            faults=given.faults,
            names=stand_ins.addresses([*stand_ins.hosts, *self.providers.hosts]),
        )

    def _function_urls(self) -> FunctionUrls:
        return FunctionUrls(
            read_function_urls(self._resources, self.functions.arns),
            self.functions.invoke,
            self.issuer,
            self.policies,
            self._given.clock.now,
            path_is_decoded=self._given.url_path_is_decoded,
        )

    async def start(self) -> None:
        """Makes the buckets and unpacks the functions.

        Raises NotHonoured for what the emulator does not honour, or AWS would refuse.
        """
        await make_buckets(self.gate, self._resources)
        refuse_loss(self._given.originals, self.gate.buckets[self._given.originals].rules, reserved_prefix)
        await self.functions.prepare(self._roles)
        self.gate.may_tell = may_be_told(self.functions, self._resources, self._given.account)
        refuse_unpermitted(self.gate)
        self._failures.check()
        self._sources.start(self._resources, self.functions, self.policies)
        self._daily = asyncio.create_task(self._sweep_daily())

    async def stop(self) -> None:
        """Ends every worker and drops what is under way."""
        if self._daily is not None:
            self._daily.cancel()
        await self._sources.stop()
        await self.asynchronous.stop()
        await self.jobs.stop()
        await self.events.stop()
        await self.lambdas.stop()

    @property
    def edge_functions(self) -> dict[str, EdgeReplica]:
        """What the distribution calls, by qualified ARN."""
        specs = self.functions.by_arn
        return {arn: EdgeReplica(self.lambdas, specs[arn]) for arn in self._given.edge_arns if arn in specs}

    @property
    def is_busy(self) -> bool:
        """True while an event, a sweep or an invocation is under way."""
        under_way = self.events.is_busy or self.asynchronous.is_busy or self._sources.is_busy or self.jobs.is_busy
        return under_way or self._sweeping or self.lambdas.running > 0

    def write_certificate(self) -> Path:
        """The file with key and certificate of the server that `aws_app` is behind."""
        regions = {self._given.replica_region, "us-east-1"}
        regions |= {str(each.outputs["region"]) for each in self._resources if each.type == "aws:s3/bucket:Bucket"}
        others = (*stand_ins.hosts, *self.providers.hosts, *self.function_urls.urls)
        return self._authority.write_server([*server_names(regions), *others], self._given.scratch / "server.pem")

    async def sweep(self) -> int:
        """How many versions the lifecycle rules removed now."""
        self._sweeping = True
        try:
            return await sweep(self.gate)
        finally:
            self._sweeping = False

    async def _sweep_daily(self) -> None:
        while True:
            await self._given.clock.sleep(sweep_every_s)
            await self.sweep()

    def _aws_app(self) -> AwsApp:
        invoke = LambdaApi(account=self._given.account, functions=self.asynchronous)
        regional: dict[str, Api] = {
            "sqs": SqsApi(queues=self.queues, account=self._given.account, faults=self._given.faults),
            "sns": self.topics,
            "lambda": invoke,
            "ssm": self.secrets,
            "secretsmanager": self.secrets,
        }
        return AwsApp(self.gate, self._cloudfront_api(), self.issuer, self.policies, regional)

    def _keys(self) -> dict[str, str]:
        """What the stand-ins take as their keys: the secrets that a stack names for them in the dev stack's way."""
        places = {
            "api.openai.com": "ssm:/mirage/openai-key",
            "api.replicate.com": "secretsmanager:mirage/replicate-token",
        }
        return {host: self.secrets.value(place) for host, place in places.items()}

    def _cloudfront_api(self) -> CloudFrontApi:
        return CloudFrontApi(
            distribution_arn=self._given.distribution_arn,
            account=self._given.account,
            invalidate=self._given.invalidate,
            now=self._given.clock.now,
            faults=self._given.faults,
        )
