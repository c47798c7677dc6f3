"""The errors Riesz raises: each is a `RieszError` and also the built-in exception it resembles.

Every message says what was given, what was expected and what to do.
"""


class RieszError(Exception):
    """Base of every error raised on purpose by Riesz."""


class InvalidValue(RieszError, ValueError):
    """An argument of the right type has a value that cannot be used (shape, sign, range)."""


class InvalidType(RieszError, TypeError):
    """An argument has a type or dtype that cannot be used."""


class UnsupportedOperator(RieszError, TypeError):
    """A function has no operator, or an operator has no kernel on the backend in use.

    `operator`: the name of the one that a backend lacks something for, if that is the reason.
    """

    def __init__(self, *args: object, operator: str = "") -> None:
        """Keep the operator's name beside the message."""
        super().__init__(*args)
        self.operator = operator


class SpaceMismatch(RieszError, TypeError):
    """Points and covectors, or elements of two different spaces, were mixed."""


class MixedBackends(RieszError, TypeError):
    """Arrays of two backends met in one operation."""


class BackendUnavailable(RieszError, LookupError):
    """A backend is unknown, or cannot run on this machine."""


class PluginError(RieszError, ImportError, LookupError):
    """A plugin that was asked for is broken, blocked, or needs another version of the API."""


class MissingExtra(RieszError, ImportError):
    """An optional package is needed; the message names the extra that installs it."""

    def __init__(self, feature: str, package: str, extra: str) -> None:
        """Say that `feature` needs `package`, which `pip install 'riesz[extra]'` brings."""
        super().__init__(
            f"{feature} needs {package}, which is not installed. "
            f"Install it with: pip install 'riesz[{extra}]'"
        )
        self.missing = feature, package, extra

    def __reduce__(self) -> tuple[object, ...]:
        """By what it was made of: worker processes send their errors."""
        return type(self), self.missing


class NotConverged(RieszError, ArithmeticError):
    """An iterative solver stopped before it reached its tolerance: there is no result."""


class ClosedTape(RieszError, RuntimeError):
    """A traced value was used after, or outside the thread of, the derivative it belongs to."""


class GradientMismatch(RieszError, AssertionError):
    """A derivative disagrees with its numerical reference."""
