"""The registry: what plugins bring, whose it is, and how it goes away again."""

import sys
import threading
import warnings
from types import SimpleNamespace

import numpy as np
import pytest

from riesz.backend import Backend
from riesz.errors import InvalidType, InvalidValue, PluginError, UnsupportedOperator
from riesz.loader import PluginWarning
from riesz.registry import Registry

ADD = """
from riesz.hookspecs import hookimpl

@hookimpl
def riesz_register_operators(registry):
"""


@pytest.fixture
def registry(site):
    return Registry(site.lister)


def statuses(registry):
    return {plugin.name: plugin.status for plugin in registry.plugins.all()}


def op(name, registers="operator"):
    kind = type("Operator", (), {"__riesz_registers__": registers})
    thing = kind()
    thing.name, thing.names, thing.functions = name, (name,), ()
    return thing


# what a plugin brings


def test_what_a_module_defines_is_registered_without_any_hook(site, registry):
    site.plugin(
        "gauss",
        """
        import numpy as np
        bell = Operator("bell")
        hump = Function(("hump", "hill"), (np.sinc,))
        """,
    )
    assert registry.operators == {}
    registry.load()
    module = sys.modules["gauss"]
    assert registry.operators == {"bell": module.bell}
    assert registry.functions == {np.sinc: module.hump}
    assert registry.names == {"bell": module.bell, "hump": module.hump, "hill": module.hump}


def test_what_a_module_imports_is_not_registered_again(site, registry):
    site.plugin("alpha", "one = Operator('one')")
    site.plugin("beta", "from alpha import one")
    registry.load()
    assert list(registry.operators) == ["one"]
    registry.remove("beta")
    assert list(registry.operators) == ["one"]


def test_what_a_package_collects_from_its_parts_is_registered(site, registry):
    site.write("house.room", "from operator_type import Operator\nlamp = Operator('lamp')\n"
               "lamp.__module__ = __name__")  # fmt: skip
    site.plugin("operator_type", "")
    site.write("house.__init__", "from house.room import lamp")
    site.install("house-dist", {"house": "house"})
    registry.load()
    assert list(registry.operators) == ["lamp"]


def test_hooks_fill_every_table(site, registry):
    site.plugin(
        "hooked",
        """
        import types
        from riesz.hookspecs import hookimpl

        part = types.ModuleType("part")
        part.three = Operator("three")
        part.three.__module__ = "part"

        @hookimpl
        def riesz_register_operators(registry):
            registry.add_operator(Operator("one"))
            registry.add_function(Function(("two",), (len,)))
            registry.add_module(part)

        @hookimpl
        def riesz_register_kernels(registry):
            registry.add_kernel("one", "numpy", "forward", abs)

        @hookimpl
        def riesz_register_conformance(registry):
            registry.add_samples("one", iter)
        """,
    )
    registry.load()
    assert set(registry.operators) == {"one", "three"}
    assert set(registry.names) == {"one", "two", "three"}
    assert set(registry.functions) == {len}
    assert registry.kernels == {("one", "numpy", "forward"): abs}
    assert registry.samples == {"one": iter}
    registry.remove("hooked")
    tables = (registry.operators, registry.names, registry.functions, registry.kernels)
    assert [*tables, registry.samples] == [{}, {}, {}, {}, {}]
    assert statuses(registry) == {"hooked": "removed"}
    with pytest.raises(PluginError, match="removed"):
        registry.load_plugin("hooked")


def test_an_entry_point_may_be_one_operator(site, registry):
    site.write("single", "from operator_type import Operator\ntan = Operator('tan')")
    site.plugin("operator_type", "")
    site.install("single-dist", {"single": "single:tan"})
    registry.load()
    assert registry.operators["tan"] is sys.modules["single"].tan


def test_an_entry_point_may_be_an_object_with_hooks(site, registry):
    site.plugin(
        "objects",
        """
        from riesz.hookspecs import hookimpl

        class Hooks:
            @hookimpl
            def riesz_register_operators(self, registry):
                registry.add_operator(Operator("sec"))

        hooks = Hooks()
        """,
    )
    site.install("second", {"hooks": "objects:hooks"})
    registry.load()
    assert set(registry.operators) == {"sec"}


def test_a_plugin_that_registers_nothing_is_said_to(site, registry):
    site.plugin("empty", "")
    registry.load()
    assert registry.plugins.find("empty").reason == "registers nothing"


def test_a_function_hides_the_operator_of_its_plugin_in_names(site, registry):
    site.plugin("alpha", "f = Function(('sum',), ())\no = Operator('sum')")
    site.plugin("beta", "o = Operator('max')\nf = Function(('max',), ())")
    registry.load()
    assert {type(x).__name__ for x in registry.names.values()} == {"Function"}
    assert {type(x).__name__ for x in registry.operators.values()} == {"Operator"}


# broken plugins


def test_a_broken_plugin_does_no_harm_and_is_named_once(site, registry):
    site.plugin("bad", "import not_there_at_all")
    site.plugin("good", "one = Operator('one')")
    site.plugin("worse", "1 / 0")
    with pytest.warns(PluginWarning) as seen:
        registry.load()
    registry.load()
    assert len(seen) == 2
    assert "dist-bad" in str(seen[0].message)
    assert "dist-worse" in str(seen[1].message)
    assert set(registry.operators) == {"one"}
    assert statuses(registry) == {"bad": "broken", "good": "loaded", "worse": "broken"}


def test_asked_for_by_name_a_broken_plugin_raises_its_cause(site, registry):
    site.plugin("bad", "1 / 0")
    with pytest.raises(PluginError, match="dist-bad") as caught:
        registry.load_plugin("bad")
    assert isinstance(caught.value.__cause__, ZeroDivisionError)


def test_strict_raises_for_a_broken_plugin_each_time(site, registry, monkeypatch):
    monkeypatch.setenv("RIESZ_PLUGIN_STRICT", "1")
    site.plugin("bad", "1 / 0")
    for _ in range(2):
        with pytest.raises(PluginError, match="dist-bad"):
            registry.load()


@pytest.mark.parametrize(
    "fault",
    [
        "    registry.add_operator(Operator('half'))\n    1 / 0",
        "    registry.add_operator(Operator('half'))\n    raise SystemExit",
        "    registry.add_operator(Operator('half'))\n    registry.add_kernel('x', 'y', 'up', abs)",
        "    registry.add_operator(Operator('half'))\n    registry.add_operator(3)",
        "    registry.add_operator(Operator('half'))\n\n@hookimpl\ndef riesz_register_opera(): 0",
    ],
)
def test_a_hook_that_fails_leaves_nothing_behind(site, registry, fault):
    site.write("hooked", f"from operator_type import Operator\n{ADD}{fault}")
    site.plugin("operator_type", "")
    site.install("dist-hooked", {"hooked": "hooked"})
    with pytest.warns(PluginWarning, match="dist-hooked"):
        registry.load()
    assert registry.operators == {}
    assert registry.names == {}
    assert statuses(registry)["hooked"] == "broken"


def test_a_marker_nobody_knows_is_refused(registry):
    module = SimpleNamespace(__name__="m", thing=op("x", registers="sonnet"))
    module.thing.__module__ = "m"
    with pytest.raises(InvalidType, match="'operator' or 'function' is expected"):
        registry.add_module(module)


# conflicts


def test_of_two_operators_of_one_name_the_first_plugins_is_kept(site, registry):
    site.plugin("alpha", "one = Operator('one')", distribution="zzz")
    site.plugin("beta", "one = Operator('one')\ntwo = Operator('two')", distribution="aaa")
    with pytest.warns(PluginWarning, match="operator 'one' of .*'beta' of aaa.*'alpha' of zzz"):
        registry.load()
    assert registry.operators["one"] is sys.modules["alpha"].one
    assert set(registry.operators) == {"one", "two"}
    assert statuses(registry) == {"alpha": "loaded", "beta": "loaded"}
    assert "is ignored" in registry.plugins.find("beta").reason
    registry.remove("beta")
    assert set(registry.operators) == {"one"}


def test_the_built_in_operator_is_kept_whatever_the_names(site, registry):
    site.plugin("zeta", "one = Operator('one')", distribution="riesz")
    site.plugin("alpha", "one = Operator('one')")
    with pytest.warns(PluginWarning, match="dist-alpha"):
        registry.load()
    assert registry.operators["one"] is sys.modules["zeta"].one


def test_a_conflict_breaks_the_plugin_when_strict(site, registry, monkeypatch):
    monkeypatch.setenv("RIESZ_PLUGIN_STRICT", "1")
    site.plugin("alpha", "one = Operator('one')")
    site.plugin("beta", "one = Operator('one')\ntwo = Operator('two')")
    with pytest.raises(PluginError, match="dist-beta"):
        registry.load()
    assert set(registry.operators) == {"one"}


def test_a_program_may_replace_its_own_operator_but_not_a_plugins(site, registry):
    site.plugin("alpha", "one = Operator('one')")
    registry.load()
    first, second = op("mine"), op("mine")
    registry.add_operator(first)
    registry.add_operator(second)
    assert registry.operators["mine"] is registry.names["mine"] is second
    with pytest.warns(PluginWarning, match="'one' of this program is ignored"):
        registry.add_operator(op("one"))
    assert registry.operators["one"] is sys.modules["alpha"].one


def test_a_plugin_may_not_replace_a_kernel_of_the_backend(site):
    class Mine(Backend):
        name, array_types, xp = "mine", (), np
        kernels = {("one", "forward"): abs}  # noqa: RUF012

    registry = Registry(site.lister)
    registry.backends.add(Mine())
    assert registry.kernels == {("one", "mine", "forward"): abs}
    with pytest.warns(PluginWarning, match="is ignored"):
        registry.add_kernel("one", "mine", "forward", len)
    registry.add_kernel("one", "mine", "adjoint", len)
    assert registry.kernels["one", "mine", "forward"] is abs
    registry.backends.remove("mine")
    assert registry.kernels == {("one", "mine", "adjoint"): len}


# lookup


def test_an_unknown_operator_is_answered_with_the_nearest_and_with_broken_plugins(site, registry):
    site.plugin("alpha", "one = Operator('logsumexp')")
    site.plugin("bad", "1 / 0")
    with (
        pytest.warns(PluginWarning),
        pytest.raises(UnsupportedOperator, match=r"Did you mean 'logsumexp'.*broken.*bad"),
    ):
        registry.operator("logsumexpp")
    assert registry.operator("logsumexp") is sys.modules["alpha"].one


def test_a_step_nobody_knows_is_refused(registry):
    with pytest.raises(InvalidValue, match="'forward' or 'adjoint'"):
        registry.add_kernel("one", "numpy", "backward", abs)


# loading from several sides at once


def test_a_hook_and_a_module_may_use_the_registry_while_it_loads(site, registry, monkeypatch):
    monkeypatch.setattr("riesz.registry.registry", registry)
    site.plugin(
        "nested",
        """
        from riesz.hookspecs import hookimpl
        from riesz.registry import registry
        registry.load()
        one = Operator("one")

        @hookimpl
        def riesz_register_operators(registry):
            registry.load()
            registry.add_operator(Operator("two"))
        """,
    )
    site.plugin("other", "three = Operator('three')")
    registry.load()
    assert set(registry.operators) == {"one", "two", "three"}


def test_what_a_hook_registers_after_asking_for_a_load_is_still_its_plugins(site, registry):
    site.plugin("nested", f"{ADD}    registry.load()\n    registry.add_operator(Operator('two'))")
    site.plugin("other", "three = Operator('three')")
    registry.load()
    registry.remove("nested")
    assert set(registry.operators) == {"three"}


def test_a_module_imported_first_by_the_user_is_registered_whole(site, registry, monkeypatch):
    monkeypatch.setattr("riesz.registry.registry", registry)
    site.plugin(
        "eager",
        """
        from riesz.registry import registry
        registry.load()  # this module has no operator yet
        one = Operator("one")
        """,
    )
    __import__("eager")
    assert registry.operators == {}
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        registry.load()
    assert set(registry.operators) == {"one"}


def test_threads_that_load_at_once_all_find_everything(site, registry):
    for name in "abcdef":
        hook = f"{ADD}    time.sleep(0.01)\n    registry.add_operator(one)"
        site.plugin(
            f"slow_{name}", f"import time\ntime.sleep(0.01)\none = Operator({name!r})\n{hook}"
        )
    start, found = threading.Barrier(8), []

    def load():
        start.wait()
        registry.load()
        found.append(set(registry.operators))

    threads = [threading.Thread(target=load) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert found == [set("abcdef")] * 8


def test_importing_a_plugin_in_one_thread_while_another_loads_does_not_deadlock(site):
    site.plugin(
        "slow",
        """
        import time
        from riesz.registry import registry
        time.sleep(0.2)
        registry.load()
        one = Operator("one")
        """,
    )
    result = site.python(
        """
        import threading, time
        from riesz.registry import registry
        thread = threading.Thread(target=__import__, args=("slow",))
        thread.start()
        time.sleep(0.05)
        registry.load()
        thread.join()
        print("one" in registry.operators)
        """
    )
    assert result.stdout.strip() == "True", result.stderr


def test_loading_again_costs_next_to_nothing(site, registry):
    site.plugin("alpha", "one = Operator('one')")
    registry.load()
    registry.plugins = None  # not even looked at
    registry.load()


def test_importing_the_registry_loads_no_entry_point(site):
    site.plugin("alpha", "1 / 0")
    heavy = {"scipy", "matplotlib", "rich", "cupy", "riesz_backends", "alpha"}
    for statement in ("import riesz", "import riesz.registry", "import riesz.cli"):
        result = site.python(f"{statement}\nimport sys\nprint(*sys.modules)")
        assert result.returncode == 0, result.stderr
        assert {name.partition(".")[0] for name in result.stdout.split()} & heavy == set()
