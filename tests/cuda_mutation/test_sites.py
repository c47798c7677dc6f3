"""What counts as a barrier, an atomic operation or a guard, and what becomes of it."""

import pytest
from cuda_mutation.equivalents import EQUIVALENTS
from cuda_mutation.sites import PRINTED, mutants, printed
from cuda_mutation.suites import suites

KERNELS = {name: text for suite in suites().values() for name, text in suite.files.items()}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("a = 1; __syncthreads(); b();", ["a = 1;  b();"]),
        ("__syncwarp(0xffu);", [""]),
        ("atomicAdd(y + i, f(x));", ["{ auto at = y + i; *at = *at + (f(x)); }"]),
        ("if (i < n) y[i] = 1;", ["if (true) y[i] = 1;"]),
        ("if (i >= n) return;", ["if (false) return;"]),
        ("if (i < n && j < m) f();", ["if (true && j < m) f();", "if (i < n && true) f();"]),
        ("if (i >= (n) || j >= m) return;",
         ["if (false || j >= m) return;", "if (i >= (n) || false) return;"]),
        ("if (a || (b && c)) f();",
         ["if (false || (b && c)) f();", "if (true) f();", "if (a || false) f();"]),
        ("if (lane == 0) y = 1;", ["if (true) y = 1;"]),
        ("a = k < n ? x[k] : 0;", ["a = true ? x[k] : 0;"]),
        ("a = b + k < n - 1 ? x[k] : 0;", ["a = true ? x[k] : 0;"]),
        ("return k < n && j < m;", ["return true && j < m;", "return k < n && true;"]),
        ("for (int i = 0; i < n; i++) f();", []),
        ("for (int i = 0; i < n && f(); i++) g();",
         ["for (int i = 0; true && f(); i++) g();", "for (int i = 0; i < n && true; i++) g();"]),
    ],
)  # fmt: skip
def test_one_thing_is_taken_out_at_a_time(text, found):
    assert [mutant.text for mutant in mutants("a.cu", text)] == found


def test_what_is_printed_is_changed_wherever_it_stands():
    texts = ["library; if (i < n) f(0);", "library; if (i < n) f(1);", "library; f();"]
    (mutant,) = printed(texts, ["library;"])
    assert mutant.key == "printed: i < n -> true"
    changed = ["library; if (true) f(0);", "library; if (true) f(1);", "library; f();"]
    assert list(map(mutant.of, texts)) == changed
    assert mutant.of("if (i < n) in_a_file();") == "if (i < n) in_a_file();"


def test_every_file_has_mutants_each_with_a_key_of_its_own():
    keys = [m.key for name, text in KERNELS.items() for m in mutants(name, text)]
    assert len(keys) == len(set(keys)) >= 120
    assert {key for key in EQUIVALENTS if not key.startswith(PRINTED)} <= set(keys)


@pytest.mark.parametrize("name", KERNELS)
def test_no_barrier_is_overlooked(name):
    count = sum("__sync" in mutant.key for mutant in mutants(name, KERNELS[name]))
    code = "\n".join(line.partition("//")[0] for line in KERNELS[name].splitlines())
    assert count == code.count("__syncthreads(") + code.count("__syncwarp(")
