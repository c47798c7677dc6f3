"""Logistic and entropy functions, by their formulas."""

from declare import pointwise
from mpmath import mp, mpf

POSITIVE = [1e-6, 0.3, 1.0, 2.5, 30.0]
LINE = [-30.0, -2.5, -1e-5, 0.0, 0.75, 4.0]


def expit(x):
    return 1 / (1 + mp.exp(-x))


def xlogy(x, y):
    return x * mp.log(y) if x else mpf(0)


pointwise("expit", expit, LINE)
pointwise("expit", expit, [1.0, 20.0, 40.0], entrywise=False)  # y (1 - y) has fewer digits there
pointwise("logit", lambda x: mp.log(x / (1 - x)), [1e-6, 0.25, 0.625, 0.9990234375])
pointwise("log_expit", lambda x: mp.log(expit(x)), [*LINE, 30.0])
for name, shift in {"xlogy": 0, "xlog1py": 1}.items():
    f = lambda x, y, shift=shift: xlogy(x, y + shift)  # noqa: E731
    pointwise(name, f, [-2.0, 1e-3, 3.5], [*POSITIVE, 1e5])
    pointwise(name, f, [1 - 2j, 0.5j], [0.3 + 0.4j, -0.6 - 2j])
pointwise("xlog1py", lambda x, y: xlogy(x, 1 + y), [2.0], [-0.875, -1e-8])
pointwise("entr", lambda x: -x * mp.log(x), POSITIVE)
pointwise("rel_entr", lambda x, y: x * mp.log(x / y), POSITIVE, [0.25, 2.0])
pointwise(
    "kl_div", lambda x, y: x * mp.log(x / y) - x + y, POSITIVE, [0.5, 2.0],
    ulps=(32, 16), reason="SciPy's own accuracy",
)  # fmt: skip
