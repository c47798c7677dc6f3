"""Which checks must fail for each fault, in which dtypes; every other one must pass."""

from dataclasses import dataclass, field
from typing import Any

from . import backends, metrics, operators

REAL, COMPLEX = {"float32", "float64"}, {"complex64", "complex128"}
SINGLE, DOUBLE = {"float32", "complex64"}, {"float64", "complex128"}
ALL = REAL | COMPLEX


@dataclass(frozen=True)
class Fault:
    """`subject` is wrong; `fails` names the checks that say so, with the dtypes in which they do.

    `said`: what the report says of it, in the reason of a failure.
    """

    subject: Any
    fails: dict[str, set[str]] = field(default_factory=dict)
    said: str = ""
    operator: str = "arctan"  # of a backend, which is tried on this one
    fewest: int = 60  # results, in 4 dtypes


def checks(names: str, dtypes: set[str] = ALL) -> dict[str, set[str]]:
    return dict.fromkeys(names.split(), dtypes)


TRANSPOSE = checks("adjoint_identity double_transpose gradient_in_a_metric")
ONLY_DOUBLE = checks("compiled_second", {"float64"})  # second derivatives, compiled, of reals

OPERATORS = (
    Fault(operators.sound_square),
    Fault(operators.sound_difference),
    Fault(operators.sign_in_adjoint, TRANSPOSE, "scaled by -1"),
    Fault(operators.halved_adjoint, TRANSPOSE, "scaled by 0.5"),
    Fault(operators.mean_for_sum, TRANSPOSE, "scaled by 0.5"),
    Fault(
        operators.forgotten_conjugate,
        checks("adjoint_identity double_transpose gradient_in_a_metric", COMPLEX),
    ),
    Fault(operators.transposed_twice, TRANSPOSE),
    Fault(operators.axis_ignored, TRANSPOSE),
    Fault(operators.wrong_boundary_term, TRANSPOSE),
    Fault(
        operators.wrong_tangent, TRANSPOSE | checks("differential", DOUBLE), "scaled by 0.5"
    ),
    Fault(operators.wrong_derivative, checks("differential", DOUBLE), "scaled by 0.5"),
    Fault(operators.saved_value_changed, checks("pullback_again")),
    Fault(
        operators.argument_changed,
        TRANSPOSE
        | checks("differential second_differential", DOUBLE)
        | checks("second_identity purity compiled"),
        "read-only",
    ),
    Fault(operators.precision_lost, checks("precision_kept", SINGLE)),
    Fault(
        operators.wrong_shape_told,
        checks("metric compiled compiled_tangent compiled_covector") | ONLY_DOUBLE,
        "expected (((4,)",
    ),
    Fault(operators.wrong_dtype_told, checks("metric", REAL), "complex"),
    Fault(operators.random_result, checks("purity"), "same result twice"),
    Fault(operators.strides_ignored, checks("layout"), "negative strides"),
    Fault(operators.declared_constant, checks("constant", DOUBLE), "a small step away", fewest=20),
    Fault(operators.nan_masked, checks("nan_carried"), "nan in entry 0 of argument 0"),
    Fault(operators.nan_masked_in_adjoint, checks("nan_carried"), "on the way to covector 0"),
    Fault(operators.infinity_masked, checks("nan_carried"), "inf in entry 0"),
    Fault(operators.strangers_accepted, checks("refusals"), "an object that is no array"),
)  # fmt: skip

COMPILED = checks("compiled compiled_tangent compiled_covector")

BACKENDS = (
    Fault(backends.SoundHost),
    Fault(backends.SoundDevice),
    Fault(backends.OtherSigns, operator="eigh"),
    Fault(
        backends.WrongKernel,
        checks("reference_values special_values")
        | checks("differential", DOUBLE)
        | checks("precision_of_values", SINGLE),
    ),
    Fault(
        backends.WrongAdjointKernel,
        checks("reference_covectors adjoint_identity gradient_in_a_metric compiled_covector")
        | checks("second_differential", DOUBLE)
        | checks("precision_of_values", SINGLE),
    ),
    Fault(backends.Widening, checks("precision_kept", SINGLE)),
    Fault(
        backends.SwallowsNaN,
        checks("special_values", REAL) | checks("nan_carried"),
        "eager at special values",
    ),
    Fault(
        backends.CompiledDiffers,
        COMPILED | ONLY_DOUBLE | checks("special_values"),
        "compiled at special values",
    ),
    Fault(backends.ColumnsMistaken, checks("entrywise"), "(3, 1)"),
    Fault(
        backends.CompiledLosesNaN,
        checks("nan_carried"),
        "on the way to covector 0",
        operator="var",
    ),
    Fault(
        backends.KindKept,
        checks("spaces_kept double_transpose compiled_covector", COMPLEX),
        "float64",
        operator="real",
    ),
    Fault(
        backends.LeftOnHost,
        checks("backend_kept purity transfers host_copies", REAL),
        "types of results",
        operator="floor",
    ),
    Fault(backends.HiddenCopy, checks("transfers"), "to_numpy"),
    Fault(backends.ViewForCopy, checks("host_copies")),
)

GEOMETRY = checks("riesz_map gradient_in_a_metric")

METRICS = (
    Fault(metrics.SharpForgotten, GEOMETRY, "sharp(flat(u))"),
    Fault(metrics.NotSymmetric, checks("riesz_map"), "symmetry"),
    Fault(metrics.NotPositive, checks("riesz_map"), "<u, u> > 0"),
)
