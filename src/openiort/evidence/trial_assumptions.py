"""What a simulated trial assumes, the true risks that follow, and the same trial with a difference of the margin."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise
from math import isfinite

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq

from openiort.core.errors import InputError
from openiort.evidence.design_checks import check_errors, check_fraction, check_n, hazard_of_risk
from openiort.evidence.design_survival import check_times
from openiort.evidence.simulated_patient import NEW, NEW_WITH_EBRT, TrialLaw
from openiort.evidence.two_arms import check_margin

FloatArray = NDArray[np.float64]
HIGHEST_RISK = 1 - 1e-9


@dataclass(frozen=True, slots=True)
class TrialAssumptions:
    """A trial of two arms.

    Attributes:
        women_new, women_control: sizes of the arms.
        control: risk of recurrence by the horizon in the control arm, without deaths.
        new: the same in the new arm, of women without added EBRT.
        margin: largest tolerable new - control, above 0.
        horizon_years: the fixed time of all estimates.
        accrual_years: how long women enter, evenly; 0 for all at once.
        follow_up_years: from the last entry to the analysis.
        yearly_death_new, yearly_death_control: share who die within a year without recurrence.
        yearly_loss: share who are lost within a year.
        added_ebrt: share of the new arm that also gets EBRT.
        added_ebrt_hazard_ratio: their hazard of recurrence over that of the others.
        shape_ends_years: where all pieces of the hazard of recurrence but the last end.
        shape: relative height of the hazard in each piece.
        alpha: one-sided error.

    Raises:
        InputError: assumptions that no trial can have.
    """

    women_new: int
    women_control: int
    control: float
    new: float
    margin: float
    horizon_years: float
    accrual_years: float
    follow_up_years: float
    yearly_death_new: float = 0.0
    yearly_death_control: float = 0.0
    yearly_loss: float = 0.0
    added_ebrt: float = 0.0
    added_ebrt_hazard_ratio: float = 1.0
    shape_ends_years: tuple[float, ...] = ()
    shape: tuple[float, ...] = (1.0,)
    alpha: float = 0.05

    def __post_init__(self) -> None:
        for name in ("women_new", "women_control"):
            check_n(getattr(self, name), name)
        check_fraction(self.control, "control")
        check_fraction(self.new, "new")
        check_margin(self.margin)
        check_errors(self.alpha, None)
        check_times(self.horizon_years, self.accrual_years, self.follow_up_years)
        for name in ("yearly_death_new", "yearly_death_control", "yearly_loss", "added_ebrt"):
            if not 0.0 <= getattr(self, name) <= (1.0 if name == "added_ebrt" else 0.99):
                raise InputError(f"{getattr(self, name):g} is no share", where=name, allowed="from 0 to below 1",
                                 fix="write per cent as a fraction: 2 % is 0.02")
        if not (isfinite(self.added_ebrt_hazard_ratio) and 0.001 <= self.added_ebrt_hazard_ratio <= 1000.0):
            raise InputError(f"a hazard ratio of {self.added_ebrt_hazard_ratio:g}", where="added_ebrt_hazard_ratio",
                             allowed="0.001 to 1000", fix="below 1 if added EBRT helps")
        self._check_shape()

    def _check_shape(self) -> None:
        ends = (0.0, *self.shape_ends_years, self.horizon_years)
        if len(self.shape) != len(ends) - 1 or any(b <= a for a, b in pairwise(ends)):
            raise InputError(f"{len(self.shape)} heights, pieces that end at {list(ends[1:])} years", where="shape",
                             allowed="rising ends before the horizon, one height more than ends",
                             fix="shape_ends_years = [2.0], shape = [1.0, 0.5]")
        if not all(isfinite(height) and 1e-6 <= height <= 1e6 for height in self.shape):
            raise InputError(f"heights {list(self.shape)}", where="shape", allowed="0.000001 to a million",
                             fix="give positive heights; only their ratios count")


@dataclass(frozen=True, slots=True)
class TrueRisks:
    """Risks by the horizon, new and control arm, all treatments of an arm together.

    Attributes:
        net: without deaths: what 1 - Kaplan-Meier estimates.
        incidence: with deaths that compete: what the cumulative incidence estimates.
    """

    net: tuple[float, float]
    incidence: tuple[float, float]


def law_of(trial: TrialAssumptions) -> TrialLaw:
    """The numbers that patients are drawn by."""
    ends = np.array([*trial.shape_ends_years, trial.horizon_years])
    widths = np.diff(ends, prepend=0.0)
    recurrence = _recurrence_hazards(trial, widths)
    death = np.array([hazard_of_risk(share, 1.0) for share in
                      (trial.yearly_death_control, trial.yearly_death_new, trial.yearly_death_new)])[:, None]
    total = recurrence + death + hazard_of_risk(trial.yearly_loss, 1.0)
    after = np.cumsum(total * widths, axis=1)
    begun = np.concatenate([np.zeros((3, 1)), after[:, :-1]], axis=1)
    return TrialLaw(trial.horizon_years, trial.accrual_years, trial.follow_up_years, trial.added_ebrt, ends, total,
                    begun, recurrence / total, (recurrence + death) / total, np.exp(-after[:, -1]))


def _recurrence_hazards(trial: TrialAssumptions, widths: FloatArray) -> FloatArray:
    """Per year, shape (3, pieces)."""
    unit = np.array(trial.shape) / float(np.dot(trial.shape, widths))  # its integral to the horizon is 1
    control, new = -np.log1p(-trial.control), -np.log1p(-trial.new)
    return np.outer([control, new, new * trial.added_ebrt_hazard_ratio], unit)


def true_risks(trial: TrialAssumptions) -> TrueRisks:
    """Closed forms, piece by piece."""
    law = law_of(trial)
    widths = np.diff(law.ends_years, prepend=0.0)
    recurrence = _recurrence_hazards(trial, widths)
    hazard = recurrence + law.hazard_per_years * (law.recurrence_or_death - law.recurrence)
    after = np.exp(-np.cumsum(hazard * widths, axis=1))
    before = np.concatenate([np.ones((3, 1)), after[:, :-1]], axis=1)
    net = -np.expm1(-recurrence @ widths)
    incidence = np.sum(recurrence / hazard * (before - after), axis=1)

    def of_arms(risk: FloatArray) -> tuple[float, float]:
        share = trial.added_ebrt
        return float((1 - share) * risk[NEW] + share * risk[NEW_WITH_EBRT]), float(risk[0])

    return TrueRisks(of_arms(net), of_arms(incidence))


def at_margin(trial: TrialAssumptions) -> TrialAssumptions:
    """The same trial with `new` such that the net risks of the arms differ by the margin: where type I errors are made.

    Raises:
        InputError: no risk of the new arm leads there.
    """

    def beyond(new: float) -> float:
        net = true_risks(replace(trial, new=new)).net
        return net[0] - net[1] - trial.margin

    if beyond(HIGHEST_RISK) <= 0:
        raise InputError(f"no risk of the new arm is worse by the margin, {trial.margin:g}", where="margin",
                         allowed="a difference that the new arm can have", fix="choose a smaller margin")
    return replace(trial, new=float(brentq(beyond, 1e-12, HIGHEST_RISK, xtol=1e-15)))
