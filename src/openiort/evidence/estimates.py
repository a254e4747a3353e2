"""Estimates that reports print, by name, each rebuilt from an outcome's counts, rates and limits.

The z and p of a difference that was printed with its 90 % limits come from these limits alone.
"""

from __future__ import annotations

from collections.abc import Callable

from scipy.special import ndtr, ndtri

from openiort.evidence import clopper_pearson, log_log_limits, pearson_chi_square, wald
from openiort.evidence.trial import Outcome
from openiort.evidence.two_arms import TwoArms

PRINTED_LEVEL = 0.95
TEST_LEVEL = 0.90


def is_fraction(estimate: str) -> bool:
    """Whether an estimate is a proportion or a difference of two, which people read in per cent; else a p or z."""
    return not estimate.startswith(("p of", "z of"))


class CannotRebuildError(Exception):
    """An estimate cannot be made of an outcome; the message says why."""


class NotPublicError(CannotRebuildError):
    """What an estimate needs is not public."""

    def __init__(self, what: str) -> None:
        super().__init__(f"not public: {what}")


def _counts(outcome: Outcome) -> TwoArms:
    if outcome.counts is None:
        raise NotPublicError("counts of both arms")
    return outcome.counts


def _curve(outcome: Outcome, arm: int) -> tuple[float, float, float]:
    """Rate, lower and upper limit of an arm."""
    if outcome.is_reread:
        raise NotPublicError("printed limits: these were re-read from curves")
    columns = (outcome.rates, outcome.lowers, outcome.uppers)
    rate, lower, upper = (None if column is None else column[arm] for column in columns)
    if rate is None or lower is None or upper is None:
        raise NotPublicError("the rate with its limits")
    if not 0 < lower < rate < upper < 1:
        raise CannotRebuildError("limits that reach 0 or the rate make no standard error")
    return rate, lower, upper


def _printed_difference(outcome: Outcome) -> tuple[float, float]:
    """A printed difference and the standard error of its 90 % limits."""
    if outcome.difference is None:
        raise NotPublicError("the difference with its limits")
    middle, lower, upper = outcome.difference
    return middle, (upper - lower) / (2 * float(ndtri((1 + TEST_LEVEL) / 2)))


def km_difference(outcome: Outcome) -> tuple[float, float]:
    """Difference of two Kaplan-Meier rates, new minus control, and its standard error from their limits.

    Raises:
        CannotRebuildError: a rate or a limit is not public, or a limit reaches 0.
    """
    new, control = _curve(outcome, 0), _curve(outcome, 1)
    errors = [log_log_limits.standard_error(*curve, PRINTED_LEVEL) for curve in (new, control)]
    return new[0] - control[0], log_log_limits.difference_error(*errors)


def _km_limit(outcome: Outcome, side: int) -> float:
    return wald.around(*km_difference(outcome), PRINTED_LEVEL)[side]


def _two_sided(estimate: float, error: float) -> float:
    return 2 * float(ndtr(-abs(estimate / error)))


def _wald_z(outcome: Outcome, margin: float) -> float:
    counts = _counts(outcome)
    error = wald.standard_error(counts)
    if error == 0:
        raise CannotRebuildError("no woman of an arm, or every one, had the event: no standard error")
    return (counts.difference - margin) / error


def _limits_z(outcome: Outcome, margin: float) -> float:
    difference, error = _printed_difference(outcome)
    return (difference - margin) / error


def _exact(outcome: Outcome, level: float) -> float:
    if outcome.events is None or outcome.totals is None:
        raise NotPublicError("counts")
    return clopper_pearson.upper_limit(outcome.events[0], outcome.totals[0], level)


def _no_way(outcome: Outcome, margin: float) -> float:
    raise NotPublicError("times of every woman")


ESTIMATES: dict[str, Callable[[Outcome, float], float]] = {
    "proportion of the new arm": lambda o, m: _counts(o).rates[0],
    "proportion of the control": lambda o, m: _counts(o).rates[1],
    "difference of proportions": lambda o, m: _counts(o).difference,
    "lower 90 % limit, Wald": lambda o, m: wald.limits(_counts(o), TEST_LEVEL)[0],
    "upper 90 % limit, Wald": lambda o, m: wald.limits(_counts(o), TEST_LEVEL)[1],
    "z of non-inferiority, Wald": _wald_z,
    "p of non-inferiority, Wald": lambda o, m: wald.p_non_inferior(_counts(o), m),
    "z of non-inferiority, from printed limits": _limits_z,
    "p of non-inferiority, from printed limits": lambda o, m: float(ndtr(_limits_z(o, m))),
    "difference of Kaplan-Meier rates": lambda o, m: km_difference(o)[0],
    "lower 95 % limit, Kaplan-Meier": lambda o, m: _km_limit(o, 0),
    "upper 95 % limit, Kaplan-Meier": lambda o, m: _km_limit(o, 1),
    "p of no difference, Kaplan-Meier": lambda o, m: _two_sided(*km_difference(o)),
    "Kaplan-Meier rate of the new arm, from its limits": lambda o, m: log_log_limits.rate_of_limits(*_curve(o, 0)[1:]),
    "Kaplan-Meier rate of the control, from its limits": lambda o, m: log_log_limits.rate_of_limits(*_curve(o, 1)[1:]),
    "p of equal proportions, Pearson": lambda o, m: pearson_chi_square.p_two_sided(_counts(o)),
    "exact upper limit, one-sided 95 %": lambda o, m: _exact(o, PRINTED_LEVEL),
    "exact upper limit, two-sided 95 %": lambda o, m: _exact(o, (1 + PRINTED_LEVEL) / 2),
    "p of the log-rank test": _no_way,
}
