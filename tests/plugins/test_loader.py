"""The guarded loader: a broken plugin does no harm and is named; blocking; conflicts; versions."""

import sys
import warnings

import pytest

from riesz.errors import PluginError, RieszError
from riesz.loader import API_VERSION, Plugins, PluginWarning


def plugins(site):
    return Plugins("riesz.plugins", site.lister)


def status(found):
    return {(p.name, p.distribution): p.status for p in found.all()}


def test_listing_imports_nothing(site):
    site.plugin("one", "raise RuntimeError")
    assert [p.name for p in plugins(site).active()] == ["one"]
    assert "one" not in sys.modules


def test_load_by_name_gives_the_object_behind_the_entry_point(site):
    site.write("some.where", "answer = 42")
    site.install("dist", {"thing": "some.where:answer"})
    found = plugins(site)
    assert found.load(found.find("thing")) == 42
    assert found.find("thing").row() == {
        "name": "thing",
        "group": "riesz.plugins",
        "distribution": "dist",
        "version": "1.0",
        "status": "loaded",
        "reason": "",
    }


@pytest.mark.parametrize(
    ("source", "cause"),
    [
        ("import not_there_at_all", ModuleNotFoundError),
        ("def (", SyntaxError),
        ("1 / 0", ZeroDivisionError),
        ("raise SystemExit('bye')", SystemExit),
    ],
)
def test_broken_and_asked_for_by_name_raises_with_its_cause(site, source, cause):
    site.write("bad", source)
    site.install("bad-dist", {"bad": "bad"})
    found = plugins(site)
    for _ in range(2):  # it stays broken, and is not imported again
        with pytest.raises(PluginError, match=r"'bad' of bad-dist 1\.0") as caught:
            found.load(found.find("bad"))
        assert isinstance(caught.value.__cause__, cause)
        assert isinstance(caught.value, ImportError)
    assert "RIESZ_PLUGIN_BLOCK=bad" in str(caught.value)


@pytest.mark.parametrize("value", ["no_module_of_this_name", "sys:nothing", "not a value"])
def test_an_entry_point_that_leads_nowhere_is_broken(site, value):
    site.install("bad-dist", {"bad": value})
    found = plugins(site)
    with pytest.warns(PluginWarning, match="bad-dist"):
        assert found.attempt(found.find("bad")) is None


def test_broken_and_found_while_enumerating_warns_once(site):
    site.plugin("bad", "1 / 0")
    found = plugins(site)
    with pytest.warns(PluginWarning, match=r"'bad' of dist-bad 1\.0 .* ZeroDivisionError") as seen:
        assert found.attempt(found.find("bad")) is None
    assert found.attempt(found.find("bad")) is None
    assert len(seen) == 1
    assert status(found) == {("bad", "dist-bad"): "broken"}


@pytest.mark.parametrize("value", ["1", "true"])
def test_strict_raises_while_enumerating(site, monkeypatch, value):
    monkeypatch.setenv("RIESZ_PLUGIN_STRICT", value)
    site.plugin("bad", "1 / 0")
    found = plugins(site)
    for _ in range(2):
        with pytest.raises(PluginError, match="dist-bad"):
            found.attempt(found.find("bad"))


@pytest.mark.parametrize("value", ["", "0", "false"])
def test_strict_can_be_switched_off(site, monkeypatch, value):
    monkeypatch.setenv("RIESZ_PLUGIN_STRICT", value)
    site.plugin("bad", "1 / 0")
    found = plugins(site)
    with pytest.warns(PluginWarning):
        found.attempt(found.find("bad"))


@pytest.mark.parametrize("block", ["bad", "dist-bad", "Dist_Bad", "other, bad ,", "DIST.BAD,good2"])
def test_blocked_by_name_or_distribution_is_never_imported(site, monkeypatch, block):
    monkeypatch.setenv("RIESZ_PLUGIN_BLOCK", block)
    site.plugin("bad", "1 / 0")
    site.plugin("good", "")
    found = plugins(site)
    assert [p.name for p in found.active()] == ["good"]
    with pytest.raises(PluginError, match=r"blocked.*RIESZ_PLUGIN_BLOCK"):
        found.load(found.find("bad"))
    assert "bad" not in sys.modules


def duplicates(site, *distributions):
    for distribution in distributions:
        site.write(f"module_{distribution}", "")
        site.install(distribution, {"same": f"module_{distribution}"})


@pytest.mark.parametrize(
    ("distributions", "kept"),
    [(("beta", "alpha"), "alpha"), (("aaa", "riesz"), "riesz"), (("c", "b", "a"), "a")],
)
def test_of_duplicates_the_built_in_else_the_first_distribution_is_kept(site, distributions, kept):
    duplicates(site, *distributions)
    found = plugins(site)
    with pytest.warns(PluginWarning) as seen:
        active = found.active()
    assert [p.distribution for p in active] == [kept]
    assert len(seen) == len(distributions) - 1
    for warning in seen:  # both are named
        assert f"of {kept} 1.0" in str(warning.message)
    for refused in set(distributions) - {kept}:
        assert any(f"of {refused} 1.0" in str(w.message) for w in seen)
        assert status(found)["same", refused] == "shadowed"
    assert found.load(found.find("same")).__name__ == f"module_{kept}"


def test_duplicates_raise_when_strict(site, monkeypatch):
    monkeypatch.setenv("RIESZ_PLUGIN_STRICT", "1")
    duplicates(site, "alpha", "beta")
    with pytest.raises(PluginError, match=r"beta.*alpha"):
        plugins(site).active()


def test_blocking_one_of_two_duplicates_leaves_the_other(site, monkeypatch):
    monkeypatch.setenv("RIESZ_PLUGIN_BLOCK", "alpha")
    duplicates(site, "alpha", "beta")
    assert [p.distribution for p in plugins(site).active()] == ["beta"]


@pytest.mark.parametrize("declared", [API_VERSION, (API_VERSION[0], 0)])
def test_api_version_of_ours_or_older_is_accepted(site, declared):
    site.write("versioned", f"RIESZ_API_VERSION = {declared}")
    site.install("dist", {"versioned": "versioned"})
    found = plugins(site)
    assert found.load(found.find("versioned")) is sys.modules["versioned"]


@pytest.mark.parametrize(
    ("declared", "reason"),
    [
        ((API_VERSION[0], API_VERSION[1] + 1), "needs plugin API"),
        ((API_VERSION[0] + 1, 0), "needs plugin API"),
        ((API_VERSION[0] - 1, 9), "needs plugin API"),
        ("1.0", "not (major, minor)"),
        ((1,), "not (major, minor)"),
        (1, "not (major, minor)"),
    ],
)
@pytest.mark.parametrize("value", ["versioned", "versioned:thing"])
def test_api_version_of_another_major_or_newer_minor_is_refused(site, declared, reason, value):
    site.write("versioned", f"RIESZ_API_VERSION = {declared!r}\nthing = object()")
    site.install("dist", {"versioned": value})
    found = plugins(site)
    with pytest.raises(PluginError, match=r"this Riesz has 1\.0") as caught:
        found.load(found.find("versioned"))
    assert reason in str(caught.value)
    assert isinstance(caught.value.__cause__, RieszError)


def test_an_unknown_name_is_answered_with_the_nearest(site):
    site.plugin("gauss", "")
    with pytest.raises(PluginError, match="Did you mean 'gauss'"):
        plugins(site).find("gaus")


def test_warnings_as_errors_do_not_lose_the_other_plugins(site):
    duplicates(site, "alpha", "beta")
    found = plugins(site)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(PluginWarning):
            found.active()
        assert [p.distribution for p in found.active()] == ["alpha"]
