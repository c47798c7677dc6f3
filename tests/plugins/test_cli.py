"""The shell command: tables, JSON, errors and exit statuses."""

import json
import os
import re
import subprocess
import sys
from importlib.metadata import version

import pytest

from riesz import cli
from riesz.cli.table import plain, show

GAUSS = """
import riesz

@riesz.elementwise
def bell_of_the_test(m, x):
    "exp(-x^2/2)."
    y = m.exp(-0.5 * x * x)
    return y, -x * y
"""


@pytest.fixture
def riesz(site):
    """Run `riesz` in a fresh process; returns status, output and errors."""

    def run(*arguments, **environment):
        done = site.run("-m", "riesz", *arguments, **environment)
        assert "Traceback" not in done.stderr, done.stderr
        return done.returncode, done.stdout, done.stderr

    return run


def rows(output, key="name"):
    return {row[key]: row for row in json.loads(output)}


# tables


def test_backends(riesz):
    status, output, errors = riesz("backends")
    lines = [line.split() for line in output.splitlines()]
    ours = [line for line in lines if line[1] == "riesz"]  # there may be strangers, installed
    assert (status, errors) == (0, "")
    assert lines[0][:3] == ["NAME", "DISTRIBUTION", "STATUS"]
    assert [line[0] for line in ours] == ["cupy", "native", "numpy", "pycuda"]
    assert ours[2][:4] == ["numpy", "riesz", "available", "numpy.ndarray,"]


def test_backends_as_json_with_absent_blocked_and_broken_ones(site, riesz):
    device = (
        "from riesz.backend import Backend\n"
        "class backend(Backend):\n"
        "    name, array_types, xp = 'absent', (), None\n"
        "    def probe(self): return 'no device'\n"
    )
    site.write("absent_backend", device)
    for name, value in {"absent": "absent_backend", "bad": "nowhere", "off": "nowhere"}.items():
        site.install(f"riesz-{name}", {name: value}, "riesz.backends")
    status, output, errors = riesz("backends", "--json", RIESZ_PLUGIN_BLOCK="off")
    found = rows(output)
    assert status == 0
    assert found["numpy"]["status"] == "available"
    assert found["numpy"]["array_types"] == ["numpy.ndarray", "numpy.generic"]
    assert "float64" in found["numpy"]["capabilities"]
    assert (found["absent"]["status"], found["absent"]["reason"]) == ("absent", "no device")
    assert found["bad"]["status"] == "broken"
    assert "nowhere" in found["bad"]["reason"]
    assert found["off"]["status"] == "blocked"
    assert errors.count("riesz: warning:") == 1
    assert "riesz-bad" in errors


def test_plugins(site, riesz):
    site.plugin("gauss", GAUSS)
    site.plugin("bad", "1 / 0")
    status, output, errors = riesz("plugins", "--json")
    found = rows(output)
    assert status == 0
    known = ("riesz", "dist-gauss", "dist-bad")  # beside which there may be others, installed
    statuses = {k: row["status"] for k, row in found.items() if row["distribution"] in known}
    assert statuses == {
        "standard": "loaded",
        "numpy": "loaded",
        "native": "loaded",
        "cupy": "loaded",
        "pycuda": "loaded",
        "gauss": "loaded",
        "bad": "broken",
    }
    assert found["gauss"]["distribution"] == "dist-gauss"
    assert found["gauss"]["group"] == "riesz.plugins"
    assert found["bad"]["reason"] == "ZeroDivisionError: division by zero"
    assert "dist-bad" in errors


def test_strict_mode_is_an_error_that_names_the_plugin(site, riesz):
    site.plugin("bad", "1 / 0")
    status, output, errors = riesz("plugins", RIESZ_PLUGIN_STRICT="1")
    assert (status, output) == (2, "")
    assert errors.startswith("riesz: error: riesz.plugins entry point 'bad' of dist-bad 1.0")


def test_operators_with_a_third_partys_among_them(site, riesz):
    site.plugin("gauss", GAUSS)
    status, output, _ = riesz("operators", "--json", "--backend", "numpy")
    found = rows(output)
    assert status == 0
    assert found["bell_of_the_test"] == {
        "name": "bell_of_the_test",
        "family": "gauss",
        "kind": "elementwise",
        "formula": "exp(-x^2/2).",
        "kernels": ["generic"],
    }
    assert {"sin", "add", "sum"} <= set(found)
    assert {row["kind"] for row in found.values()} >= {"elementwise", "linear"}
    _, output, _ = riesz("operators", "--family", "gauss")
    assert output.splitlines() == [
        "NAME              FAMILY  KIND         FORMULA",
        "bell_of_the_test  gauss   elementwise  exp(-x^2/2).",
    ]


def test_kernels_of_a_backend_are_shown(site, riesz):
    site.plugin(
        "gauss",
        f"{GAUSS}\nfrom riesz.hookspecs import hookimpl\n@hookimpl\n"
        "def riesz_register_kernels(registry):\n"
        "    registry.add_kernel('bell_of_the_test', 'numpy', 'forward', abs)",
    )
    _, output, _ = riesz("operators", "--backend", "numpy", "--family", "gauss")
    assert output.splitlines()[1].split()[3] == "forward"


# doctor


def test_doctor_of_a_healthy_installation(riesz):
    status, output, errors = riesz("doctor")
    assert (status, errors) == (0, "")
    for word in (f"riesz                 {version('riesz')}", "numpy", "scipy", "standard"):
        assert word in output
    assert output.endswith("No problem found.\n")


def test_doctor_describes_the_compiler(riesz):
    native = json.loads(riesz("doctor", "--json")[1])["details"].get("native")
    if native is None:
        pytest.skip("no C compiler here")
    assert set(native) == {"compiler", "flags", "vector math", "threads", "cache"}
    assert "-ffast-math" not in native["flags"]
    assert "native compiler       " in riesz("doctor")[1]


def test_cache_is_shown_and_cleared(riesz, tmp_path):
    def cache(*words):
        status, output, errors = riesz("cache", *words, "--json", RIESZ_CACHE=str(tmp_path / "c"))
        assert (status, errors) == (0, "")
        return rows(output, "backend")["native"]

    empty = cache()
    assert (empty["files"], empty["folder"]) == (0, str(tmp_path / "c"))
    riesz("doctor", RIESZ_CACHE=str(tmp_path / "c"))  # builds the driver
    assert cache()["files"] in (0, 2)  # none without a compiler
    assert cache("clear")["files"] == 0


def test_doctor_as_json(riesz):
    status, output, _ = riesz("doctor", "--json", RIESZ_BACKEND="numpy", OMP_NUM_THREADS="1")
    report = json.loads(output)
    assert status == 0
    assert report["versions"]["numpy"] == version("numpy")
    assert report["versions"]["python"] == ".".join(map(str, sys.version_info[:3]))
    packages = {row["package"]: row for row in report["packages"]}
    assert {"demo", "scipy"} <= set(packages["scipy"]["extras"])
    assert report["environment"] == {"RIESZ_BACKEND": "numpy"}
    assert report["threads"]["OMP_NUM_THREADS"] == "1"
    assert report["problems"] == []


@pytest.mark.parametrize("strict", ["", "1"])
def test_doctor_names_everything_that_is_broken_even_in_strict_mode(site, riesz, strict):
    site.plugin("bad", "1 / 0")
    site.plugin("worse", "import not_there_at_all")
    status, output, errors = riesz(
        "doctor", "--json", RIESZ_BACKEND="nunpy", RIESZ_PLUGIN_STRICT=strict
    )
    problems = json.loads(output)["problems"]
    assert (status, errors) == (1, "")
    assert len(problems) == 3
    for problem, word in zip(
        problems, ("dist-bad", "dist-worse", "RIESZ_BACKEND=nunpy"), strict=True
    ):
        assert word in problem
    _, output, _ = riesz("doctor", RIESZ_BACKEND="nunpy")
    assert "PROBLEM: RIESZ_BACKEND=nunpy: There is no backend 'nunpy'. Did you mean" in output


def test_doctor_says_what_is_absent(site, riesz):
    blind = "import importlib.metadata as m\ngiven = m.version\n"
    blind += "def version(name):\n    if name == 'scipy': raise m.PackageNotFoundError\n"
    blind += "    return given(name)\nm.version = version\n"
    site.write("blind", blind + "from riesz.cli import main\nmain(['doctor', '--json'])")
    report = json.loads(site.run("-m", "blind").stdout)
    assert {row["package"]: row["version"] for row in report["packages"]}["scipy"] == "absent"


# errors and exits


@pytest.mark.parametrize(
    ("arguments", "environment", "message"),
    [
        (("operators", "--backend", "nunpy"), {}, "There is no backend 'nunpy'. Did you mean"),
        (("operators", "--family", "arithmetik"), {}, "Did you mean 'arithmetic'?"),
        (("opertors",), {}, "no command 'opertors'. Did you mean 'operators'?"),
        (("--nonsense",), {}, "unrecognized arguments: --nonsense"),
        (
            ("backends", "--nonsense"),
            {},
            "riesz backends: error: unrecognized arguments: --nonsense",
        ),
    ],
)
def test_an_error_is_one_clear_message_and_status_2(riesz, arguments, environment, message):
    status, output, errors = riesz(*arguments, **environment)
    assert (status, output) == (2, "")
    assert re.search("^riesz( backends)?: error: ", errors, re.MULTILINE)
    assert message in errors


def test_without_a_command_the_help_is_printed(riesz):
    status, output, _ = riesz()
    assert status == 0
    assert all(command in output for command in cli.COMMANDS)


def test_version(riesz):
    assert riesz("--version")[:2] == (0, f"riesz {version('riesz')}\n")


@pytest.mark.parametrize("command", list(cli.COMMANDS))
def test_each_command_has_help(riesz, command):
    status, output, _ = riesz(command, "--help")
    assert status == 0
    assert f"usage: riesz {command}" in output
    assert "--json" in output


def test_only_the_module_of_the_command_is_imported(site):
    result = site.python(
        """
        import sys
        from riesz.cli import main
        main(["backends", "--json"])
        heavy = {"rich", "scipy", "matplotlib", "riesz.demo"} & set(sys.modules)
        sys.exit(str(heavy) if heavy else 0)
        """
    )
    assert result.returncode == 0, result.stderr


def test_a_reader_that_leaves_ends_the_command_quietly(site):
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run(
        [sys.executable, "-m", "riesz.cli", "operators"],
        stdout=writing, stderr=subprocess.PIPE, text=True, timeout=60, check=False,
    )  # fmt: skip
    os.close(writing)
    assert (done.returncode, done.stderr) == (141, "")


def test_ctrl_c_ends_the_command_quietly(monkeypatch, capsys):
    def interrupted(words):
        raise KeyboardInterrupt

    monkeypatch.setattr(cli, "_run", interrupted)
    assert cli.main(["demo"]) == 130
    assert capsys.readouterr().err == "riesz: interrupted\n"


# how tables look


ROWS = [{"name": "a", "types": ["x", "y"]}, {"name": "long[red]", "types": []}]


def test_plain_tables_are_aligned():
    assert plain(ROWS, ["name", "types"]) == ["NAME       TYPES", "a          x, y", "long[red]"]


def test_a_terminal_gets_a_rich_table(monkeypatch, capsys):
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    show(ROWS, ["name", "types"], "Things")
    output = capsys.readouterr().out
    assert "Things" in output
    assert "long[red]" in output
    assert "x, y" in output


def test_a_terminal_without_rich_gets_a_plain_table(monkeypatch, capsys):
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    for module in ("rich", "rich.console", "rich.table"):
        monkeypatch.setitem(sys.modules, module, None)
    show(ROWS, ["name"], "Things")
    assert capsys.readouterr().out == "NAME\na\nlong[red]\n"


def test_an_empty_table_says_so(capsys):
    show([], ["name"], "Operators")
    assert capsys.readouterr().out == "No operators.\n"
