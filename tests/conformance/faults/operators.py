"""Operators with one mistake each; `sound` ones beside them have none and must pass everything."""

import numpy as np

import riesz
from riesz.conformance import sample, samples
from riesz.space import Space


def half(X):
    """The codomain of a difference: one entry less."""
    return Space.bare((X.shape[0] - 1,), X.dtype)


@riesz.operator
class sound_square:
    def forward(xp, x):
        return x * x

    def adjoint(xp, a, Y, x):
        return 2 * a * xp.conj(x)

    def tangent(xp, u, Y, x):
        return 2 * u[0] * x

    def metric(X):
        return X


@riesz.linear
class sound_difference:
    """y_i = x_{i+1} - x_i."""

    def forward(xp, x):
        return x[1:] - x[:-1]

    def adjoint(xp, a, X):
        return xp.concatenate((-a[:1], a[:-1] - a[1:], a[-1:]))

    def metric(X):
        return half(X)


@riesz.operator
class sign_in_adjoint:
    forward, metric, tangent = sound_square.forward, sound_square.metric, sound_square.tangent

    def adjoint(xp, a, Y, x):
        return -2 * a * xp.conj(x)


@riesz.operator
class forgotten_conjugate:
    forward, metric, tangent = sound_square.forward, sound_square.metric, sound_square.tangent

    def adjoint(xp, a, Y, x):
        return 2 * a * x


@riesz.linear
class halved_adjoint:
    forward, metric = sound_difference.forward, sound_difference.metric

    def adjoint(xp, a, X):
        return 0.5 * xp.concatenate((-a[:1], a[:-1] - a[1:], a[-1:]))


@riesz.linear
class transposed_twice:
    """A cyclic shift, whose transpose is the shift back."""

    def forward(xp, x):
        return xp.roll(x, 1)

    def adjoint(xp, a, X):
        return xp.roll(a, 1)

    def metric(X):
        return X


@riesz.linear
class axis_ignored:
    def forward(xp, x, *, axis):
        return xp.roll(x, 1, axis=axis)

    def adjoint(xp, a, X, *, axis):
        return xp.roll(a, -1, axis=0)

    def metric(X, *, axis):
        return X


@riesz.linear
class wrong_boundary_term:
    forward, metric = sound_difference.forward, sound_difference.metric

    def adjoint(xp, a, X):
        return xp.concatenate((-a[:1], a[:-1] - a[1:], 0 * a[-1:]))


@riesz.operator
class wrong_tangent:
    forward, metric, adjoint = sound_square.forward, sound_square.metric, sound_square.adjoint

    def tangent(xp, u, Y, x):
        return u[0] * x


@riesz.operator
class wrong_derivative:
    """Without a tangent of its own: it is made of the adjoint, and as wrong."""

    forward, metric = sound_square.forward, sound_square.metric

    def adjoint(xp, a, Y, x):
        return a * xp.conj(x)


@riesz.operator
class saved_value_changed:
    """The adjoint works in the result that was saved for it."""

    def forward(xp, x):
        return xp.exp(x)

    def adjoint(xp, a, y, X):
        if isinstance(y, np.ndarray) and isinstance(a, np.ndarray):
            np.multiply(y, 2.0, out=y)
            return a * xp.conj(y) / 2.0
        return a * xp.conj(y)

    def tangent(xp, u, y, X):
        return u[0] * y

    def metric(X):
        return X


@riesz.operator
class argument_changed:
    """It works in the array it is given."""

    adjoint, metric, tangent = sound_square.adjoint, sound_square.metric, sound_square.tangent

    def forward(xp, x):
        x[...] = x * x
        return x.copy()


@riesz.linear
class precision_lost:
    """A constant in double precision, whatever x is."""

    def forward(xp, x):
        return x * np.float64(0.25)

    def adjoint(xp, a, X):
        return a * 0.25

    def metric(X):
        return Space.bare(X.shape, np.result_type(X.dtype, np.float64))


@riesz.linear
class wrong_shape_told:
    forward, adjoint = sound_difference.forward, sound_difference.adjoint

    def metric(X):
        return X


@riesz.linear
class wrong_dtype_told:
    forward, adjoint = sound_difference.forward, sound_difference.adjoint

    def metric(X):
        return Space.bare((X.shape[0] - 1,), np.result_type(X.dtype, np.complex64))


RNG = np.random.default_rng(0)


@riesz.linear
class random_result:
    """A noise far below what the other checks would notice."""

    def forward(xp, x):
        noise = 8 * np.finfo(x.dtype).eps * RNG.random(x.shape)
        return x * (1 + noise).astype(x.real.dtype)

    def adjoint(xp, a, X):
        return a

    def metric(X):
        return X


@riesz.linear
class mean_for_sum:
    """Broadcasting, whose transpose is a sum and not a mean."""

    def forward(xp, x, *, n):
        return xp.broadcast_to(x, (n, *x.shape))

    def adjoint(xp, a, X, *, n):
        return xp.mean(a, axis=0)

    def metric(X, *, n):
        return Space.bare((n, *X.shape), X.dtype)


@riesz.linear
class strides_ignored:
    """It reads memory from the lowest address on."""

    def forward(xp, x):
        return 2 * (x[::-1] if x.strides[0] < 0 else x)

    def adjoint(xp, a, X):
        return 2 * a

    def metric(X):
        return X


@riesz.operator
class declared_constant:
    """Its author left the derivative out."""

    forward, metric = sound_square.forward, sound_square.metric
    adjoint = None


@riesz.linear
class nan_masked:
    """What is NaN is taken for missing."""

    adjoint, metric = strides_ignored.adjoint, strides_ignored.metric

    def forward(xp, x):
        return xp.where(xp.isnan(x), 0, 2 * x)


@riesz.linear
class nan_masked_in_adjoint:
    metric = strides_ignored.metric

    def forward(xp, x):
        return 2 * x

    def adjoint(xp, a, X):
        return xp.where(xp.isnan(a), 0, 2 * a)


@riesz.linear
class infinity_masked:
    """What is infinite is taken for an outlier."""

    adjoint, metric = strides_ignored.adjoint, strides_ignored.metric

    def forward(xp, x):
        return xp.where(xp.isinf(x), 0, 2 * x)


class Forgiving(type(sound_square)):
    """It takes what is no array for zeros."""

    def __call__(self, x):
        return super().__call__(x if hasattr(x, "dtype") else np.zeros(5))


class strangers_accepted:
    forward, metric = sound_square.forward, sound_square.metric
    adjoint, tangent = sound_square.adjoint, sound_square.tangent


strangers_accepted = Forgiving(strangers_accepted)


PLAIN = (
    "sound_square sound_difference sign_in_adjoint forgotten_conjugate halved_adjoint "
    "transposed_twice wrong_boundary_term wrong_tangent wrong_derivative saved_value_changed "
    "argument_changed precision_lost wrong_shape_told wrong_dtype_told random_result "
    "strides_ignored strangers_accepted declared_constant nan_masked nan_masked_in_adjoint "
    "infinity_masked"
).split()


@samples(*PLAIN)
def plain(draw):
    yield sample(draw(5))


@samples("axis_ignored")
def along_an_axis(draw):
    yield sample(draw(3, 4), axis=1)


@samples("mean_for_sum")
def repeated(draw):
    yield sample(draw(3), n=2)
