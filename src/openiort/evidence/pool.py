"""Studies pooled: one common effect by Mantel-Haenszel, and random effects by DerSimonian-Laird and Hartung-Knapp."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp

from scipy.special import ndtr, ndtri, stdtr, stdtrit

from openiort.evidence.effect_sizes import DIFFERENCE, effect_sizes
from openiort.evidence.mantel_haenszel import mantel_haenszel
from openiort.evidence.random_effects import prediction_limits, random_effects
from openiort.evidence.study import Study
from openiort.evidence.two_arms import check_level

FEW_STUDIES = 5  # below, Hartung-Knapp's limits are so wide, or by chance so narrow, that they need a warning


@dataclass(frozen=True, slots=True)
class Estimate:
    """An effect; ratios as ratios, not logarithms.

    Attributes:
        estimate, lower, upper: with two-sided limits.
        p: two-sided, of no effect; None for a single study.
    """

    estimate: float
    lower: float
    upper: float
    p: float | None


@dataclass(frozen=True, slots=True)
class Pooled:
    """One measure pooled.

    Attributes:
        measure: risk difference, risk ratio or odds ratio.
        level: of all limits.
        studies: each study's own effect.
        fixed_weights, random_weights: of each study, each summing to 1; fixed ones None where that does not exist.
        mantel_haenszel: None where one arm has no event in any study and the measure is a ratio.
        dersimonian_laird, hartung_knapp: means of the random effects.
        prediction: limits for another study's true effect; None below three studies.
        q, q_p, i2, tau2: heterogeneity; tau2 of ratios is that of their logarithms.
        few_studies: whether Hartung-Knapp needs its warning.
    """

    measure: str
    level: float
    studies: tuple[Estimate, ...]
    fixed_weights: tuple[float, ...] | None
    random_weights: tuple[float, ...]
    mantel_haenszel: Estimate | None
    dersimonian_laird: Estimate
    hartung_knapp: Estimate
    prediction: tuple[float, float] | None
    q: float
    q_p: float
    i2: float
    tau2: float
    few_studies: bool


def pool(studies: Sequence[Study], measure: str, level: float = 0.95) -> Pooled:
    """Pool studies that `check_together` has let pass.

    Raises:
        InputError: a level that is none.
    """
    check_level(level)
    counts = [study.counts for study in studies]
    effects, variances = effect_sizes(counts, measure)
    fixed, random = mantel_haenszel(counts, measure), random_effects(effects, variances)
    predicted = prediction_limits(random, len(counts), level)
    return Pooled(
        measure, level,
        tuple(_estimate(measure, float(y), float(v) ** 0.5, level, tested=False)
              for y, v in zip(effects, variances, strict=True)),
        None if fixed is None else tuple(map(float, fixed[2])), tuple(map(float, random.weights)),
        None if fixed is None else _estimate(measure, fixed[0], fixed[1], level),
        _estimate(measure, random.mean, random.normal_error, level),
        _estimate(measure, random.mean, random.hartung_knapp_error, level, freedom=len(counts) - 1),
        None if predicted is None else (_back(measure, predicted[0]), _back(measure, predicted[1])),
        random.q, random.q_p, random.i2, random.tau2, len(counts) < FEW_STUDIES)


def _back(measure: str, value: float) -> float:
    return value if measure == DIFFERENCE else exp(value)


def _estimate(measure: str, middle: float, error: float, level: float, freedom: int | None = None, *,
              tested: bool = True) -> Estimate:
    """With normal limits, or those of t."""
    tail = (1 + level) / 2
    half = error * float(ndtri(tail) if freedom is None else stdtrit(freedom, tail))
    z = -abs(middle) / error if error else (float("-inf") if middle else 0.0)
    p = 2 * float(ndtr(z) if freedom is None else stdtr(freedom, z)) if tested else None
    return Estimate(_back(measure, middle), _back(measure, middle - half), _back(measure, middle + half), p)
