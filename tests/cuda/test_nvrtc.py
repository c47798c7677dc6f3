"""NVIDIA's compiler takes every text of ours, for every architecture, without a GPU.

The texts are those that the operators and the kernel tests give to the compiler: see
`kernel_texts`. Those that begin alike, with the same constants and special functions, are compiled
many at a time, each in a namespace of its own, after one copy of that beginning.
"""

import os
import re
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from importlib import import_module

import kernel_texts
import nvrtc
import pytest
import routes

from riesz.formula.dialect import SPECIAL_FILES, cuda_prelude, special_text
from riesz_backends.pycuda.device import OPTIONS

ARCHITECTURES = ("sm_75", "sm_80", "sm_90", "sm_100")
DTYPES = ("float32", "float64")
PLUGINS = ("riesz_kernels", "riesz_tomography")  # of this repository; installed, theirs are met too
COMPILED = f"compiled for {', '.join(ARCHITECTURES)}, which executes nothing"
TOGETHER = 256
#: What is not inlined is compiled once for all kernels of a module, not again for each. How much
#: shared memory a kernel has is then not looked at: no more than where no special function stands.
SHARED = (*OPTIONS, "--relocatable-device-code=true")
KERNEL = 'extern "C" __global__'
SPECIAL = {"complex"}.union(*(table.values() for table in SPECIAL_FILES.values()))


@cache
def texts():
    """What the kernel tests need, recorded meanwhile, and what operators need: sorted."""
    with ThreadPoolExecutor() as pool:
        tests = pool.submit(kernel_texts.of_tests)
        operators = [text for dtype in DTYPES for text in kernel_texts.recorded(dtype)]
        return sorted({*operators, *tests.result()})


@cache
def modules():
    """Sources: many texts in each, but what they begin with once."""
    alike = defaultdict(list)
    for text in texts():
        end = max(text.find(part) + len(part) for part in ("", *beginnings()) if part in text)
        alike[text[:end]].append(text[end:])
    return [
        head + "".join(map(scoped, rest[i : i + TOGETHER], range(TOGETHER)))
        for head, rest in alike.items()
        for i in range(0, len(rest), TOGETHER)
    ]


@cache
def beginnings():
    """Constants, complex numbers and special functions, which nothing in a text changes."""
    return [cuda_prelude(), *map(special_text, SPECIAL)]


def scoped(text, number):
    """The rest of a text in a namespace: none of its names is C's, none of its macros stays."""
    macros = re.findall(r"^#define (\w+)", text, re.MULTILINE)
    own = "\n".join([text.replace(KERNEL, "__global__"), *(f"#undef {name}" for name in macros)])
    return f"namespace riesz_{number} {{\n{own}\n}}\n"


@cache
def compiled():
    """By architecture, the machine code of every module, or what the compiler said."""
    pool = ThreadPoolExecutor(os.cpu_count())
    return {
        architecture: [pool.submit(size, source, architecture) for source in modules()]
        for architecture in ARCHITECTURES
    }


def size(source, architecture):
    """The bytes of its machine code."""
    special = special_text("complex") in source
    return len(nvrtc.cubin(source, architecture, SHARED if special else OPTIONS))


@pytest.fixture
def compiler(request):
    reason = nvrtc.absent()
    routes.note(request.config, "nvrtc", f"NOT RUN: {reason}" if reason else COMPILED)
    if reason:
        pytest.skip(f"nvrtc NOT RUN: {reason}")


@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_every_text_compiles(compiler, architecture):
    assert all(module.result() for module in compiled()[architecture])


def test_no_kernel_is_lost(compiler):
    """The modules hold every kernel of the texts, each as often as there."""
    pattern = re.compile(r"__global__\s+void")
    count = sum(len(pattern.findall(text)) for text in texts())
    assert count == sum(len(pattern.findall(module)) for module in modules()) > 2000


def test_every_file_is_among_the_texts(compiler):
    """So that none is left out: the body of each file, and each kernel, is in a text."""
    packages = (*kernel_texts.OURS, *map(import_module, PLUGINS))
    files, compiled = kernel_texts.with_kernels(packages), "".join(texts())
    assert "cluster.cu" in files
    assert [name for name, body in files.items() if body not in compiled] == []
    assert kernel_texts.kernels("".join(files.values())) <= kernel_texts.kernels(compiled)


@pytest.mark.parametrize(
    "wrong",
    [
        'extern "C" __global__ void k(float *x) { x[0] = undefined(1); }',
        'extern "C" __global__ void k(float *x) { __shared__ double s[9000];'
        " s[threadIdx.x] = 1; __syncthreads(); x[0] = s[3]; }",
    ],
)
def test_a_wrong_text_does_not_compile(compiler, wrong):
    with pytest.raises(nvrtc.CompileError):
        nvrtc.cubin(wrong, "sm_90")
