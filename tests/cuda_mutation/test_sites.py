"""What counts as a barrier, an atomic operation or a guard, and what becomes of it."""

import kernel_texts
import pytest
from cuda_mutation.equivalents import EQUIVALENTS
from cuda_mutation.sites import mutants

KERNELS = kernel_texts.with_kernels()


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
        ("a = k < n ? x[k] : 0;", ["a = true ? x[k] : 0;"]),
        ("if (lane == 0) y = 1; for (int i = 0; i < n; i++) f();", []),
    ],
)  # fmt: skip
def test_one_thing_is_taken_out_at_a_time(text, found):
    assert [mutant.text for mutant in mutants("a.cu", text)] == found


def test_every_file_has_mutants_each_with_a_key_of_its_own():
    keys = [m.key for name, text in KERNELS.items() for m in mutants(name, text)]
    assert len(keys) == len(set(keys)) >= 19
    assert set(EQUIVALENTS) <= set(keys)


@pytest.mark.parametrize("name", KERNELS)
def test_no_barrier_is_overlooked(name):
    count = sum("__sync" in mutant.key for mutant in mutants(name, KERNELS[name]))
    code = "\n".join(line.partition("//")[0] for line in KERNELS[name].splitlines())
    assert count == code.count("__syncthreads(") + code.count("__syncwarp(")
