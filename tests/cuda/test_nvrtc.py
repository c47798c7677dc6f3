"""NVIDIA's compiler takes every text of ours, for every architecture, without a GPU.

The texts are those that the operators and the kernel tests give to the compiler: see
`kernel_texts`. Printed kernels are compiled many at a time, each in a namespace of its own.
"""

import kernel_texts
import nvrtc
import pytest
import routes

from riesz.formula.dialect import cuda_prelude
from riesz_backends.pycuda.device import OPTIONS

ARCHITECTURES = ("sm_75", "sm_80", "sm_90", "sm_100")
ORIGINS = ("float32", "float64", "tests")
COMPILED = f"compiled for {', '.join(ARCHITECTURES)}, which executes nothing"
TOGETHER = 48
GROUP = pytest.mark.xdist_group  # texts are recorded once, by one process
KERNEL = 'extern "C" __global__'


def texts(origin):
    """What operators need in a dtype, or what the kernel tests need in any."""
    return kernel_texts.of_tests() if origin == "tests" else kernel_texts.recorded(origin)


def modules(origin):
    """Sources: the texts that define macros alone, the others many in one."""
    prelude = cuda_prelude()
    plain = [text for text in texts(origin) if is_plain(text, prelude)]
    joined = (plain[i : i + TOGETHER] for i in range(0, len(plain), TOGETHER))
    together = [prelude + "".join(map(scoped, some, range(TOGETHER))) for some in joined]
    return [text for text in texts(origin) if not is_plain(text, prelude)] + together


def is_plain(text, prelude):
    return text.startswith(prelude) and "#" not in text.removeprefix(prelude)


def scoped(text, number):
    """A text in a namespace, without the prelude, and no name in it C's."""
    own = text.removeprefix(cuda_prelude()).replace(KERNEL, "__global__")
    return f"namespace riesz_{number} {{\n{own}\n}}\n"


@pytest.fixture
def compiler(request):
    reason = nvrtc.absent()
    routes.note(request.config, "nvrtc", f"NOT RUN: {reason}" if reason else COMPILED)
    if reason:
        pytest.skip(f"nvrtc NOT RUN: {reason}")


@pytest.mark.parametrize("architecture", ARCHITECTURES)
@pytest.mark.parametrize(
    "origin", [pytest.param(o, marks=pytest.mark.xdist_group(o)) for o in ORIGINS]
)
def test_every_text_compiles(compiler, origin, architecture):
    for source in modules(origin):
        assert nvrtc.cubin(source, architecture, OPTIONS)


def test_every_file_is_among_the_texts(compiler):
    """So that none is left out: the kernels that are printed have their own part of a file."""
    compiled = "".join(texts("tests") + texts("float32"))
    files = kernel_texts.with_kernels()
    assert "cluster.cu" in files
    assert [name for name, body in files.items() if body not in compiled] == []


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
