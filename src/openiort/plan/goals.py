"""Goals of a plan: those that come with the program or a site's own file, and how a plan meets them."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from openiort.core.errors import InputError
from openiort.core.table import read_toml
from openiort.plan.dvh import DVH, MEDIA
from openiort.plan.goal import DISTANCE, EXAMPLES, Goal, metric_parts, parse_goal

TABLE = "goals/published.toml"
PASS, FAIL, NOT_EVALUABLE = "pass", "fail", "not evaluable"
LARGEST_FILE_bytes, MOST_GOALS = 100_000, 200
COVERED_percent = 99.9
CUT = "the scan cuts it: of the whole only a bound is known, and that leaves it open"
CLOSE = 2.0  # standard uncertainties
PHANTOM = "a layered phantom has no whole organs"


@dataclass(frozen=True, slots=True)
class GoalResult:
    """How a plan meets a goal.

    Attributes:
        goal: what was to be reached.
        result: `pass`, `fail` or `not evaluable`.
        value: what the plan has, in the goal's unit; None where there is nothing to compare.
        reason: why it is not evaluable, or what the value holds for; may be empty.
        sigma: statistical standard uncertainty (k=1) of the value, in the goal's unit; None where not known.
    """

    goal: Goal
    result: str
    value: float | None
    reason: str = ""
    sigma: float | None = None

    @property
    def is_close(self) -> bool:
        """Whether the limit lies within two standard uncertainties of the value: noise could turn the verdict."""
        if self.value is None or self.sigma is None:
            return False
        return abs(self.value - self.goal.limit) <= CLOSE * self.sigma


def published_goals() -> tuple[Goal, ...]:
    """The goals that come with the program, each with its source and mark."""
    entries = read_toml(TABLE)["goal"]
    return tuple(parse_goal(e["text"], where=TABLE, source=e["source"], mark=e["mark"]) for e in entries)


def read_goals(file: str | Path) -> tuple[Goal, ...]:
    """A site's goals: a text file with one a line; what follows # is kept as the goal's source.

    Raises:
        InputError: the file cannot be read, a line is no goal, or there is none.
    """
    found = []
    for number, line in enumerate(_text(Path(file)).splitlines(), start=1):
        if line.partition("#")[0].strip():
            found.append(_from_line(line, f"{file}, line {number}"))
    if not 0 < len(found) <= MOST_GOALS:
        raise InputError(f"{len(found)} goals in the file", where=str(file), allowed=f"1 to {MOST_GOALS}, one a line",
                         fix=f"for instance {EXAMPLES}")
    return tuple(found)


def checked_goals(goals: Sequence[Goal | str] | None) -> tuple[Goal, ...]:
    """Goals as given, lines of text read; those that come with the program for None.

    Raises:
        InputError: a text is no goal.
    """
    if goals is None:
        return published_goals()
    return tuple(goal if isinstance(goal, Goal) else _from_line(goal, f"goals, number {number}")
                 for number, goal in enumerate(goals, start=1))


def _from_line(line: str, where: str) -> Goal:
    text, _, source = line.partition("#")
    return parse_goal(text, where=where, source=source.strip())


def evaluate_goals(goals: Sequence[Goal], dvhs: Mapping[str, DVH], water_dvhs: Mapping[str, DVH],
                   distances_mm: Mapping[str, float | None], *, phantom: bool = False) -> tuple[GoalResult, ...]:
    """How a plan meets goals, in their order.

    Args:
        goals: to look at.
        dvhs: structure -> DVH of D_m,m.
        water_dvhs: the same of D_w.
        distances_mm: structure -> distance from the applicator's surface; None where it is not known.
        phantom: whether the anatomy is a layered phantom, whose organs have no whole volume.
    """
    by_medium = {MEDIA[0]: dvhs, MEDIA[1]: water_dvhs}
    return tuple(_of_distance(goal, distances_mm) if goal.metric == DISTANCE
                 else _of_dvh(goal, by_medium[goal.medium], phantom) for goal in goals)


def _of_distance(goal: Goal, distances_mm: Mapping[str, float | None]) -> GoalResult:
    name = named(goal.structure, distances_mm)
    if name is None:
        return _open(goal, f"distances are known of {', '.join(distances_mm)} only")
    value = distances_mm[name]
    return _open(goal, "too far to be searched, or not in the scan") if value is None else _judged(goal, value)


def _of_dvh(goal: Goal, dvhs: Mapping[str, DVH], phantom: bool) -> GoalResult:
    name = named(goal.structure, dvhs)
    if name is None:
        return _open(goal, f"no structure of that name; there is {', '.join(dvhs)}")
    dvh = dvhs[name]
    if not dvh.dose_Gy.size:
        return _open(goal, "the structure is empty")
    value = goal_value(goal, dvh)
    if math.isnan(value):
        return _open(goal, f"the structure has only {dvh.total_volume_cc:.3g} cc")
    return replace(_of_value(goal, dvh, value, phantom), sigma=goal_uncertainty(goal, dvh))


def _of_value(goal: Goal, dvh: DVH, value: float, phantom: bool) -> GoalResult:
    if not _is_of_the_whole(goal):
        return _judged(goal, value)
    if dvh.covered_percent < COVERED_percent:
        return _open(goal, f"only {dvh.covered_percent:.1f} % of it has a dose", value)
    if not dvh.cut_by_scan:
        return _judged(goal, value)
    return _open(goal, PHANTOM, value) if phantom else _bounded(goal, value)


def goal_value(goal: Goal, dvh: DVH) -> float:
    """A goal's metric of a DVH in the goal's unit; NaN where the structure is smaller than the metric's volume."""
    letter, number, unit = metric_parts(goal.metric)
    if letter == "V":
        return _volume_in_unit(goal, dvh, dvh.volume_percent(_dose_percent(number, unit, dvh)))
    if letter == "D":
        return _dose_in_unit(goal, dvh, _hottest_dose_Gy(number, unit, dvh))
    return _dose_in_unit(goal, dvh, {"mean": dvh.mean_Gy, "max": dvh.max_Gy, "min": dvh.min_Gy}[letter])


def goal_uncertainty(goal: Goal, dvh: DVH) -> float | None:
    """Standard uncertainty (k=1) of a goal's metric in the goal's unit; None where it is not known.

    Of the highest and the lowest dose at a point a curve's band says nothing.
    """
    letter, number, unit = metric_parts(goal.metric)
    if dvh.band is None or letter in ("max", "min"):
        return None
    if letter == "V":
        return _volume_in_unit(goal, dvh, dvh.volume_uncertainty_percent(_dose_percent(number, unit, dvh)))
    if letter == "mean":
        return _dose_in_unit(goal, dvh, dvh.band.mean_sigma_Gy)
    return _dose_in_unit(goal, dvh, float(dvh.band.at_Gy(np.array(_hottest_dose_Gy(number, unit, dvh)))))


def _dose_percent(number: float, unit: str, dvh: DVH) -> float:
    return number if unit == "%" else 100.0 * number / dvh.prescription_Gy


def _hottest_dose_Gy(number: float, unit: str, dvh: DVH) -> float:
    return dvh.dose_to_volume_Gy(number) if unit == "cc" else dvh.dose_to_percent_Gy(number)


def _volume_in_unit(goal: Goal, dvh: DVH, percent: float) -> float:
    return percent if goal.unit == "%" else percent / 100.0 * dvh.total_volume_cc


def _dose_in_unit(goal: Goal, dvh: DVH, dose_Gy: float) -> float:
    return dose_Gy if goal.unit == "Gy" else 100.0 * dose_Gy / dvh.prescription_Gy


def _is_of_the_whole(goal: Goal) -> bool:
    """Whether the metric needs the whole structure; what is absolute and hot lies near the applicator."""
    letter, _, unit = metric_parts(goal.metric)
    absolute = letter == "max" or (letter == "D" and unit == "cc") or (letter == "V" and goal.unit == "cc")
    return not absolute


def _bounded(goal: Goal, value: float) -> GoalResult:
    """What the scan leaves out lies further off and gets less: the value is an upper bound of the whole's."""
    met = goal.is_met_by(value)
    if met == goal.sign.startswith("<"):
        return GoalResult(goal, PASS if met else FAIL, value, "upper bound: the scan cuts it")
    return _open(goal, CUT, value)


def _judged(goal: Goal, value: float) -> GoalResult:
    return GoalResult(goal, PASS if goal.is_met_by(value) else FAIL, value)


def _open(goal: Goal, reason: str, value: float | None = None) -> GoalResult:
    return GoalResult(goal, NOT_EVALUABLE, value, reason)


def named(wanted: str, names: Iterable[str]) -> str | None:
    """The one of some structures' names that is wanted, whatever the case of its letters; None if none is."""
    return next((name for name in names if name.casefold() == wanted.casefold()), None)


def _text(file: Path) -> str:
    allowed = "a text file (UTF-8) with one goal a line"
    try:
        content = file.expanduser().read_bytes()
    except OSError as error:
        raise InputError(f"cannot read the goals: {error.strerror or error}", where=str(file), allowed=allowed,
                         fix="check the name") from error
    try:
        if len(content) > LARGEST_FILE_bytes:
            raise ValueError
        return content.decode("utf-8-sig")
    except ValueError as error:
        raise InputError("this is no file of goals", where=str(file), allowed=allowed,
                         fix=f"for instance {EXAMPLES}") from error
