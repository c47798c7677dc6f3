"""The registry: operators, front-end functions, kernels and samples, as plugins bring them.

What it holds lies in plain dictionaries, filled when a plugin is loaded; plugins are loaded on the
first `registry.load()`. Two plugins claiming one name: the built-in one, else the first by (name,
distribution), keeps it, with a warning that names both.
"""

from __future__ import annotations

import threading
import warnings
from collections.abc import Callable, Hashable
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any, NoReturn

import pluggy

from riesz import hookspecs
from riesz.backend import backends
from riesz.backend.table import Backends
from riesz.errors import InvalidType, InvalidValue, PluginError, UnsupportedOperator
from riesz.loader import (
    Lister,
    Plugin,
    Plugins,
    PluginWarning,
    Unfinished,
    installed,
    strict,
)
from riesz.suggestion import suggestion

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

HOOKS = ("riesz_register_operators", "riesz_register_kernels", "riesz_register_conformance")
STEPS = ("forward", "adjoint")


class Registry:
    """Tables of everything registered, and the plugins it came from."""

    operators: dict[str, Any]  # name -> operator
    functions: dict[Callable[..., Any], Any]  # NumPy function -> front-end function
    names: dict[str, Any]  # name -> front-end function, else operator
    kernels: dict[tuple[str, str, str], Callable[..., Any]]  # (operator, backend, step) -> kernel
    samples: dict[str, Callable[..., Any]]  # operator name -> function that yields samples
    references: dict[str, Traversable]  # path -> JSON file or folder of reference values

    def __init__(self, lister: Lister = installed, backends: Backends | None = None) -> None:
        """List entry points with `lister`; nothing is loaded yet."""
        self.operators, self.functions, self.names = {}, {}, {}
        self.samples, self.references = {}, {}
        self.backends = Backends(lister) if backends is None else backends
        self.kernels = self.backends.kernels  # those that backends bring are among them
        self.backends.listeners.append(self._forget_rules)
        self.plugins = Plugins("riesz.plugins", lister)
        self._owners: dict[tuple[str, Hashable], Plugin | None] = {}
        self._clashes: list[str] = []
        self._registered: set[Plugin] = set()
        self._current: Plugin | None = None  # whose objects are being registered
        self._thread: int | None = None  # the thread that is registering them
        self._loaded = False
        self._lock = threading.RLock()
        self._manager = pluggy.PluginManager("riesz")
        self._manager.add_hookspecs(hookspecs)
        for hook in HOOKS:  # remembered: called once for each plugin registered from now on
            getattr(self._manager.hook, hook).call_historic(kwargs={"registry": self})

    # -- loading -----------------------------------------------------------------------------

    def load(self) -> None:
        """Load and register every plugin, once; broken ones are named in a warning.

        With RIESZ_PLUGIN_STRICT=1, raises `PluginError` for the first broken one.
        """
        if self._loaded or self._thread == threading.get_ident():
            return
        done = [self._attempt(plugin) for plugin in self.plugins.active()]
        self._loaded = all(done)

    def _attempt(self, plugin: Plugin) -> bool:
        """Register `plugin` or warn; False if its own module, still being imported, asks."""
        try:
            self._register(plugin)
        except Unfinished:
            return False
        except PluginError:
            if strict():
                raise
            plugin.warn()
        return True

    def load_plugin(self, name: str) -> Any:
        """Return the object behind the plugin `name`, registered; raise `PluginError` if broken."""
        plugin = self.plugins.find(name)
        self._register(plugin)
        return plugin.object

    def _register(self, plugin: Plugin) -> None:
        loaded = self.plugins.load(plugin)  # imports: outside the lock
        with self._lock:
            if plugin in self._registered:
                return
            self._current, self._thread = plugin, threading.get_ident()
            try:
                self._fill_tables(plugin, loaded)
            except (Exception, SystemExit) as error:
                self._remove(plugin)
                raise plugin.broken(error) from error
            finally:
                self._current = self._thread = None
        self._report_clashes(plugin)

    def _fill_tables(self, plugin: Plugin, loaded: Any) -> None:
        self._registered.add(plugin)
        self._manager.register(loaded, plugin.name)  # calls its hooks
        self._manager.check_pending()  # a misspelt hook is an error
        if isinstance(loaded, ModuleType):
            self.add_module(loaded)
        elif hasattr(type(loaded), "__riesz_registers__"):
            self._add(loaded)
        if self._clashes and strict():
            raise InvalidValue("; ".join(self._clashes))
        if plugin not in self._owners.values():
            plugin.reason = "registers nothing"

    def _report_clashes(self, plugin: Plugin | None) -> None:
        clashes, self._clashes = self._clashes, []
        if plugin is not None and clashes:
            plugin.reason = "; ".join(clashes)
        for clash in clashes:
            warnings.warn(clash, PluginWarning, stacklevel=3)

    def remove(self, name: str) -> None:
        """Remove the plugin `name` and everything it registered."""
        with self._lock:
            plugin = self.plugins.find(name)
            self._remove(plugin)
            plugin.status, plugin.reason = "removed", "removed by this program"

    def _remove(self, plugin: Plugin) -> None:
        for table, key in [place for place, owner in self._owners.items() if owner is plugin]:
            del getattr(self, table)[key], self._owners[table, key]
        if self._manager.has_plugin(plugin.name):
            self._manager.unregister(name=plugin.name)
        self._registered.discard(plugin)
        self._clashes.clear()

    # -- what hooks call ---------------------------------------------------------------------

    def add_operator(self, op: Any) -> None:
        """Register an operator under `op.name`, and for the ufuncs in `op.functions`."""
        with self._lock:
            if self._put("operators", op.name, op):
                self._put_name(op.name, op)
                for function in getattr(op, "functions", ()):
                    self._put("functions", function, getattr(op, "entry", op))

    def add_function(self, adapter: Any) -> None:
        """Register a front-end function: for the NumPy `adapter.functions`, as `adapter.names`."""
        with self._lock:
            for function in adapter.functions:
                self._put("functions", function, getattr(adapter, "entry", adapter))
            for name in adapter.names:
                self._put_name(name, adapter)

    def add_module(self, module: ModuleType) -> None:
        """Register the operators and front-end functions that `module` (or its parts) defines."""
        for thing in list(vars(module).values()):
            defined_in = f"{getattr(thing, '__module__', '')}."
            if hasattr(type(thing), "__riesz_registers__") and defined_in.startswith(
                f"{module.__name__}."
            ):
                self._add(thing)

    def add_kernel(
        self, operator: str, backend: str, step: str, function: Callable[..., Any]
    ) -> None:
        """Register a kernel for `step` ("forward" or "adjoint") of an operator on a backend."""
        if step not in STEPS:
            raise InvalidValue(f"step is {step!r}; {' or '.join(map(repr, STEPS))} is expected")
        self._put("kernels", (operator, backend, step), function)
        self._forget_rules()

    def add_samples(self, operator: str, function: Callable[..., Any]) -> None:
        """Register the function that yields an operator's samples for the conformance suite."""
        self._put("samples", operator, function)

    def add_references(self, path: str | Path | Traversable) -> None:
        """Register a JSON file, or a folder of them, of reference values for the suite."""
        place = Path(path) if isinstance(path, str) else path
        if not (place.is_file() or place.is_dir()):
            raise InvalidValue(
                f"{place} is neither a file nor a folder: add_references takes the path of "
                "reference values, such as importlib.resources.files(package) / 'references'."
            )
        self._put("references", str(place), place)

    def _forget_rules(self) -> None:
        """Let operators that remember their rules ask again for kernels."""
        for op in list(self.operators.values()):
            getattr(op, "forget", lambda: None)()

    def _add(self, thing: Any) -> None:
        match type(thing).__riesz_registers__:
            case "operator":
                self.add_operator(thing)
            case "function":
                self.add_function(thing)
            case other:
                raise InvalidType(
                    f"{thing!r} has __riesz_registers__ = {other!r}; "
                    "'operator' or 'function' is expected"
                )

    def _put_name(self, name: str, thing: Any) -> None:
        """Enter `thing` in `names`, where a plugin's function hides its operator of that name."""
        old = self.names.get(name)
        if old is not None and self._owners["names", name] is self._current:
            registers = type(thing).__riesz_registers__
            if registers != type(old).__riesz_registers__:
                self.names[name] = thing if registers == "function" else old
                return
        self._put("names", name, thing)

    def _put(self, table: str, key: Hashable, value: Any) -> bool:
        """Enter `value` unless `key` is another's; what this program registered it may replace."""
        with self._lock:
            entries, place = getattr(self, table), (table, key)
            if entries.get(key) is value:
                return True
            owner = self._owners.get(place, "its backend" if key in entries else None)
            if key in entries and not (owner is None and self._current is None):
                self._clash(table, key, owner)
                return False
            self._owners[place] = self._current
            entries[key] = value
            return True

    def _clash(self, table: str, key: Hashable, owner: Plugin | str | None) -> None:
        what = getattr(key, "__name__", key)
        kept, refused = (str(p or "this program") for p in (owner, self._current))
        self._clashes.append(
            f"{table[:-1]} {what!r} of {refused} is ignored: {kept} has it already"
        )
        if self._current is None:
            self._report_clashes(None)

    # -- lookup ------------------------------------------------------------------------------

    def operator(self, name: str) -> Any:
        """Return the operator called `name`; raise `UnsupportedOperator` if there is none."""
        self.load()
        return self.operators[name] if name in self.operators else self._unknown(name)

    def origin(self, table: str, key: Hashable) -> Plugin | None:
        """Return the plugin that entered `key` in a table; None if this program did."""
        return self._owners.get((table, key))

    def _unknown(self, name: str) -> NoReturn:
        broken = [p.name for p in self.plugins.all() if p.status == "broken"]
        hint = f" (These plugins are broken and may define it: {', '.join(broken)}.)"
        raise UnsupportedOperator(
            f"There is no operator {name!r}. {suggestion(name, self.operators)}"
            f"{hint if broken else ''}"
        )


registry = Registry(backends=backends)
