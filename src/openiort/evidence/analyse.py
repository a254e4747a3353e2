"""Everything that a trial's statistician asks of one table of follow-up, by the estimators of this folder."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from openiort.core.errors import InputError
from openiort.evidence.aalen_johansen import CumulativeIncidence, aalen_johansen
from openiort.evidence.clopper_pearson import limits
from openiort.evidence.event_counts import numbers_at_risk
from openiort.evidence.gray_test import GrayTest, gray_test
from openiort.evidence.kaplan_meier import KaplanMeier, SurvivalAt, kaplan_meier
from openiort.evidence.log_rank import LogRank, log_rank
from openiort.evidence.median_follow_up import FollowUp, median_follow_up
from openiort.evidence.restricted_mean import MeanDifference, RestrictedMean, mean_difference, restricted_mean
from openiort.evidence.risk_difference import RiskDifference, risk_difference
from openiort.evidence.survival_difference import NonInferiority, non_inferiority, risk_at
from openiort.evidence.survival_table import CENSORED, COMPETING, EVENT, SurvivalTable

USUAL_YEARS = (1.0, 2.0, 3.0, 5.0, 10.0, 15.0, 20.0)
Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class AtTime:
    """A group at one time; the estimates are None where nobody was followed so long.

    Attributes:
        at_years: the time.
        at_risk: patients followed up to it or longer.
        free: probability to be free of the event and of competing ones, by Kaplan-Meier.
        risk: probability of the event: by Aalen-Johansen where others compete, else 1 - Kaplan-Meier.
        exact_of: without an event the limits of the risk are exact ones of 0 in so many patients, those still at risk;
            else None.
    """

    at_years: float
    at_risk: int
    free: SurvivalAt | None
    risk: SurvivalAt | None
    exact_of: int | None


@dataclass(frozen=True, slots=True)
class GroupEstimates:
    """Estimates of one group.

    Attributes:
        name: of the group.
        rows: patients.
        events: patients with the event.
        competing: patients with a competing event.
        censored: patients with neither.
        longest_years: longest follow-up.
        follow_up: median follow-up, reverse Kaplan-Meier.
        median_free_years: median time free of every event with its limits, NaN where the curve stays above.
        mean_free: restricted mean time free of every event; None where the horizon lies beyond the follow-up.
        at: what was asked at chosen times.
        curve: free of every event.
        incidence: risk of the event.
    """

    name: str
    rows: int
    events: int
    competing: int
    censored: int
    longest_years: float
    follow_up: FollowUp
    median_free_years: tuple[float, float, float]
    mean_free: RestrictedMean | None
    at: tuple[AtTime, ...]
    curve: KaplanMeier
    incidence: CumulativeIncidence


@dataclass(frozen=True, slots=True)
class Comparison:
    """A group against the control at one time.

    Attributes:
        new: the group.
        control: the control group.
        at_years: the time.
        difference: of the risks; None where it cannot be estimated.
        test: whether the risk is not higher by the margin; None without a margin or an estimate.
        one_sided_variance: whether one of the groups had no event, so that only the other's variance counts.
        why: what stands against an estimate.
    """

    new: str
    control: str
    at_years: float
    difference: RiskDifference | None
    test: NonInferiority | None
    one_sided_variance: bool
    why: str


@dataclass(frozen=True, slots=True)
class MeanComparison:
    """Restricted means of a group and the control.

    Attributes:
        new: the group.
        control: the control group.
        difference: of the means.
    """

    new: str
    control: str
    difference: MeanDifference


@dataclass(frozen=True, slots=True)
class Analysis:
    """What a table of follow-up shows.

    Attributes:
        competes: whether the table holds competing events.
        control: the control group; None where there is one group only.
        horizon_years: up to which restricted means are taken; None where no time is reached by all groups.
        level: two-sided confidence level, a fraction.
        transform: limits of the curves: log, log-log or plain.
        follow_up: of all rows.
        groups: in the order of their names.
        log_rank: of the hazard of the event; None with one group or nothing to compare.
        gray: of the risk of the event; None without competing events too.
        comparisons: each other group against the control, at each time.
        means: restricted means, each other group against the control.
        not_done: what could not be done -> why.
    """

    competes: bool
    control: str | None
    horizon_years: float | None
    level: float
    transform: str
    follow_up: FollowUp
    groups: tuple[GroupEstimates, ...]
    log_rank: LogRank | None
    gray: GrayTest | None
    comparisons: tuple[Comparison, ...]
    means: tuple[MeanComparison, ...]
    not_done: dict[str, str]


def analyse(table: SurvivalTable, *, at_years: Sequence[float] = (), control: str | None = None,
            margin: float | None = None, alpha: float = 0.05, level: float = 0.95, transform: str = "log-log",
            horizon_years: float | None = None) -> Analysis:
    """Estimates of every group, and of the differences between them.

    Args:
        table: the follow-up.
        at_years: times for estimates and differences; none: `usual_times`.
        control: the group that others are compared with; None: the first by name.
        margin: largest acceptable excess of the risk, a fraction; None: no non-inferiority test.
        alpha: one-sided error of that test.
        level: two-sided confidence level, a fraction.
        transform: limits of the curves: log, log-log or plain.
        horizon_years: of the restricted means; None: the latest of the times that all groups reach.

    Raises:
        InputError: a margin without two groups or without a control, an unknown control, an empty group, a time or
            horizon that nobody was followed to, or a margin, level or transform that cannot be.
    """
    _check_comparison(table, control, margin, alpha)
    times = check_times(at_years) or usual_times(table)
    competes = bool((table.code == COMPETING).any())
    horizon = horizon_years if horizon_years is not None else _common_horizon(table, times)
    groups = tuple(_group(table, name, times, horizon, level, transform) for name in table.group_names)
    _check_reached(groups, times, horizon_years)
    several, not_done = len(groups) > 1, dict[str, str]()
    first = (control or table.group_names[0]) if several else None
    others = [group for group in groups if group.name != first] if several else []
    of_control = next(group for group in groups if group.name == first) if several else groups[0]
    compared = tuple(_compare(group, of_control, place, competes, margin, alpha, level)
                     for group in others for place in range(len(times)))
    means = tuple(MeanComparison(group.name, of_control.name, mean_difference(group.mean_free, of_control.mean_free,
                                                                             level=level))
                  for group in others if group.mean_free and of_control.mean_free)
    follow_up = median_follow_up(table, level=level, transform=transform)
    return Analysis(competes, first, horizon, level, transform, follow_up, groups,
                    _unless_refused("log-rank", lambda: log_rank(table), not_done) if several else None,
                    _unless_refused("Gray", lambda: gray_test(table), not_done) if several and competes else None,
                    compared, means, not_done)


def usual_times(table: SurvivalTable) -> tuple[float, ...]:
    """Years that are usually reported, as far as every group was followed; else the end of the shortest follow-up."""
    longest = _shared_follow_up_years(table)
    return tuple(years for years in USUAL_YEARS if years <= longest) or (longest,)


def check_times(at_years: Sequence[float]) -> tuple[float, ...]:
    """Times in order, each once; InputError for one that is negative, infinite or missing."""
    for years in at_years:
        if not 0 <= years < np.inf:
            raise InputError(f"{years:g} years is no time", where="at_years", allowed="times from 0 up",
                             fix="give years after entry, such as 5")
    return tuple(sorted(set(at_years)))


def _check_comparison(table: SurvivalTable, control: str | None, margin: float | None, alpha: float) -> None:
    names = ", ".join(table.group_names)
    if (control is not None or margin is not None) and len(table.group_names) < 2:
        raise InputError("a comparison needs two groups", where="group", allowed="at least two groups",
                         fix="give the column that tells the groups apart: --group")
    if control is not None and control not in table.group_names:
        raise InputError(f"no group '{control[:60]}'", where="--control", allowed=names, fix="choose one of these")
    if margin is not None and control is None:
        raise InputError("which group is the control?", where="--margin", allowed=f"--control with one of {names}",
                         fix="name it: the sign of the difference hangs on it")
    if margin is not None and not 0 < margin < 1:
        hint = " (given in per cent?)" if margin >= 1 else ""
        raise InputError(f"margin {margin:g} is not between 0 and 1{hint}", where="--margin", allowed="0 < margin < 1",
                         fix="give the largest acceptable excess as a positive fraction, such as 0.025")
    if not 0 < alpha < 0.5:
        raise InputError(f"alpha {alpha:g} is not between 0 and 0.5", where="--alpha", allowed="0 < alpha < 0.5",
                         fix="give a one-sided error such as 0.05")


def _check_reached(groups: Sequence[GroupEstimates], times: Sequence[float], horizon_years: float | None) -> None:
    """Refuse times of which no group says anything: perhaps they are not in years."""
    longest = max(group.longest_years for group in groups)
    wrong = [years for place, years in enumerate(times) if all(group.at[place].risk is None for group in groups)]
    if horizon_years is not None and all(group.mean_free is None for group in groups):
        wrong.append(horizon_years)
    if wrong:
        raise InputError(f"nobody was followed to {wrong[0]:g} years", where="--at, --horizon",
                         allowed=f"from 0 to {longest:g} years; a horizon above 0",
                         fix="choose earlier times, in years")


def _shared_follow_up_years(table: SurvivalTable) -> float:
    """How long at least one patient of every group was followed."""
    return min(float(table.time_years[table.rows_of(name)].max(initial=0.0)) for name in table.group_names)


def _common_horizon(table: SurvivalTable, times: Sequence[float]) -> float | None:
    reached = [years for years in times if 0 < years <= _shared_follow_up_years(table)]
    return max(reached, default=None)


def _group(table: SurvivalTable, name: str, times: Sequence[float], horizon_years: float | None, level: float,
           transform: str) -> GroupEstimates:
    curve = kaplan_meier(table, name, events=(EVENT, COMPETING), level=level, transform=transform)
    incidence = aalen_johansen(table, name, level=level, transform=transform)
    rows = table.rows_of(name)
    events, competing, censored = (int((table.code[rows] == code).sum()) for code in (EVENT, COMPETING, CENSORED))
    at_risk = numbers_at_risk(table, times)[table.group_names.index(name)]
    at = tuple(_at_time(curve, incidence, years, int(number), level)
               for years, number in zip(times, at_risk, strict=True))
    mean = None
    if horizon_years is not None:
        mean = _unless_refused(name, lambda: restricted_mean(curve, horizon_years), {})
    follow_up = median_follow_up(table, name, level=level, transform=transform)
    return GroupEstimates(name, int(rows.sum()), events, competing, censored, float(curve.time_years[-1]), follow_up,
                          curve.median_years(), mean, at, curve, incidence)


def _at_time(curve: KaplanMeier, incidence: CumulativeIncidence, years: float, at_risk: int, level: float) -> AtTime:
    free = _unless_refused("free", lambda: curve.at(years), {})
    risk = _unless_refused("risk", lambda: incidence.at(years), {})
    if risk is None or risk.probability > 0:
        return AtTime(years, at_risk, free, risk, None)
    lower, upper = limits(0, at_risk, level) if at_risk else (0.0, 1.0)
    return AtTime(years, at_risk, free, SurvivalAt(years, 0.0, 0.0, lower, upper), at_risk)


def _compare(new: GroupEstimates, control: GroupEstimates, place: int, competes: bool, margin: float | None,
             alpha: float, level: float) -> Comparison:
    years = new.at[place].at_years
    difference, test, why, lone = None, None, "", False
    try:
        ours, theirs = (risk_at(group.incidence if competes else group.curve, years) for group in (new, control))
        lone = min(ours.probability, theirs.probability) == 0
        difference = risk_difference(ours, theirs, level=level)
        test = None if margin is None else non_inferiority(ours, theirs, margin, alpha=alpha, level=level)
    except InputError as error:
        why = error.what
    return Comparison(new.name, control.name, years, difference, test, lone and difference is not None, why)


def _unless_refused(name: str, work: Callable[[], Result], not_done: dict[str, str]) -> Result | None:
    """The result, or None and the reason why there is none."""
    try:
        return work()
    except InputError as error:
        not_done[name] = error.what
        return None
