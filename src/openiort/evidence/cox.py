"""Hazard ratios by Cox's regression, fitted by statsmodels.

Events of other kinds are censored: where deaths compete the ratios are of cause-specific hazards, not of risks.
Source: D. R. Cox, J. R. Stat. Soc. B 34, 187 (1972), doi:10.1111/j.2517-6161.1972.tb00899.x; ties: B. Efron, J. Am.
Stat. Assoc. 72, 557 (1977), doi:10.1080/01621459.1977.10480613, or N. Breslow, Biometrics 30, 89 (1974),
doi:10.2307/2529620.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.stats import chi2, norm

from openiort.core.errors import InputError
from openiort.evidence.cox_terms import CoxTerms, check_estimable
from openiort.evidence.survival_limits import normal_quantile
from openiort.evidence.survival_table import EVENT, SurvivalTable

FloatArray = NDArray[np.float64]
TIES = ("efron", "breslow")
LARGEST_ERROR = 20.0  # of a coefficient per standard deviation of its covariate: larger only where it has no estimate
LARGEST_SCORE = 1e-4  # in standard errors: how far from the maximum a fit may stop
FEW_EVENTS_PER_TERM = 10


@dataclass(frozen=True, slots=True)
class CoxTerm:
    """One hazard ratio.

    Attributes:
        name: of the term.
        hazard_ratio: per unit of a number, or of a category against its reference.
        lower: lower limit.
        upper: upper limit.
        coefficient: logarithm of the hazard ratio.
        standard_error: of the coefficient.
        p_value: two-sided, Wald's.
    """

    name: str
    hazard_ratio: float
    lower: float
    upper: float
    coefficient: float
    standard_error: float
    p_value: float


@dataclass(frozen=True, slots=True)
class CoxModel:
    """A regression; whether hazards are proportional is not checked.

    Attributes:
        terms: the hazard ratios.
        rows: patients in it.
        left_out: patients without some covariate.
        events: events in it.
        ties: how events at one time were taken: efron or breslow.
        level: two-sided confidence level, a fraction.
        log_likelihood: partial, at the estimate.
        chi_squared: likelihood ratio statistic against no effect of any term.
        degrees_of_freedom: number of terms.
        p_value: of that statistic.
    """

    terms: tuple[CoxTerm, ...]
    rows: int
    left_out: int
    events: int
    ties: str
    level: float
    log_likelihood: float
    chi_squared: float
    degrees_of_freedom: int
    p_value: float

    @property
    def has_few_events(self) -> bool:
        """Whether there are fewer than ten events a term, which makes estimates and limits unreliable."""
        return self.events < FEW_EVENTS_PER_TERM * len(self.terms)


def proportional_hazards_model() -> Any:
    """The class of statsmodels that fits.

    Raises:
        InputError: statsmodels is not installed.
    """
    try:
        from statsmodels.duration.hazard_regression import PHReg
    except ImportError as error:
        raise InputError("Cox regression needs statsmodels, which is not installed", where="--cox, --covariates",
                         allowed="all other estimates do without", fix="install openiort[statistics]") from error
    return PHReg


def cox_model(table: SurvivalTable, terms: CoxTerms, *, ties: str = "efron", level: float = 0.95) -> CoxModel:
    """Fit a regression of the event on terms; rows without some covariate are left out.

    Raises:
        InputError: statsmodels is missing, an unknown way with ties, or terms that have no finite estimate.
    """
    if ties not in TIES:
        raise InputError(f"ties {ties!r} are not known", where="--ties", allowed=", ".join(TIES),
                         fix="choose one of these")
    reach, model_class = normal_quantile(level), proportional_hazards_model()
    check_estimable(table, terms)
    used = terms.values[terms.known]
    spread = used.std(axis=0)
    happened = table.code[terms.known] == EVENT
    model = model_class(table.time_years[terms.known], (used - used.mean(axis=0)) / spread, happened.astype(np.int64),
                        ties=ties)
    scaled, scaled_error = _fitted(model, terms.names)
    log_likelihood, without = float(model.loglike(scaled)), float(model.loglike(np.zeros(len(spread))))
    found = tuple(_term(name, float(value), float(error), reach)
                  for name, value, error in zip(terms.names, scaled / spread, scaled_error / spread, strict=True))
    chi_squared = 2 * (log_likelihood - without)
    return CoxModel(found, len(used), len(table) - len(used), int(happened.sum()), ties, level, log_likelihood,
                    chi_squared, len(found), float(chi2.sf(chi_squared, len(found))))


def _fitted(model: Any, names: tuple[str, ...]) -> tuple[FloatArray, FloatArray]:
    """Coefficients and their standard errors; refused unless they are a maximum of the likelihood."""
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")  # what statsmodels warns of is checked here
        try:
            result = model.fit(maxiter=100)
            value, error = np.asarray(result.params, np.float64), np.asarray(result.bse, np.float64)
            score = np.abs(np.asarray(model.score(value), np.float64)) * error
        except (np.linalg.LinAlgError, ValueError, FloatingPointError):
            value = error = score = np.full(len(names), np.nan)
    unfit = ~(np.isfinite(value) & (error > 0) & (error < LARGEST_ERROR) & (score < LARGEST_SCORE))
    if unfit.any():
        which = ", ".join(name for name, bad in zip(names, unfit, strict=True) if bad)
        raise InputError(f"no finite hazard ratio for {which}: it foretells without exception who has the event first",
                         where="Cox regression", allowed="events on both sides of every term",
                         fix="leave this term out, or put categories together")
    return value, error


def _term(name: str, value: float, error: float, reach: float) -> CoxTerm:
    ratio, lower, upper = np.exp([value, value - reach * error, value + reach * error])
    return CoxTerm(name, float(ratio), float(lower), float(upper), value, error, float(2 * norm.sf(abs(value) / error)))
