"""Entry points, found and loaded under guard: a broken plugin is named once and harms nobody."""

from __future__ import annotations

import importlib
import os
import re
import threading
import warnings
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from riesz.errors import InvalidType, InvalidValue, PluginError
from riesz.suggestion import suggestion

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

API_VERSION = (1, 0)  # what plugins are written against: RIESZ_API_VERSION = (major, minor)
BUILT_IN = "riesz"  # the distribution whose entry points win a conflict

_lock = threading.RLock()

Lister = Callable[[str], "Iterable[EntryPoint]"]


class PluginWarning(UserWarning):
    """A plugin is broken, or two plugins claim one name; the message names them."""


class Unfinished(PluginError):
    """A plugin was asked for by its own module, before that had been imported to the end."""


def installed(group: str) -> Iterable[EntryPoint]:
    """Return the installed entry points of `group`; imports none of them."""
    from importlib.metadata import entry_points  # 20 ms, which `import riesz` need not take

    return entry_points(group=group)


def strict() -> bool:
    """Whether RIESZ_PLUGIN_STRICT asks that every plugin problem raise."""
    return os.environ.get("RIESZ_PLUGIN_STRICT", "").strip().lower() not in ("", "0", "false", "no")


def normalised(name: str) -> str:
    """Return a distribution name the way package indexes compare them."""
    return re.sub(r"[-_.]+", "-", name.strip()).lower()


def check_api_version(declared: object) -> None:
    """Refuse a `RIESZ_API_VERSION` of another major, or of a newer minor, version than ours."""
    ours = f"this Riesz has {API_VERSION[0]}.{API_VERSION[1]}"
    match declared:
        case (int(major), int(minor)):
            if major != API_VERSION[0] or minor > API_VERSION[1]:
                raise InvalidValue(f"it needs plugin API {major}.{minor}; {ours}")
        case _:
            raise InvalidType(f"RIESZ_API_VERSION is {declared!r}, not (major, minor); {ours}")


@dataclass(eq=False)
class Plugin:
    """One entry point: where it comes from, what became of it and the object behind it.

    `status`: found (not loaded yet), loaded, broken, blocked, shadowed (a duplicate name), removed.
    """

    entry: EntryPoint
    status: str = "found"
    reason: str = ""
    object: Any = None
    error: BaseException | None = None
    reported: bool = field(default=False, repr=False)

    @property
    def name(self) -> str:
        """The entry point's name."""
        return self.entry.name

    @property
    def distribution(self) -> str:
        """The name of the distribution that declares it."""
        return self.entry.dist.name if self.entry.dist else "(no distribution)"

    @property
    def version(self) -> str:
        """The version of that distribution."""
        return self.entry.dist.version if self.entry.dist else ""

    def __str__(self) -> str:
        origin = f"{self.distribution} {self.version}".strip()
        return f"{self.entry.group} entry point {self.name!r} of {origin} ({self.entry.value})"

    def row(self) -> dict[str, str]:
        """Return what a table shows of it."""
        return {
            "name": self.name,
            "group": self.entry.group,
            "distribution": self.distribution,
            "version": self.version,
            "status": self.status,
            "reason": self.reason,
        }

    def load(self, convert: Callable[[Any, str], Any]) -> Any:
        """Return `convert(object, name)`, loaded once; raise `PluginError` if it cannot be had."""
        if self.status == "loaded":
            return self.object
        if self.status != "found":
            raise self.problem() from self.error
        try:
            loaded = self._import()  # not under our lock: it could deadlock with an import lock
            with _lock:
                if self.status == "found":
                    self.object, self.status = convert(loaded, self.name), "loaded"
        except Unfinished:
            raise
        except (Exception, SystemExit) as error:
            raise self.broken(error) from error
        return self.object

    def _import(self) -> Any:
        module = importlib.import_module(self.entry.module)
        if getattr(getattr(module, "__spec__", None), "_initializing", False):
            raise Unfinished(f"{self} is used while it is itself being imported")
        loaded = self.entry.load()
        for holder in (loaded, module):
            if hasattr(holder, "RIESZ_API_VERSION"):
                check_api_version(holder.RIESZ_API_VERSION)
                break
        return loaded

    def broken(self, error: BaseException) -> PluginError:
        """Record `error` as the reason why this plugin cannot be used; return what to raise."""
        self.status, self.error = "broken", error
        self.reason = f"{type(error).__name__}: {error}"
        return self.problem()

    def problem(self) -> PluginError:
        """Return the error that says why it cannot be used and what to do."""
        block = f"set RIESZ_PLUGIN_BLOCK={self.name}"
        advice = {
            "broken": f"Fix or uninstall {self.distribution}, or {block}.",
            "blocked": "Take it out of RIESZ_PLUGIN_BLOCK to use it.",
        }.get(self.status, "")
        reason = self.reason.rstrip(".")
        return PluginError(f"{self} is {self.status}: {reason}. {advice}".strip())

    def warn(self) -> None:
        """Warn of the problem, the first time only."""
        if not self.reported:
            self.reported = True
            warnings.warn(str(self.problem()), PluginWarning, stacklevel=2)


class Plugins:
    """The entry points of one group, after blocking and conflicts; each loaded at most once."""

    def __init__(
        self,
        group: str,
        lister: Lister = installed,
        convert: Callable[[Any, str], Any] = lambda loaded, name: loaded,
    ) -> None:
        """List with `lister`; what is loaded passes through `convert(object, name)`."""
        self.group = group
        self._lister, self._convert = lister, convert
        self._found: list[Plugin] | None = None

    def all(self) -> list[Plugin]:
        """Return every entry point, the blocked and shadowed ones too; imports none."""
        with _lock:
            if self._found is None:
                self._found = discover(self._lister(self.group))
            return self._found

    def active(self) -> list[Plugin]:
        """Return those that are neither blocked nor shadowed nor removed: one for each name."""
        for plugin in self.all():
            if plugin.status == "shadowed":
                if strict():
                    raise plugin.problem()
                plugin.warn()
        return [p for p in self.all() if p.status in ("found", "loaded", "broken")]

    def find(self, name: str) -> Plugin:
        """Return the entry point called `name`; raise `PluginError` naming those that exist."""
        named = [plugin for plugin in self.active() if plugin.name == name]
        named += [plugin for plugin in self.all() if plugin.name == name]
        if not named:
            known = {plugin.name for plugin in self.all()}
            raise PluginError(f"No {self.group} entry point {name!r}. {suggestion(name, known)}")
        return named[0]

    def load(self, plugin: Plugin) -> Any:
        """Return the object behind `plugin`; raise `PluginError`, with its cause, if broken."""
        return plugin.load(self._convert)

    def attempt(self, plugin: Plugin) -> Any:
        """Return the object behind `plugin`; None, after one warning, if broken and not strict."""
        try:
            return self.load(plugin)
        except Unfinished:
            return None
        except PluginError:
            if strict():
                raise
            plugin.warn()
            return None


def discover(entries: Iterable[EntryPoint]) -> list[Plugin]:
    """Sort, block and resolve conflicts: the built-in wins, else the first by distribution."""
    found = sorted((Plugin(entry) for entry in entries), key=_precedence)
    blocklist = {normalised(b) for b in os.environ.get("RIESZ_PLUGIN_BLOCK", "").split(",")} - {""}
    kept: dict[str, Plugin] = {}
    for plugin in found:
        if blocklist & {normalised(plugin.name), normalised(plugin.distribution)}:
            plugin.status, plugin.reason = "blocked", "named in RIESZ_PLUGIN_BLOCK"
        elif kept.setdefault(plugin.name, plugin) is not plugin:
            plugin.status, plugin.reason = (
                "shadowed",
                f"{kept[plugin.name]} has that name and is kept",
            )
    return found


def _precedence(plugin: Plugin) -> tuple[bool, str, str]:
    stranger = normalised(plugin.distribution) != BUILT_IN
    return stranger, plugin.name, normalised(plugin.distribution)
