"""Random numbers on the device: the published bits of Philox, and the promised distributions."""

import numpy as np
import pytest
import scipy.stats

import riesz
from riesz.errors import InvalidType, InvalidValue

# kat_vectors of Random123 1.14 (D. E. Shaw Research): counter, key, result of philox 4x32 10
PUBLISHED = [
    ("00000000 00000000 00000000 00000000", "00000000 00000000",
     "6627e8d5 e169c58d bc57ac4c 9b00dbd8"),
    ("ffffffff ffffffff ffffffff ffffffff", "ffffffff ffffffff",
     "408f276d 41c83b0e a20bc7c6 6d5451fd"),
    ("243f6a88 85a308d3 13198a2e 03707344", "a4093822 299f31d0",
     "d16cfe09 94fdcceb 5001e420 24126ea1"),
]  # fmt: skip


def integer(words):
    """The number of which these are the words, the least first."""
    return sum(int(word, 16) << (32 * k) for k, word in enumerate(words.split()))


@pytest.fixture
def random(pycuda):
    from riesz_backends.pycuda import random

    return random


@pytest.mark.parametrize(("counter", "key", "result"), PUBLISHED)
def test_published_bits(random, counter, key, result):
    drawn = riesz.to_numpy(random.bits(4, integer(key), integer(counter)))
    assert " ".join(f"{word:08x}" for word in drawn) == result


@pytest.mark.parametrize("start", [0, 2**32 - 3, 2**64 - 3, 2**96 + 2**64 - 1, 2**128 - 1])
def test_counters_follow_each_other(random, start):
    together = riesz.to_numpy(random.bits(26, 7, start))
    for k in range(6):
        alone = random.bits(4, 7, (start + k) % 2**128)
        np.testing.assert_array_equal(riesz.to_numpy(alone), together[4 * k : 4 * k + 4])


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_uniform_numbers_are_the_bits(random, dtype):
    words = riesz.to_numpy(random.bits(2000, 5, 11)).astype(np.uint64)
    whole = words >> 8 if dtype == "float32" else (words[1::2] << 32 | words[::2]) >> 11
    drawn = riesz.to_numpy(random.uniform(len(whole), 5, dtype, 11))
    assert drawn.dtype == dtype
    np.testing.assert_array_equal(drawn, whole * 2.0 ** (-24 if dtype == "float32" else -53))


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_distributions(random, dtype):
    for draw, law in ((random.uniform, "uniform"), (random.normal, "norm")):
        drawn = riesz.to_numpy(draw(100_003, 1, dtype))
        assert scipy.stats.kstest(drawn, law).pvalue > 0.01
        assert abs(np.corrcoef(drawn[1:], drawn[:-1])[0, 1]) < 0.01


@pytest.mark.parametrize("dtype", ["float32", "float64", "complex64", "complex128"])
def test_shapes_and_seeds(random, dtype):
    for shape in ((), (0,), (3, 5), 7):
        drawn = random.normal(shape, 3, dtype)
        assert drawn.dtype == dtype
        assert drawn.shape == ((shape,) if isinstance(shape, int) else shape)
    first, again, other = (riesz.to_numpy(random.normal((4, 5), s, dtype)) for s in (3, 3, 4))
    np.testing.assert_array_equal(first, again)
    assert not np.any(first == other)


def test_complex_numbers_have_two_parts(random):
    z = riesz.to_numpy(random.normal(10, 3, "complex64"))
    np.testing.assert_array_equal(z.view("f4"), riesz.to_numpy(random.normal(20, 3, "float32")))


def test_what_is_refused(random):
    with pytest.raises(InvalidValue, match="seed=-1"):
        random.bits(4, -1)
    with pytest.raises(InvalidValue, match="128"):
        random.uniform(4, 0, start=2**128)
    with pytest.raises(InvalidType, match="int32"):
        random.uniform(4, 0, "int32")
