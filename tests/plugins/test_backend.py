"""Backends: how they are found, and which one a computation uses."""

import contextvars
import sys
import threading

import numpy as np
import pytest

from riesz import backend as public
from riesz.backend import Backend
from riesz.backend.selection import Selection
from riesz.backend.table import Backends
from riesz.errors import (
    BackendUnavailable,
    InvalidType,
    InvalidValue,
    MixedBackends,
    PluginError,
)
from riesz.loader import PluginWarning

DEVICE = """
import sys
from riesz.backend import Backend

class Device(Backend):
    name = library = "{name}"

    @property
    def array_types(self):
        import {name}
        return ({name}.Array,)

    @property
    def xp(self):
        return self

    def probe(self):
        return {reason!r}

    def asarray(self, x, dtype=None):
        import {name}
        return {name}.Array(x, dtype)

    def to_numpy(self, x):
        import numpy
        return numpy.array(x.data)

backend = Device()
"""
LIBRARY = """
class Array:
    def __init__(self, data, dtype=None):
        self.data = data
"""
HOST = """
import numpy as np
from riesz.backend import Backend

class Host(Backend):
    name = "host"
    library = "numpy"
    array_types = (np.ndarray, np.generic)
    xp = np
"""


class World:
    """Backends and a selection among them, as a fresh process would have."""

    def __init__(self, site):
        self.site = site
        site.install("riesz", {"numpy": "riesz_backends.numpy"}, "riesz.backends")

    def device(self, name, reason=None):
        self.site.write(name, LIBRARY)
        self.site.write(f"{name}_backend", DEVICE.format(name=name, reason=reason))
        self.site.install(f"riesz-{name}", {name: f"{name}_backend"}, "riesz.backends")

    def add(self, name, source):
        self.site.write(f"{name}_backend", source)
        self.site.install(f"riesz-{name}", {name: f"{name}_backend"}, "riesz.backends")

    def open(self):
        self.backends = Backends(self.site.lister)
        self.choice = Selection(self.backends)
        return self.choice


@pytest.fixture
def world(site):
    return World(site)


def name_of(backend):
    return backend.name


# which there are


def test_names_are_known_without_loading(world):
    world.device("zeus")
    world.device("ares")
    world.open()
    assert world.backends.names() == ["numpy", "ares", "zeus"]
    assert world.backends.loaded() == []
    assert "zeus_backend" not in sys.modules


def test_blocked_backends_are_not_listed(world, monkeypatch):
    monkeypatch.setenv("RIESZ_PLUGIN_BLOCK", "riesz-ares")
    world.device("ares")
    world.open()
    assert world.backends.names() == ["numpy"]
    with pytest.raises(PluginError, match="blocked"):
        world.backends.get("ares")


def test_an_unknown_backend_is_answered_with_the_nearest(world):
    world.open()
    with pytest.raises(BackendUnavailable, match="Did you mean 'numpy'") as caught:
        world.backends.get("nunpy")
    assert isinstance(caught.value, LookupError)
    with pytest.raises(InvalidType, match="by name"):
        world.backends.get(3)


def test_a_backend_that_cannot_run_here_says_why(world):
    world.device("ares", reason="no device found")
    world.open()
    with pytest.raises(BackendUnavailable, match="'ares' cannot run here: no device found"):
        world.backends.get("ares")
    assert world.backends.load("ares").name == "ares"


def test_a_probe_that_raises_is_a_reason(world):
    world.add("host", HOST + "    def probe(self):\n        1 / 0\nbackend = Host")
    world.open()
    with pytest.raises(BackendUnavailable, match="ZeroDivisionError"):
        world.backends.get("host")


def test_a_broken_backend_raises_its_cause_and_harms_no_other(world):
    world.add("bad", "import not_there_at_all")
    world.open()
    with pytest.raises(PluginError, match="riesz-bad") as caught:
        world.backends.get("bad")
    assert isinstance(caught.value.__cause__, ModuleNotFoundError)
    assert world.backends.get("numpy").name == "numpy"


@pytest.mark.parametrize("what", ["backend = Host()", "backend = Host", "{'value': ':Host'}"])
def test_an_entry_point_may_be_a_module_an_instance_or_a_class(world, what):
    if what.startswith("backend"):
        world.add("host", HOST + what)
    else:
        world.site.write("host_backend", HOST)
        world.site.install("riesz-host", {"host": "host_backend:Host"}, "riesz.backends")
    world.open()
    assert world.backends.get("host").xp is np


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("", "is no backend"),
        ("backend = 3", "is no backend"),
        (HOST.replace('"host"', '"other"') + "backend = Host", "calls itself 'other'"),
        ("from riesz.backend import Backend as backend", "abstract"),
        ("RIESZ_API_VERSION = (9, 0)", "needs plugin API 9.0"),
    ],
)
def test_what_is_no_backend_is_refused(world, source, reason):
    world.add("host", source)
    world.open()
    with pytest.raises(PluginError, match=reason):
        world.backends.get("host")


def test_a_backend_can_be_added_and_removed_by_hand(world):
    class Mine(Backend):
        name, array_types, xp = "mine", (dict,), np

    choice = world.open()
    mine = Mine()
    world.backends.add(mine)
    assert world.backends.get("mine") is mine
    assert world.backends.names() == ["numpy", "mine"]
    with pytest.raises(InvalidValue, match="already"):
        world.backends.add(Mine())
    world.backends.remove("mine")
    with pytest.raises(BackendUnavailable):
        choice.select(backend="mine")


def test_a_removed_default_is_chosen_anew(world, monkeypatch):
    monkeypatch.setenv("RIESZ_BACKEND", "ares")
    world.device("ares")
    choice = world.open()
    assert choice.current().name == "ares"
    world.backends.remove("ares")
    with pytest.raises(PluginError, match=r"RIESZ_BACKEND=ares.*removed"):
        choice.current()


# the five steps


def array(name, x=(1.0,)):
    return __import__(name).Array(x)


def test_the_five_steps_in_their_order(world, monkeypatch):
    for name in ("ares", "hera", "zeus"):
        world.device(name)
    monkeypatch.setenv("RIESZ_BACKEND", "zeus")
    choice = world.open()
    with choice.use("hera") as hera:
        assert hera is choice.select() is world.backends.get("hera")
        assert name_of(choice.select(array("ares"), backend="numpy")) == "numpy"  # 1
        assert name_of(choice.select(array("ares"), 2.0)) == "ares"  # 2
        assert name_of(choice.select(np.ones(2))) == "numpy"
        assert name_of(choice.select(2.0, 1j, True)) == "hera"  # 3
    assert name_of(choice.select(2.0)) == "zeus"  # 4
    monkeypatch.delenv("RIESZ_BACKEND")
    assert name_of(choice.select(2.0)) == "zeus"  # read once
    assert name_of(world.open().select(2.0)) == "numpy"  # 5


def test_use_backend_nests_and_ends_with_an_exception(world):
    world.device("ares")
    choice = world.open()
    with pytest.raises(KeyError), choice.use("ares"), choice.use("numpy"):
        raise KeyError
    assert choice.current().name == "numpy"


def test_use_backend_holds_in_its_own_context_only(world):
    world.device("ares")
    choice = world.open()
    seen = []
    with choice.use("ares"):
        for context in (contextvars.Context(), contextvars.copy_context()):
            thread = threading.Thread(
                target=context.run, args=(lambda: seen.append(choice.current()),)
            )
            thread.start()
            thread.join()
    assert [b.name for b in seen] == ["numpy", "ares"]


@pytest.mark.parametrize("name", ["nunpy", "ares"])
def test_a_default_that_cannot_be_had_is_an_error_not_a_fallback(world, monkeypatch, name):
    monkeypatch.setenv("RIESZ_BACKEND", name)
    world.device("ares", reason="no device")
    choice = world.open()
    for arrays in ((), (np.ones(2),)):
        with pytest.raises(BackendUnavailable, match=f"RIESZ_BACKEND={name}"):
            choice.select(*arrays)
    with choice.use("numpy"):
        assert choice.select(np.ones(2)).name == choice.select().name == "numpy"
    with pytest.raises(BackendUnavailable, match=f"RIESZ_BACKEND={name}"):
        choice.select(np.ones(2))
    assert choice.select(backend="numpy").name == "numpy"


def test_arrays_of_two_backends_do_not_mix(world):
    world.device("ares")
    choice = world.open()
    with pytest.raises(MixedBackends, match=r"'numpy' \(numpy.ndarray\) and 'ares'") as caught:
        choice.select(np.ones(2), array("ares"))
    assert isinstance(caught.value, TypeError)
    assert "riesz.asarray(x, backend=...)" in str(caught.value)
    with pytest.raises(MixedBackends):
        choice.namespace(array("ares"), np.ones(2))


def test_numpy_scalars_are_numpys_but_decide_nothing_beside_arrays(world):
    world.device("ares")
    choice = world.open()
    assert choice.of(np.float32(2)).name == choice.select(np.float64(2)).name == "numpy"
    assert choice.select(np.float64(2), array("ares"), 3).name == "ares"
    with choice.use("ares"):
        assert choice.select(np.float64(2)).name == "numpy"


@pytest.mark.parametrize("x", [[1.0], (1,), "text", None, {}, object(), 1.0, True])
def test_what_no_backend_owns_has_no_backend(world, x):
    world.device("ares")
    choice = world.open()
    with pytest.raises(InvalidType, match=rf"builtins\.{type(x).__name__}.*np\.asarray"):
        choice.of(x)
    assert "ares_backend" not in sys.modules  # no need to ask anybody


# types shared by several backends


def test_of_backends_that_share_a_type_the_chosen_one_is_used(world, monkeypatch):
    world.add("host", HOST + "backend = Host()")
    x = np.ones(2)
    choice = world.open()
    assert choice.of(x).name == "numpy"
    with choice.use("host"):
        assert choice.of(x).name == choice.select(x, 1.0).name == "host"
        assert choice.namespace(x) is np
    assert choice.of(x).name == "numpy"
    assert choice.namespace(x) is world.backends.get("numpy").xp
    monkeypatch.setenv("RIESZ_BACKEND", "host")
    choice = world.open()
    assert choice.of(x).name == "host"
    with choice.use("numpy"):
        assert choice.of(x).name == "numpy"


# what is loaded


def test_numpy_arrays_load_no_other_backend(world):
    world.device("ares")
    world.add("bad", "1 / 0")
    choice = world.open()
    assert choice.of(np.ones(2)).name == "numpy"
    assert [b.name for b in world.backends.loaded()] == ["numpy"]


def test_the_backend_named_like_the_arrays_library_is_asked_first(world):
    world.device("ares")
    world.device("zeus")
    assert world.open().of(array("zeus")).name == "zeus"
    assert "ares_backend" not in sys.modules


def test_a_library_that_is_not_imported_owns_nothing_and_is_not_imported(world):
    world.device("ares")
    world.device("zeus")
    choice = world.open()
    world.backends.get("ares")
    assert choice.of(array("zeus")).name == "zeus"
    assert "ares" not in sys.modules


def test_a_type_of_another_librarys_name_is_found_past_broken_backends(world):
    world.add("bad", "1 / 0")
    world.site.write("wrapped", "import ares\nclass Mine(ares.Array): pass")
    world.device("ares")
    choice = world.open()
    mine = __import__("wrapped").Mine([1.0])
    assert choice.of(mine).name == "ares"

    class Nobodys:
        pass

    with pytest.warns(PluginWarning, match="riesz-bad"), pytest.raises(InvalidType):
        choice.of(Nobodys())


def test_threads_that_load_at_once_get_one_instance(world):
    source = "import time\ntime.sleep(0.05)\n" + HOST + "backend = Host"
    world.add("host", source)
    world.open()
    found, start = [], threading.Barrier(8)

    def get():
        start.wait()
        found.append(world.backends.get("host"))

    threads = [threading.Thread(target=get) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert len(found) == 8
    assert len(set(found)) == 1


# namespaces


class Traced:
    backend = None

    def __init__(self, value):
        self.tape, self.value = self, value

    @staticmethod
    def __riesz_namespace__(backend):
        return "traced", backend.name


def test_traced_values_bring_their_own_namespace(world):
    choice = world.open()
    x = np.ones(2)
    for arrays in ((Traced(x),), (x, Traced(x)), (1.0, Traced(x), x), (Traced(x),)):
        assert choice.namespace(*arrays) == ("traced", "numpy")
    assert choice.select(Traced(Traced(x)), 1.0).name == choice.of(Traced(x)).name == "numpy"
    assert choice.namespace(x) is world.backends.get("numpy").xp


def test_the_namespace_of_numbers_is_the_current_backends(world):
    world.device("ares")
    choice = world.open()
    assert choice.namespace(1, 2.0) is world.backends.get("numpy").xp
    with choice.use("ares"):
        assert choice.namespace(1, 2.0) is world.backends.get("ares").xp
        assert choice.namespace() is world.backends.get("ares").xp


# transfers, with the functions everybody calls


def test_asarray_and_to_numpy():
    x = public.asarray([1, 2.5])
    assert isinstance(x, np.ndarray)
    assert x.dtype == np.float64
    assert public.asarray(x) is x
    assert public.asarray(x, backend="numpy") is public.to_numpy(x) is x
    assert public.asarray([1, 2], dtype=np.float32).dtype == np.float32
    assert public.to_numpy(3.0) == 3.0
    traced = Traced(x)
    assert public.asarray(traced) is traced


def test_transfer_between_backends_is_explicit(world, monkeypatch):
    world.device("ares")
    choice = world.open()
    monkeypatch.setattr(public, "selection", choice)
    monkeypatch.setattr(public, "select_backend", choice.select)
    there = public.asarray(np.arange(3.0), backend="ares")
    assert type(there).__module__ == "ares"
    assert public.asarray(there).data is not None
    back = public.asarray(there, backend="numpy")
    assert isinstance(back, np.ndarray)
    np.testing.assert_array_equal(back, [0, 1, 2])
    np.testing.assert_array_equal(public.to_numpy(there), [0, 1, 2])
    with choice.use("ares"):
        assert type(public.asarray([1.0])).__module__ == "ares"


@pytest.mark.parametrize("x", [["a"], [None], [object()], np.array(["1"])])
def test_arrays_hold_numbers(x):
    with pytest.raises(InvalidType, match="An array of numbers is expected"):
        public.asarray(x)


def test_the_numpy_backend_comes_through_its_entry_point():
    assert "numpy" in public.list_backends()
    numpy = public.get_backend("numpy")
    assert numpy.probe() is None
    assert public.backend_of(np.ones(1)) is numpy
    assert public.current_backend() is numpy
