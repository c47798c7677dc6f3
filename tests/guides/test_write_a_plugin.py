"""docs/write-a-plugin.md, followed literally; then what its last section says of broken ones."""

import json

import pytest

from .conftest import ROOT
from .guide import blocks

PAGE = ROOT / "docs" / "write-a-plugin.md"
BROKEN = {  # distribution -> entry point, module
    "riesz-raises": ("raises", "raise OSError('no such telescope')"),
    "riesz-future": ("future", "RIESZ_API_VERSION = (99, 0)"),
    "riesz-second": ("gauss", "import riesz"),  # the name of an entry point that there is
    "riesz-twin": (
        "twin",
        "import riesz\n\n@riesz.elementwise\ndef gauss(m, x):\n    return m.exp(x)",
    ),
}


def test_it_can_be_followed(stranger):
    stranger.follow(PAGE)
    assert (stranger.folder / "report.html").read_text().startswith("<!doctype html>")


def test_the_plugin_is_less_than_20_lines():
    (module,) = [b for b in blocks(PAGE) if b.path and b.path.endswith("__init__.py")]
    assert 5 < sum(bool(line.strip()) for line in module.text.splitlines()) < 20


def rows(stranger):
    done = stranger.attempt("riesz plugins --json 2>warnings")
    assert done.returncode == 0, done.stdout
    warnings = (stranger.folder / "warnings").read_text()
    found = [row for row in json.loads(done.stdout) if row["group"] == "riesz.plugins"]
    return {row["distribution"]: row for row in found}, warnings


def test_broken_plugins_beside_it_harm_nothing_and_are_named(stranger):
    for distribution, (name, source) in BROKEN.items():
        module = distribution.replace("-", "_")
        stranger.write(f"broken/{distribution}/{module}.py", source)
        stranger.write(
            f"broken/{distribution}/pyproject.toml",
            '[build-system]\nrequires = ["hatchling"]\nbuild-backend = "hatchling.build"\n'
            f'[project]\nname = "{distribution}"\nversion = "0.1"\n'
            f'[project.entry-points."riesz.plugins"]\n{name} = "{module}"\n',
        )
    stranger.run("pip install --quiet --no-deps ./broken/*")
    found, warnings = rows(stranger)
    status = {distribution: row["status"] for distribution, row in found.items()}
    assert status == {
        "riesz": "loaded", "riesz-gauss": "loaded", "riesz-raises": "broken",
        "riesz-future": "broken", "riesz-second": "shadowed", "riesz-twin": "loaded",
    }  # fmt: skip
    assert "no such telescope" in found["riesz-raises"]["reason"]
    assert "99.0" in found["riesz-future"]["reason"]
    assert "riesz-gauss" in found["riesz-second"]["reason"]
    assert "riesz-gauss" in found["riesz-twin"]["reason"]
    for distribution in ("riesz-raises", "riesz-future", "riesz-twin"):
        assert distribution in warnings
    stranger.run("pytest -q tests")
    stranger.run("riesz conformance --operator gauss --backend numpy --require numpy")


@pytest.mark.parametrize("distribution", BROKEN)
def test_each_raises_where_that_is_asked_for(stranger, distribution):
    blocked = ",".join(BROKEN.keys() - {distribution})
    done = stranger.attempt(
        "riesz operators", RIESZ_PLUGIN_STRICT="1", RIESZ_PLUGIN_BLOCK=blocked
    )  # fmt: skip
    assert done.returncode == 2
    assert distribution in done.stdout


def test_blocked_ones_do_not_raise(stranger):
    blocked = ",".join(BROKEN)
    done = stranger.attempt(
        "riesz operators", RIESZ_PLUGIN_STRICT="1", RIESZ_PLUGIN_BLOCK=blocked
    )  # fmt: skip
    assert done.returncode == 0, done.stdout
    assert "gauss" in done.stdout
