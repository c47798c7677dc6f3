"""Spaces, their points and their covectors: what may meet and what may not."""

import copy
import pickle

import numpy as np
import pytest

from riesz.errors import InvalidType, InvalidValue, RieszError, SpaceMismatch
from riesz.metrics import Euclidean, Sobolev, Weighted
from riesz.space import Dual, Space

X = Space(3, metric=Weighted([1.0, 2.0, 4.0]))
Y = Space(3)
u = np.array([1.0, 2.0, 3.0])


class TestDeclaration:
    def test_the_three_parts(self):
        assert (X.shape, X.dtype, X.metric) == ((3,), np.float64, Weighted([1, 2, 4]))
        assert Space((2, 3), "complex64").dtype == np.complex64
        assert Space([2, np.int64(3)]).shape == (2, 3)
        assert (Space((2, 3)).ndim, Space((2, 3)).size) == (2, 6)
        assert Space(()).zeros() == 0

    @pytest.mark.parametrize("dtype", [int, bool, np.uint8, "datetime64[s]", object, str])
    def test_dtypes_without_small_steps_are_refused(self, dtype):
        with pytest.raises(InvalidType, match=r"floating dtype.*Use float64"):
            Space(3, dtype)

    def test_what_is_no_dtype_is_refused(self):
        with pytest.raises(InvalidType, match="was given 'flaot'"):
            Space(3, "flaot")

    def test_negative_lengths_are_refused(self):
        with pytest.raises(InvalidValue, match="negative"):
            Space((2, -1))

    @pytest.mark.parametrize("shape", [2.5, "3", None, (1.0, 2)])
    def test_what_is_no_shape_is_refused(self, shape):
        with pytest.raises(InvalidType, match="int or a tuple of ints"):
            Space(shape)

    @pytest.mark.parametrize("metric", [Weighted, np.ones(3), None, "Sobolev"])
    def test_what_is_no_metric_is_refused(self, metric):
        with pytest.raises(InvalidType, match="expected a metric"):
            Space(3, metric=metric)
        if metric is Weighted:
            with pytest.raises(InvalidType, match=r"Weighted\(\.\.\.\)"):
                Space(3, metric=metric)

    def test_a_metric_for_another_shape_is_refused(self):
        with pytest.raises(InvalidValue, match=r"weights of shape \(3,\) .* shape \(4,\)"):
            Space(4, metric=X.metric)


class TestValue:
    def test_equal_by_shape_dtype_and_metric(self):
        assert Space(3) == Space((3,), float, Euclidean()) == Space.of(u)
        assert hash(Space(3)) == hash(Space.of(u))
        different = [Space(4), Space((3, 1)), Space(3, np.float32), X, Space(3, metric=Sobolev(1))]
        assert len({Space(3), *different}) == 6
        assert Space(3) != (3,)

    def test_immutable(self):
        for name in ("shape", "dtype", "metric", "other"):
            with pytest.raises(AttributeError, match="immutable"):
                setattr(X, name, (4,))
        with pytest.raises(AttributeError, match="immutable"):
            del X.shape

    @pytest.mark.parametrize("space", [X, Y, Space.of(u), Space((2, 0), complex, Sobolev(2))])
    def test_copies_are_equal_and_behave_alike(self, space):
        for again in (copy.copy(space), copy.deepcopy(space), pickle.loads(pickle.dumps(space))):
            assert again == space
            assert (again.metric is space.metric) or type(again.metric) is type(space.metric)
        bare = pickle.loads(pickle.dumps(Dual(Space.of(u), u)))
        assert X.sharp(bare).tolist() == [1, 1, 0.75]

    def test_repr_says_what_matters(self):
        assert repr(Y) == "Space((3,), float64)"
        assert repr(Space((2, 3), np.complex64, Weighted(2))) == (
            "Space((2, 3), complex64, Weighted(2))"
        )
        assert repr(Dual(Y, u)) == "Dual(Space((3,), float64), array([1., 2., 3.]))"


class TestOf:
    @pytest.mark.parametrize("x", [u, np.float32(2), np.ones((2, 0), complex), np.arange(3)])
    def test_shape_and_dtype_of_an_array(self, x):
        space = Space.of(x)
        assert (space.shape, space.dtype) == (x.shape, x.dtype)
        assert isinstance(space.metric, Euclidean)
        assert Space.bare(x.shape, x.dtype) == space

    def test_of_python_numbers_and_lists(self):
        assert Space.of(2.0) == Space(())
        assert Space.of([1.0, 2.0]) == Space(2)
        assert Space.of(True).dtype == np.bool_


class TestPoints:
    def test_inner_and_norm(self):
        assert X.inner(u, [1, 1, 1]) == 17
        assert X.norm([1, 2, 2]) == 5
        assert Space(2, complex).inner([1j, 1], [1, 1j]) == 0
        assert Space(2, complex).inner([1j, 2], [1j, 2]) == 5

    def test_integers_and_lists_are_promoted(self):
        single = Space(3, np.float32)
        for given in ([1, 2, 3], [1.0, 2.0, 3.0], np.arange(1, 4), np.float16([1, 2, 3])):
            assert single.check(given).dtype == np.float32
            assert single.check(given).tolist() == [1, 2, 3]
        assert Space(3, complex).check(u).dtype == np.complex128
        assert Space(2).check([True, False]).tolist() == [1, 0]

    def test_a_point_of_the_space_is_not_copied(self):
        assert X.check(u) is u

    @pytest.mark.parametrize(
        ("space", "point"),
        [
            (Y, u.astype(complex)),
            (Space(3, np.float32), u),
            (Space(3, np.complex64), u),
            (Y, np.array(["a", "b", "c"])),
            (Y, [1j, 0, 0]),
            (Y, [None, 1, 2]),
        ],
    )
    def test_wider_dtypes_are_refused(self, space, point):
        for use in (space.norm, space.flat, space.check, lambda p: space.inner(p, space.zeros())):
            with pytest.raises(InvalidType, match=r"expected a point of .* does not fit into"):
                use(point)

    def test_other_shapes_are_refused(self):
        for point in (u[:2], u[:, None], 1.0, np.ones((1, 3))):
            with pytest.raises(
                InvalidValue, match=r"expected a point of Space\(\(3,\).*given shape"
            ):
                X.inner(u, point)

    def test_ragged_lists_are_refused(self):
        with pytest.raises(InvalidValue, match="expected an array"):
            X.norm([[1, 2], [3]])


class TestFlatAndSharp:
    def test_the_riesz_map(self):
        a = X.flat(u)
        assert isinstance(a, Dual)
        assert a.space is X
        assert a.value.tolist() == [1, 4, 12]
        assert X.sharp(a).tolist() == u.tolist()
        assert a(u) == X.inner(u, u)

    def test_a_derivative_without_metric_has_a_representative_in_every_metric(self):
        derivative = Dual(Space.of(u), u)
        assert X.sharp(derivative).tolist() == [1, 1, 0.75]
        assert Y.sharp(derivative).tolist() == [1, 2, 3]
        assert (derivative + X.flat(u)).space is X
        assert (X.flat(u) - derivative).space is X
        assert X.sharp(derivative + derivative).tolist() == [2, 2, 1.5]

    def test_a_covector_of_another_space_is_refused(self):
        others = [Space(3), Space(4), Space(3, np.float32), Space(3, metric=Weighted(2.0))]
        for other in others:
            with pytest.raises(SpaceMismatch, match=r"two spaces.*other\.flat\(space\.sharp"):
                X.sharp(other.flat(other.zeros()))

    def test_a_derivative_at_another_shape_or_dtype_is_refused(self):
        for x in (np.ones(4), np.ones(3, complex)):
            with pytest.raises(SpaceMismatch, match="two spaces"):
                X.sharp(Dual(Space.of(x), x))

    def test_a_point_is_not_a_covector(self):
        for point in (u, [1.0, 2.0, 3.0], 1.0):
            with pytest.raises(
                SpaceMismatch, match=r"takes a covector.*riesz\.Dual\(space, array\)"
            ):
                X.sharp(point)

    def test_a_covector_is_not_a_point(self):
        a = X.flat(u)
        for use in (X.norm, X.flat, X.check, a, lambda b: X.inner(u, b), lambda b: Dual(X, b)):
            with pytest.raises(SpaceMismatch, match=r"expected a point.*space\.sharp"):
                use(a)


class TestCovectors:
    a = Dual(X, [1, 2, 3])
    b = Dual(X, [0.5, 0, -1])

    def test_pair_with_points(self):
        assert self.a([1, 0, 2]) == 7
        z = Dual(Space(1, complex), [1j])
        assert z([1j]) == 1
        assert z([1.0]) == 0

    def test_form_a_vector_space(self):
        a, b = self.a, self.b
        for combined, expected in [
            (a + b, [1.5, 2, 2]),
            (a - b, [0.5, 2, 4]),
            (2 * a, [2, 4, 6]),
            (a * 2.5, [2.5, 5, 7.5]),
            (a / 2, [0.5, 1, 1.5]),
            (-a, [-1, -2, -3]),
            (+a, [1, 2, 3]),
            (np.float64(3) * a, [3, 6, 9]),
            (a * np.array(2), [2, 4, 6]),
            (a / np.float32(2), [0.5, 1, 1.5]),
            (np.int64(2) * a, [2, 4, 6]),
            (sum([a, b, a]), [2.5, 4, 5]),
        ]:
            assert isinstance(combined, Dual)
            assert combined.space is X
            assert combined.value.tolist() == expected
        assert a.value.tolist() == [1, 2, 3]

    def test_in_place_arithmetic_makes_a_new_covector(self):
        a = c = Dual(X, [1, 2, 3])
        c += self.b
        c *= 2
        assert a.value.tolist() == [1, 2, 3]
        assert c.value.tolist() == [3, 4, 4]

    def test_scalars_keep_the_precision(self):
        a = Dual(Space(2, np.float32), [1, 2])
        for scaled in (2.0 * a, np.float64(2) * a, a * np.array(2.0), a / np.float64(3)):
            assert scaled.value.dtype == np.float32

    def test_complex_scalars_need_a_complex_space(self):
        z = Dual(Space(1, np.complex64), [1])
        assert (1j * z).value == 1j
        assert (np.complex128(2j) * z).value.dtype == np.complex64
        for scalar in (1j, np.complex128(1j)):
            with pytest.raises(InvalidType, match="declare the space complex"):
                scalar * self.a

    @pytest.mark.parametrize("point", [u, u[:1], np.float64(1), 1.0, [1.0, 2.0, 3.0], None, "u"])
    def test_never_mix_with_points(self, point):
        combinations = [
            lambda a: a + point,
            lambda a: point + a,
            lambda a: a - point,
            lambda a: point - a,
        ]
        for combine in combinations:
            with pytest.raises(SpaceMismatch, match=r"a derivative is not a point.*space\.sharp"):
                combine(self.a)

    def test_never_step_a_point_in_place(self):
        x = u.copy()
        with pytest.raises(SpaceMismatch):
            x -= 0.1 * self.a
        assert x.tolist() == u.tolist()

    def test_never_mix_with_covectors_of_another_space(self):
        for other in (Y, Space(3, metric=Weighted(2)), Space(2)):
            with pytest.raises(SpaceMismatch, match="two spaces"):
                self.a + other.flat(other.zeros())
            with pytest.raises(SpaceMismatch, match="two spaces"):
                other.flat(other.zeros()) - self.a

    def test_are_not_multiplied_by_arrays_or_each_other(self):
        for multiply in (
            lambda a: a * u,
            lambda a: u * a,
            lambda a: a * a,
            lambda a: a / u,
            lambda a: a / a,
            lambda a: np.multiply(u, a),
        ):
            with pytest.raises(SpaceMismatch):
                multiply(self.a)
        for divide in (lambda a: 1 / a, lambda a: u / a):
            with pytest.raises(SpaceMismatch, match="cannot divide by"):
                divide(self.a)
        with pytest.raises(InvalidType, match="expected a number"):
            self.a * "two"

    @pytest.mark.parametrize(
        "function",
        [np.sin, np.sum, np.linalg.norm, np.asarray, np.add.reduce, lambda a: np.exp(a, out=u)],
    )
    def test_are_not_arrays(self, function):
        with pytest.raises(SpaceMismatch, match=r"not an array.*covector\.value"):
            function(self.a)

    def test_are_made_of_entries_that_fit(self):
        with pytest.raises(InvalidValue, match="shape"):
            Dual(X, [1, 2])
        with pytest.raises(InvalidType, match="dtype"):
            Dual(X, u + 1j)

    def test_errors_are_riesz_errors_and_built_in_ones(self):
        with pytest.raises(TypeError):
            self.a + u
        with pytest.raises(RieszError):
            self.a + u
        with pytest.raises(ValueError, match="shape"):
            X.norm([1])
