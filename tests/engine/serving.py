"""The stand-in's service: `pulumirpc.ResourceProvider` (sdk/proto/pulumi/provider.proto) over an account of records."""

# ruff: noqa: N802 - the methods are named by the protocol.

from __future__ import annotations

import os
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from signal import pause

import grpc
from google.protobuf import empty_pb2
from pulumi.runtime import mocks
from pulumi.runtime.proto import plugin_pb2, provider_pb2, provider_pb2_grpc

from emulator.answers import Answers
from tests.engine import facts, wire
from tests.engine.account import Account, Refused

version = "7.51.1"
# Where the account is kept. Without it the plugin refuses to start: nobody takes it for the real one.
account_variable = "MIRAGE_ENGINE_ACCOUNT"
# Seconds that these take: whoever needs one and does not say so finds it missing.
slow = {
    "aws:iam/rolePolicy:RolePolicy": 0.3,
    "aws:lambda/permission:Permission": 0.3,
    "aws:cloudwatch/logGroup:LogGroup": 0.1,
    "aws:s3/bucket:Bucket": 0.1,
}


class Provider(provider_pb2_grpc.ResourceProviderServicer):
    """The service. Property values keep their wrappers on the way back: secrets stay secrets."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.region = ""
        self.account = Account(path, "")

    def Handshake(self, request, context):
        return provider_pb2.ProviderHandshakeResponse(accept_secrets=True)

    def GetPluginInfo(self, request, context):
        return plugin_pb2.PluginInfo(version=version)

    def Attach(self, request, context):
        return empty_pb2.Empty()

    def Cancel(self, request, context):
        return empty_pb2.Empty()

    def CheckConfig(self, request, context):
        return provider_pb2.CheckResponse(inputs=request.news)

    def DiffConfig(self, request, context):
        return provider_pb2.DiffResponse(changes=provider_pb2.DiffResponse.DIFF_NONE)

    def Configure(self, request, context):
        self.region = str(wire.received(request.args).get("region") or "")
        self.account = Account(self.path, self.region)
        return provider_pb2.ConfigureResponse(acceptSecrets=True, supportsPreview=True)

    def Invoke(self, request, context):
        asked = mocks.MockCallArgs(token=request.tok, args=wire.received(request.args), provider="")
        answer = Answers(region=self.region, is_preview=False).call(asked)
        known, failed = answer if isinstance(answer, tuple) else (answer, [])
        failures = [provider_pb2.CheckFailure(property=name, reason=reason) for name, reason in failed]
        return provider_pb2.InvokeResponse(**{"return": wire.sent(known), "failures": failures})

    def Check(self, request, context):
        kind, name = kind_and_name(request.urn)
        news, olds = wire.received(request.news), wire.received(request.olds)
        failures = facts.faults(kind, wire.plain(news))
        if not failures:
            added = facts.named(kind, name, news, olds)
            news |= {**added, facts.defaults_key: sorted(added)}
        found = [provider_pb2.CheckFailure(property="", reason=each) for each in failures]
        return provider_pb2.CheckResponse(inputs=wire.sent(news), failures=found)

    def Diff(self, request, context):
        kind, _ = kind_and_name(request.urn)
        old, new = wire.plain(wire.received(request.old_inputs)), wire.plain(wire.received(request.news))
        differing = facts.changed(old, new)
        replacing = facts.replacing(kind, old, new, self.region)
        some = provider_pb2.DiffResponse.DIFF_SOME if differing or replacing else provider_pb2.DiffResponse.DIFF_NONE
        return provider_pb2.DiffResponse(
            changes=some,
            diffs=differing,
            replaces=replacing,
            deleteBeforeReplace=bool(replacing) and facts.deletes_first(kind, new),
        )

    def Create(self, request, context):
        kind, name = kind_and_name(request.urn)
        inputs = wire.received(request.properties)
        if request.preview:
            unknown = dict.fromkeys(facts.unknown_after_create(kind, inputs), wire.unknown)
            return provider_pb2.CreateResponse(properties=wire.sent({**_own(inputs), **unknown}))
        time.sleep(slow.get(kind, 0))
        with self.account.lock, Refusing(context):
            thing = self.account.make(kind, name, request.urn, wire.plain(_own(inputs)))
            thing.sealed = inputs
            self._called("create", request.urn)
            return provider_pb2.CreateResponse(id=thing.id, properties=wire.sent({**thing.state, **_own(inputs)}))

    def Update(self, request, context):
        kind, _ = kind_and_name(request.urn)
        news, olds = wire.received(request.news), wire.received(request.olds)
        plain = wire.plain(news)
        differing = facts.changed(wire.plain(wire.received(request.old_inputs)), plain)
        if request.preview:
            unknown = dict.fromkeys(facts.unknown_after_update(kind, differing, plain), wire.unknown)
            return provider_pb2.UpdateResponse(properties=wire.sent({**olds, **_own(news), **unknown}))
        with self.account.lock, Refusing(context):
            thing = self.account.things.get(f"{kind} {request.id}")
            if thing is None:
                raise Refused(f"NotFound: {kind.rpartition(':')[2]} {request.id} does not exist")
            self.account.change(thing, dict(_own(plain)), differing)
            thing.sealed = news
            self._called("update", request.urn)
            return provider_pb2.UpdateResponse(properties=wire.sent({**thing.state, **_own(news)}))

    def Read(self, request, context):
        kind, _ = kind_and_name(request.urn)
        with self.account.lock:
            thing = self.account.things.get(f"{kind} {request.id}")
        if thing is None:
            return provider_pb2.ReadResponse(id="")
        # The provider's own bookkeeping comes back as it was; all else is what the account says.
        known = wire.received(request.inputs) or thing.sealed
        inputs = {
            name: value if wire.plain(value) == thing.state.get(name) or name not in thing.state else thing.state[name]
            for name, value in known.items()
        }
        state = wire.sent({**thing.state, **_own(inputs)})
        return provider_pb2.ReadResponse(id=thing.id, properties=state, inputs=wire.sent(inputs))

    def Delete(self, request, context):
        kind, _ = kind_and_name(request.urn)
        with self.account.lock, Refusing(context):
            self.account.remove(kind, request.id, wire.plain(wire.received(request.properties)))
            self._called("delete", request.urn)
        return empty_pb2.Empty()

    def _called(self, verb: str, urn: str) -> None:
        self.account.calls.append([verb, *kind_and_name(urn)])
        self.account.save()


class Refusing:
    """AWS's refusals as the engine's errors."""

    def __init__(self, context: grpc.ServicerContext) -> None:
        self.context = context

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind, error, trace) -> None:
        if isinstance(error, Refused):
            self.context.abort(grpc.StatusCode.UNKNOWN, str(error))


def kind_and_name(urn: str) -> tuple[str, str]:
    """`urn:pulumi:dev::mirage::mirage:infra:Buckets$aws:s3/bucket:Bucket::originals`: the type and the name."""
    _, _, types, name = urn.split("::", 3)
    return types.rpartition("$")[2], name


def _own(inputs: dict[str, object]) -> dict[str, object]:
    return {name: value for name, value in inputs.items() if name != facts.defaults_key}


def serve(path: Path) -> tuple[grpc.Server, int]:
    """A server on a port of its own."""
    server = grpc.server(ThreadPoolExecutor(max_workers=32), options=[("grpc.max_receive_message_length", 400 << 20)])
    provider_pb2_grpc.add_ResourceProviderServicer_to_server(Provider(path), server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    return server, port


def main() -> None:
    path = os.environ.get(account_variable)
    if not path:
        sys.exit(f"This is a stand-in for tests and makes nothing: it runs only where {account_variable} says where.")
    _, port = serve(Path(path))
    print(port, flush=True)
    pause()
