"""The cache of compiled libraries: damage, limits, privacy, two processes, a fork."""

import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import numpy as np
import pytest

from riesz.backend import cache as caches
from riesz.backend import get_backend
from riesz.backend.cache import Cache
from riesz.errors import BackendUnavailable, InvalidValue, RieszError
from riesz_backends.native.compiler import CompilerFailed, Toolchain, dump, restore
from riesz_backends.native.library import Libraries

SOURCE = "int riesz_answer(void) { return %d; }\n"


@pytest.fixture
def fresh(native, tmp_path, monkeypatch):
    """Makes `Libraries` that have loaded nothing, on one empty cache."""
    monkeypatch.setenv("RIESZ_CACHE", str(tmp_path / "cache"))
    return Libraries


def answer(libraries, n):
    return libraries.load(SOURCE % n).riesz_answer()


def stored(libraries):
    return sorted(libraries.cache.folder.glob("*/*.so"))


def test_a_second_process_finds_what_the_first_built(fresh):
    first, second = fresh(), fresh()
    assert (answer(first, 42), answer(second, 42)) == (42, 42)
    assert (first.built, second.built) == (1, 0)


def test_several_are_built_at_once_and_each_once(fresh):
    libraries = fresh()
    sources = [SOURCE % (n % 5) for n in range(20)]
    loaded = libraries.load_all(sources)
    assert [loaded[s].riesz_answer() for s in sources] == [n % 5 for n in range(20)]
    assert libraries.built == 5


def test_a_workshop_of_another_process_may_vanish_at_any_time(fresh, monkeypatch):
    libraries = fresh()
    answer(libraries, 9)
    scandir = os.scandir

    def vanished(path="."):
        if caches.WORKSHOP in str(path):
            raise FileNotFoundError(2, "No such file or directory", str(path))
        return scandir(path)

    with libraries.cache.workshop():
        monkeypatch.setattr(os, "scandir", vanished)
        assert [path for path, _ in libraries.cache.files() if path.suffix == ".so"]
        libraries.cache.prune()
        monkeypatch.undo()


@pytest.mark.parametrize("damage", [b"", b"\x7fELF", None])
def test_a_damaged_library_is_built_again(fresh, damage):
    answer(fresh(), 7)
    (path,) = stored(fresh())
    whole = path.read_bytes()
    path.unlink()  # this process has mapped the file, so it must not change under it
    path.write_bytes(whole[: len(whole) // 2] if damage is None else damage)
    libraries = fresh()
    assert answer(libraries, 7) == 7
    assert libraries.built == 1
    assert len(stored(libraries)) == 1


@pytest.mark.parametrize("damage", ["", "{}", "nonsense", "x\n{}"])
def test_a_damaged_survey_is_made_again(fresh, damage):
    libraries = fresh()
    expected = libraries.toolchain
    (path,) = libraries.cache.folder.glob("*.txt")
    path.write_text(damage)
    assert fresh().toolchain == expected


def test_the_key_depends_on_compiler_and_flags(native):
    from riesz_backends.native.library import libraries

    tool = libraries.toolchain
    other = Toolchain(tool.compiler, (*tool.flags, "-g"), tool.vector)
    assert tool.identity != other.identity
    assert restore(tool.compiler, dump(other)) == other


def test_what_a_crash_left_is_removed(fresh):
    cache = fresh().cache
    left = cache.folder / "build-left"
    left.mkdir()
    (left / "kernel.c").write_text("int")
    cache.prune()
    assert left.exists()  # may be in use
    os.utime(left, (time.time() - 2 * caches.STALE,) * 2)
    cache.prune()
    assert not left.exists()


def test_the_size_is_limited(fresh, monkeypatch):
    libraries = fresh()
    for n in range(4):
        answer(libraries, n)
    old, *_ = stored(libraries)
    os.utime(old, (1, 1))
    size = libraries.cache.size()
    monkeypatch.setenv("RIESZ_CACHE_LIMIT", str((size - 1) / 2**20))
    libraries.cache.prune()
    assert len(stored(libraries)) == 3
    assert not old.exists()
    monkeypatch.setenv("RIESZ_CACHE_LIMIT", "much")
    with pytest.raises(InvalidValue, match="RIESZ_CACHE_LIMIT"):
        libraries.cache.prune()


def test_clear(fresh):
    libraries = fresh()
    answer(libraries, 1)
    assert libraries.cache.clear() == 2  # the library and the survey
    assert libraries.cache.size() == 0
    assert answer(libraries, 1) == 1  # loaded, so it stays usable


def test_a_folder_that_others_can_write_to_is_not_used(fresh, tmp_path):
    folder = tmp_path / "cache"
    folder.mkdir()
    folder.chmod(0o777)
    with pytest.raises(PermissionError):
        Cache(folder)
    libraries = fresh()
    assert answer(libraries, 3) == 3
    assert libraries.cache.folder != folder
    assert not list(folder.iterdir())


def test_the_folder_is_private(fresh):
    assert fresh().cache.folder.stat().st_mode & 0o777 == 0o700


def test_without_a_usable_folder_kernels_still_work(native, tmp_path, monkeypatch):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("RIESZ_CACHE", str(tmp_path / "file" / "cache"))
    assert answer(Libraries(), 9) == 9


PROCESS = """
import sys, time
from riesz_backends.native.library import Libraries
libraries = Libraries()
while time.time() < float(sys.argv[1]): pass
for n in range(6):
    assert libraries.load("int riesz_answer(void) { return %d; }" % n).riesz_answer() == n
"""


def test_a_read_only_folder_is_not_used_and_the_report_says_so(fresh, tmp_path, monkeypatch):
    access = os.access
    refused = lambda path, mode: Path(path) != tmp_path / "cache" and access(path, mode)  # noqa: E731
    monkeypatch.setattr(os, "access", refused)  # root may write to any
    libraries = fresh()
    assert answer(libraries, 7) == 7
    assert libraries.cache.folder != tmp_path / "cache"
    monkeypatch.setattr("riesz_backends.native.library.libraries", libraries)
    assert f"for one process only: {tmp_path / 'cache'}" in get_backend("native").report()["cache"]


def test_two_processes_may_build_the_same(fresh):
    fresh().toolchain  # noqa: B018
    start = str(time.time() + 1)
    running = [
        subprocess.Popen([sys.executable, "-c", PROCESS, start], stderr=subprocess.PIPE)
        for _ in range(3)
    ]
    for process in running:
        _, said = process.communicate(timeout=120)
        assert process.returncode == 0, said.decode()
    assert not list(fresh().cache.folder.glob("build-*"))


def test_a_process_killed_while_building_does_no_harm(fresh):
    process = subprocess.Popen([sys.executable, "-c", PROCESS, "0"])
    time.sleep(0.4)
    process.kill()
    process.wait()
    libraries = fresh()
    assert [answer(libraries, n) for n in range(6)] == list(range(6))


FORKED = """
import os, sys, threading
import numpy as np
sys.path.insert(0, sys.argv[1])
from clusters import Case
from riesz_backends.native import backend
from riesz_backends.native.library import libraries
x = np.linspace(0, 1, 3_000_000)
case = Case(lambda m, x: m.sin(x) * m.exp(x), (x,))
kernel = backend.compile(case.cluster)
kernel(case.outputs(), case.arrays)  # the parent has used its threads
held = threading.Event()
def hold():
    with libraries._lock:
        held.set(); threading.Event().wait(20)
threading.Thread(target=hold, daemon=True).start()
held.wait()
child = os.fork()
if not child:
    out = case.outputs()
    kernel(out, case.arrays)
    good = np.allclose(out[0], case.expected[0])
    new = Case(lambda m, x: m.cos(x) * 0.25, (x[:5],))
    good &= np.allclose(new.run(backend)[0], new.expected[0])
    os._exit(0 if good else 3)
sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")
def test_after_a_fork(native):
    words = [sys.executable, "-W", "ignore", "-c", FORKED, str(Path(__file__).parents[1])]
    done = subprocess.run(words, capture_output=True, text=True, timeout=60, check=False,
                          env=os.environ | {"OMP_NUM_THREADS": "2"})  # fmt: skip
    assert done.returncode == 0, done.stderr


# --- compilers -----------------------------------------------------------------------------------


def test_what_the_compiler_says_is_in_the_error(fresh):
    with pytest.raises(CompilerFailed, match=r"undeclared_name") as caught:
        fresh().load("int riesz_answer(void) { return undeclared_name; }\n")
    assert isinstance(caught.value, RieszError)
    assert "-O3" in str(caught.value)


def test_without_a_compiler_the_backend_says_what_to_install(monkeypatch, native):
    from riesz_backends.native.library import libraries

    monkeypatch.delitem(vars(libraries), "toolchain", raising=False)
    monkeypatch.setenv("CC", "/nowhere/cc")
    assert "apt install gcc" in native.probe()
    assert "CC=/nowhere/cc" in native.probe()
    monkeypatch.delitem(vars(libraries), "toolchain", raising=False)
    monkeypatch.delenv("CC")
    monkeypatch.setenv("PATH", "/nowhere")
    assert "no C compiler" in native.probe()
    assert get_backend("numpy").xp.sin(0.0) == 0


def test_a_broken_compiler_is_reported(monkeypatch, native, tmp_path):
    from riesz_backends.native.library import libraries

    broken = tmp_path / "cc"
    broken.write_text("#!/bin/sh\necho this compiler is broken >&2\nexit 1\n")
    broken.chmod(0o755)
    monkeypatch.delitem(vars(libraries), "toolchain", raising=False)
    monkeypatch.setenv("CC", str(broken))
    assert "this compiler is broken" in native.probe()
    with pytest.raises((BackendUnavailable, CompilerFailed)):
        libraries.toolchain  # noqa: B018


def test_without_vector_functions_kernels_are_scalar_and_right(monkeypatch, native, case):
    from riesz_backends.native.library import libraries

    tool = libraries.toolchain
    flags = tuple(
        flag for flag in tool.flags if flag not in ("-lmvec", "-march=native", "-fopenmp")
    )
    monkeypatch.setitem(vars(libraries), "toolchain", Toolchain(tool.compiler, flags, frozenset()))
    x = np.linspace(-3, 3, 1001)
    given = case(lambda m, x: (m.exp(x) * m.sin(x), x), (x,), (("sum", (0,), False),))
    kernel = native.compile(given.cluster)
    assert "simd(" not in kernel.source.contiguous
    out = given.outputs()
    kernel(out, given.arrays)
    np.testing.assert_allclose(out[0], given.expected[0], rtol=1e-12)


def test_many_threads_may_compile(native, case):
    failures = []

    def work(k):
        try:
            for n in range(3):
                given = case(lambda m, x: x * (n + 0.5), (np.arange(k + 1.0),))  # noqa: B023
                np.testing.assert_array_equal(given.run(native)[0], given.expected[0])
        except Exception as error:
            failures.append(error)

    threads = [threading.Thread(target=work, args=(k,)) for k in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures
