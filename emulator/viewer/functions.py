"""The stack's viewer functions and their KeyValueStores, read from what was declared."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from emulator.faults import Faults
from emulator.reading import NotHonoured, Reader
from emulator.recorded import Recorded
from emulator.viewer import store as kvs
from emulator.viewer.faults import Ahead, Unsteady
from emulator.viewer.runtime import ViewerRuntime

prefix = "aws:cloudfront/"


class ViewerFunctions:
    """The functions by ARN; `stores` are the KeyValueStores by ARN, each as it is at the moment."""

    def __init__(self, resources: Sequence[Recorded], faults: Faults | None = None) -> None:
        self._faults = faults or Faults()
        self.stores: dict[str, dict[str, str]] = {}
        for each in resources:
            if each.type == f"{prefix}keyValueStore:KeyValueStore":
                reader = Reader(f"KeyValueStore {each.name}", each.inputs)
                reader.without_effect("name", "comment", "tags")
                reader.finish()
                self.stores[str(each.outputs["arn"])] = {}
        for each in resources:
            if each.type == f"{prefix}keyvaluestoreKey:KeyvaluestoreKey":
                self._put(Reader(f"KeyvaluestoreKey {each.name}", each.inputs))
        self.by_arn: Mapping[str, Ahead] = {
            str(each.outputs["arn"]): self._function(Reader(f"Function {each.name}", each.inputs))
            for each in resources
            if each.type == f"{prefix}function:Function"
        }

    def _put(self, reader: Reader) -> None:
        store, key, value = reader.text("keyValueStoreArn"), reader.text("key"), reader.text("value")
        reader.finish()
        if store not in self.stores:
            raise NotHonoured(f"{reader.path} names {store}, which the program does not declare.")
        if why := kvs.fault(self.stores[store], {key: value}):
            raise NotHonoured(f"{reader.path}: {why}")
        self.stores[store][key] = value

    def _function(self, reader: Reader) -> Ahead:
        reader.without_effect("name", "comment", "tags")
        reader.only("runtime", ["cloudfront-js-2.0"], "it runs the runtime that has a KeyValueStore")
        if not reader.flag("publish", True):
            raise NotHonoured(f"{reader.path} is not published: CloudFront associates only what is LIVE.")
        associated = reader.texts("keyValueStoreAssociations")
        code = reader.text("code")
        reader.finish()
        if len(associated) > 1 or not set(associated) <= self.stores.keys():
            raise NotHonoured(f"{reader.path} takes one KeyValueStore of the program, not {list(associated)}.")
        try:
            store = Unsteady(self.stores[associated[0]], self._faults) if associated else None
            return Ahead(ViewerRuntime(code, store), self._faults)
        except ValueError as why:
            raise NotHonoured(f"{reader.path}: {why}") from why
