"""Commissioning: the model's depth doses against a site's, and the two effective filters that bring them together.

A pure function of measured depth doses and of a depth-dose function that it is handed. Only the shapes count in the
fit: each sphere's level (its mean ratio in logarithms) is free, so a wrong transfer coefficient moves no filter but
stands out as a level.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import least_squares

from openiort.core.errors import InputError
from openiort.device.site_tables import Filters, FilterUncertainty

FloatArray = NDArray[np.float64]
DepthDose = Callable[[Filters, float, FloatArray], FloatArray]
LARGEST_mm_Al = 5.0
LEAST_DEPTHS = 3
STANDS_OUT_percent = 5.0
# the course of dose with depth on these scales is the physical one, which a spectrum can be fitted to
FITTED_SCALES = ("V4.0", "Monte Carlo")
# a fit that leaves more than this has not found the site's spectrum
LARGEST_LEFT_percent = 5.0
# a parameter that changes no shape by this much per mm of aluminium is not in these data
LEAST_EFFECT_per_mm = 1e-4
# two filters whose effects have this cosine cannot be told apart
SAME_EFFECT = 0.99999
STEP_mm_Al = 0.01
NAMES = ("source_mm_Al", "hardening_mm_Al")


@dataclass(frozen=True, slots=True)
class Measured:
    """A depth dose of the site.

    Attributes:
        diameter_mm: of the sphere.
        depths_mm: (n,) from its surface.
        rates_Gy_per_min: (n,) there.
    """

    diameter_mm: float
    depths_mm: FloatArray
    rates_Gy_per_min: FloatArray


@dataclass(frozen=True, slots=True)
class SphereFit:
    """One sphere before and after the fit.

    Attributes:
        measured: by the site.
        before_percent: (n,) site against model with its own filters, levels matched.
        after_percent: (n,) the same with the fitted filters.
        level_before: mean ratio of site to model with its own filters.
        level_after: the same with the fitted filters.
        stands_out_percent: level after the fit against the median of all spheres.
    """

    measured: Measured
    before_percent: FloatArray
    after_percent: FloatArray
    level_before: float
    level_after: float
    stands_out_percent: float

    @property
    def worst_before_percent(self) -> float:
        """Largest difference before the fit, with its sign."""
        return float(self.before_percent[np.argmax(np.abs(self.before_percent))])

    @property
    def worst_after_percent(self) -> float:
        """Largest difference after the fit, with its sign."""
        return float(self.after_percent[np.argmax(np.abs(self.after_percent))])

    @property
    def stands_out(self) -> bool:
        """Whether its level cannot be that of the other spheres."""
        return abs(self.stands_out_percent) > STANDS_OUT_percent


@dataclass(frozen=True, slots=True)
class FilterFit:
    """The result of commissioning.

    Attributes:
        before: filters of the model.
        after: fitted ones.
        uncertainty: of these.
        at_limit: fields of `Filters` that ended on a limit of the fit, where no symmetric uncertainty holds.
        spheres: by rising diameter.
        dose_scale: of the depth doses.
    """

    before: Filters
    after: Filters
    uncertainty: FilterUncertainty
    at_limit: tuple[str, ...]
    spheres: tuple[SphereFit, ...]
    dose_scale: str

    @property
    def is_fitted(self) -> bool:
        """Whether the scale allows a fit; without one the filters stay as they were."""
        return self.dose_scale in FITTED_SCALES


def check_scale(dose_scale: str) -> None:
    """Refuse to keep filters fitted on a scale that has none.

    Raises:
        InputError: such a scale.
    """
    if dose_scale not in FITTED_SCALES:
        raise InputError(f"no filters are fitted on the scale {dose_scale}, whose course with depth is not that of the "
                         "dose in water: they would give a spectrum that no source has", where="--save",
                         allowed=f"tables on a scale of {' or '.join(FITTED_SCALES)}",
                         fix="compare without --save, or import tables on such a scale too")


def check_fit(fit: FilterFit) -> None:
    """Refuse to keep what is no description of the site's beam.

    Raises:
        InputError: a scale without a fit; depth doses that the fitted filters do not describe.
    """
    check_scale(fit.dose_scale)
    worst = max(fit.spheres, key=lambda one: abs(one.worst_after_percent))
    if abs(worst.worst_after_percent) > LARGEST_LEFT_percent:
        raise InputError(f"the fitted filters leave {worst.worst_after_percent:+.1f} % in the depth dose of the "
                         f"{worst.measured.diameter_mm:g} mm sphere: they do not describe this beam", where="--save",
                         allowed=f"differences up to {LARGEST_LEFT_percent:g} % after the fit",
                         fix="look at that sphere's transfer coefficients, the bare rate and the distances")


def fit_filters(measured: tuple[Measured, ...], depth_dose: DepthDose, before: Filters, *,
                dose_scale: str = "Monte Carlo") -> FilterFit:
    """Fit both filters by least squares of ln(site / model), each sphere's mean taken out.

    Args:
        measured: depth doses of the site, one a sphere.
        depth_dose: (filters, diameter in mm, depths in mm) -> model dose rate there, in any one unit.
        before: filters that the model has.
        dose_scale: of the measured depth doses; on TARGIT they are compared and nothing is fitted.

    Raises:
        InputError: a sphere with fewer than three depths.
    """
    ordered = tuple(sorted(measured, key=lambda m: m.diameter_mm))
    for one in ordered:
        if len(one.depths_mm) < LEAST_DEPTHS:
            raise InputError(f"only {len(one.depths_mm)} depths for the {one.diameter_mm:g} mm sphere",
                             where="commissioning", allowed=f"at least {LEAST_DEPTHS} within the compared depths",
                             fix="measure more depths, or leave that sphere out")
    start = np.array([before.source_mm_Al, before.hardening_mm_Al])

    def residuals(values: FloatArray) -> FloatArray:
        filters = Filters(float(values[0]), float(values[1]))
        return np.concatenate([_shape(_log_ratio(one, depth_dose, filters)) for one in ordered])

    free = _told_by(residuals, start) if dose_scale in FITTED_SCALES else np.zeros(2, bool)
    values, jacobian, at_limit = _least_squares(residuals, start, free)
    after = Filters(float(values[0]), float(values[1]))
    inside = free & ~at_limit
    covariance = np.zeros((2, 2))
    if inside.any():
        counts = [len(one.depths_mm) for one in ordered]
        covariance[np.ix_(inside, inside)] = _covariance(jacobian[:, inside[free]], residuals(values), counts)
    return FilterFit(before, after, _uncertainty(covariance, inside), tuple(np.array(NAMES)[at_limit].tolist()),
                     _spheres(ordered, depth_dose, before, after), dose_scale)


def _uncertainty(covariance: FloatArray, inside: NDArray[np.bool_]) -> FilterUncertainty:
    sigma = np.sqrt(np.diag(covariance))
    source, hardening = (float(one) if known else None for one, known in zip(sigma, inside, strict=True))
    return FilterUncertainty(source, hardening, float(covariance[0, 1] / sigma.prod()) if sigma.all() else None)


def _told_by(residuals: Callable[[FloatArray], FloatArray], start: FloatArray) -> NDArray[np.bool_]:
    """(2,) which filters these spheres tell: none that changes no shape; of two that do the same, the second."""
    moved = np.stack([residuals(start + step) - residuals(start) for step in np.diag([STEP_mm_Al] * 2)]) / STEP_mm_Al
    effect = np.linalg.norm(moved, axis=1)
    told = effect > LEAST_EFFECT_per_mm
    if told.all() and abs(moved[0] @ moved[1]) > SAME_EFFECT * effect.prod():
        told[0] = False
    return np.asarray(told)


def _least_squares(residuals: Callable[[FloatArray], FloatArray], start: FloatArray,
                   free: NDArray[np.bool_]) -> tuple[FloatArray, FloatArray, NDArray[np.bool_]]:
    """Both values, the free ones fitted within 0-5 mm; the Jacobian of the free ones; which ended on a limit."""
    at_limit = np.zeros(2, bool)
    if not free.any():
        return start, np.empty((0, 0)), at_limit

    def whole(part: FloatArray) -> FloatArray:
        values = start.copy()
        values[free] = part
        return values

    # a start on the bound would stop the solver there
    inside = np.clip(start[free], 1e-3, LARGEST_mm_Al - 1e-3)
    # dogbox ends exactly on a limit and says so, the default close to it
    found = least_squares(lambda part: residuals(whole(part)), inside, bounds=(0.0, LARGEST_mm_Al),
                          x_scale=np.array([0.1, 0.5])[free], method="dogbox")
    at_limit[free] = found.active_mask != 0
    return whole(found.x), np.asarray(found.jac), at_limit


def _log_ratio(one: Measured, depth_dose: DepthDose, filters: Filters) -> FloatArray:
    return np.asarray(np.log(one.rates_Gy_per_min / depth_dose(filters, one.diameter_mm, one.depths_mm)))


def _shape(log_ratio: FloatArray) -> FloatArray:
    return np.asarray(log_ratio - log_ratio.mean())


def _covariance(jacobian: FloatArray, residual: FloatArray, counts: list[int]) -> FloatArray:
    """Of least squares, or, if that is larger, robust against whole spheres being off.

    Errors along one depth dose belong together (a chamber misplaced, a model that is off): the second form sums the
    scores of each sphere before it squares them. K.-Y. Liang, S. L. Zeger, Biometrika 73, 13 (1986),
    doi:10.1093/biomet/73.1.13, with the usual factor n / (n - 1) for n spheres.
    """
    bread = np.linalg.inv(jacobian.T @ jacobian)
    freedom = max(1, len(residual) - len(counts) - jacobian.shape[1])
    plain = bread * float(residual @ residual) / freedom
    ends = np.cumsum(counts)[:-1]
    scores = [one.T @ off for one, off in zip(np.split(jacobian, ends), np.split(residual, ends), strict=True)]
    meat = np.sum([np.outer(score, score) for score in scores], axis=0)
    robust = bread @ meat @ bread * (len(counts) / max(1, len(counts) - 1))
    return np.asarray(plain if np.trace(plain) > np.trace(robust) else robust)


def _spheres(measured: tuple[Measured, ...], depth_dose: DepthDose, before: Filters,
             after: Filters) -> tuple[SphereFit, ...]:
    ratios = [(_log_ratio(one, depth_dose, before), _log_ratio(one, depth_dose, after)) for one in measured]
    middle = float(np.median([late.mean() for _, late in ratios]))
    return tuple(
        SphereFit(one, 100.0 * np.expm1(_shape(early)), 100.0 * np.expm1(_shape(late)), float(np.exp(early.mean())),
                  float(np.exp(late.mean())), 100.0 * float(np.expm1(late.mean() - middle)))
        for one, (early, late) in zip(measured, ratios, strict=True)
    )  # fmt: skip
