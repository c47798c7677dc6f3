"""Memory and contexts: threads, the end of a process, and arrays that other libraries hold."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from time import sleep

import numpy as np
import pytest

import riesz
from riesz.errors import InvalidType, InvalidValue

TESTS = Path(__file__).parents[1]
BEGIN = """
import gc, os, sys, threading
sys.path.insert(0, {tests!r})
if {emulated}:
    from emulator import driver
    driver.activate()
os.environ["RIESZ_PYCUDA_POOL"] = {pool!r}
import numpy as np, riesz

def run(f):
    thread = threading.Thread(target=f)
    thread.start()
    thread.join()

x, kept = None, []
def make():
    global x
    x = riesz.asarray(np.arange(5.0), backend="pycuda")
def work():
    kept.append(np.exp(x))
def drop():
    kept.pop(0)
    gc.collect()
"""
STORIES = {
    "main": "make(); work()",
    "another thread works": "make(); run(work); work()",
    "another thread frees": "make(); work(); work(); run(drop)",
    "freed elsewhere than made": "make(); run(work); run(work); run(drop); drop()",
    "the first thread has ended": "run(make); run(work); work(); run(drop)",
}


@pytest.mark.parametrize(
    ("story", "pool"), [*((name, "1") for name in STORIES), ("freed elsewhere than made", "0")]
)
def test_nothing_is_said_at_the_end(pycuda, story, pool):
    from riesz_backends.pycuda.device import device

    emulated = "emulation" in device().name
    begin = BEGIN.format(tests=str(TESTS), emulated=emulated, pool=pool)
    done = subprocess.run(
        [sys.executable, "-W", "always", "-c", f"{begin}\n{STORIES[story]}"],
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_a_kernel_is_loaded_once_by_many_threads(pycuda, monkeypatch):
    from riesz_backends.pycuda.device import device

    image, loaded = device()._image, []
    monkeypatch.setattr(
        device(), "_image", lambda text: (sleep(0.05), loaded.append(text), image(text))[2]
    )
    x = riesz.asarray(np.arange(7.0), backend="pycuda")
    with ThreadPoolExecutor(3) as pool:
        found = list(pool.map(lambda _: np.hypot(x, 2.0) - 1.5, range(3)))
    assert len(loaded) == len(set(loaded)) <= 2
    for y in found:
        np.testing.assert_allclose(riesz.to_numpy(y), np.hypot(np.arange(7.0), 2) - 1.5)


def test_many_threads_replay_one_plan(pycuda):
    x = np.linspace(0, 1, 50)
    f = riesz.compile(riesz.value_and_grad(lambda x: np.sum(np.tanh(x) ** 2)))
    expected = riesz.grad(lambda x: np.sum(np.tanh(x) ** 2))(x)

    def work(_):
        on = riesz.asarray(x, backend="pycuda")
        return [riesz.to_numpy(f(on)[1]) for _ in range(5)]

    with ThreadPoolExecutor(3) as pool:
        found = [gradient for each in pool.map(work, range(3)) for gradient in each]
    assert len(found) == 15
    for gradient in found:
        np.testing.assert_allclose(gradient, expected, rtol=1e-12)


class Tensor:
    """An array of another library, which only tells where it lies."""

    def __init__(self, x, **told):
        self.x = x
        self.__cuda_array_interface__ = x.__cuda_array_interface__ | told


@pytest.fixture
def ours(pycuda):
    return riesz.asarray(np.arange(12.0).reshape(3, 4), backend="pycuda")


@pytest.mark.parametrize(
    "view", [lambda x: x, lambda x: x.T, lambda x: x[::-1, ::2], lambda x: x[:0], lambda x: x[1, 2]]
)
def test_an_array_of_another_library_is_seen_where_it_lies(ours, view):
    x = view(ours)
    y = riesz.asarray(Tensor(x), backend="pycuda")
    assert (y.pointer, y.shape, y.strides, y.dtype) == (x.pointer, x.shape, x.strides, x.dtype)
    np.testing.assert_array_equal(riesz.to_numpy(y), riesz.to_numpy(x))
    assert y.__cuda_array_interface__ == x.__cuda_array_interface__


def test_its_owner_is_kept_alive(ours):
    tensor = Tensor(ours + 0)
    y, gone = riesz.asarray(tensor, backend="pycuda"), []
    import weakref

    weakref.finalize(tensor, gone.append, True)
    del tensor
    assert not gone
    np.testing.assert_array_equal(riesz.to_numpy(y * 1), riesz.to_numpy(ours))
    del y
    assert gone


def test_what_is_read_only_is_read_only_here(ours):
    at = ours.__cuda_array_interface__["data"][0]
    y = riesz.asarray(Tensor(ours, data=(at, True)), backend="pycuda")
    with pytest.raises(InvalidValue, match="forbids to write"):
        y[0] = 1
    with pytest.raises(InvalidValue, match="forbids to write"):
        y[1:] += 1
    assert y.__cuda_array_interface__["data"] == (at, True)
    (y + 1)[0] = 0
    np.testing.assert_array_equal(riesz.to_numpy(ours), np.arange(12.0).reshape(3, 4))


@pytest.mark.parametrize(
    ("told", "error", "says"),
    [
        ({"typestr": "<f2"}, InvalidType, "float16.*float32"),
        ({"typestr": ">f8"}, InvalidType, ">f8"),
        ({"typestr": "|V8"}, InvalidType, "the kernels take"),
        ({"strides": (30, 8)}, InvalidValue, "no multiples of 8.*copy"),
        ({"mask": np.ones(3)}, InvalidType, "mask"),
        ({"stream": 0}, InvalidValue, "stream 0"),
    ],
)
def test_what_kernels_cannot_read_is_refused(ours, told, error, says):
    with pytest.raises(error, match=says):
        riesz.asarray(Tensor(ours, **told), backend="pycuda")


@pytest.mark.parametrize(("stream", "waits"), [(None, 0), (1, 0), (2, 0), (94_000_000, 1)])
def test_other_streams_are_waited_for(ours, stream, waits, monkeypatch):
    from riesz_backends.pycuda.device import device

    class Driver:
        count = 0

        class Context:
            @staticmethod
            def synchronize():
                Driver.count += 1

    monkeypatch.setattr(device(), "driver", Driver)
    riesz.asarray(Tensor(ours, stream=stream), backend="pycuda")
    assert Driver.count == waits


def test_it_goes_to_a_backend_that_takes_it_without_the_host(ours, monkeypatch):
    backend = riesz.get_backend("pycuda")
    monkeypatch.setattr(type(backend), "to_numpy", lambda *x: pytest.fail("copied to the host"))

    class Taker(type(backend)):
        name = "taker"
        array_types = (Tensor,)

        def asarray(self, x, dtype=None):
            return Tensor(x)

    from riesz.backend import backends

    taker = Taker()
    backends.add(taker)
    try:
        assert riesz.asarray(ours, backend="taker").x is ours
    finally:
        backends.remove("taker")


def test_no_kernel_reads_numbers_where_a_device_cannot(pycuda):
    x = riesz.asarray(np.arange(5.0), backend="pycuda")
    np.testing.assert_array_equal(riesz.to_numpy(x[:4].view("complex128")), [1j, 2 + 3j])
    with pytest.raises(ValueError, match="reads no complex128: copy it first"):
        x[1:].view("complex128")
