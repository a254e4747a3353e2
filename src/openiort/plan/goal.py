"""One goal of a plan, as people write it: `skin D0.2cc < 12 Gy`, `shell 0-10 mm V50 > 40 %`, `lungs mean < 2 Gy`.

    STRUCTURE METRIC < LIMIT UNIT [D_w]

Metrics: `D2cc`, `D95` or `D95%` (least dose to the hottest 2 cc, 95 %); `V90` or `V90%` (volume with at least 90 % of
the prescription), `V10Gy`; `mean`, `max`, `min`; `distance` (of skin, bone or lungs from the applicator's surface).
Signs: < <= > >=. Units: Gy or % of the prescription for doses, % or cc for volumes, mm for distances. Doses are D_m,m
unless the line ends in D_w.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

from openiort.core.errors import InputError
from openiort.plan.dvh import MEDIA

NUMBER = r"\d+(?:\.\d+)?"
LINE = re.compile(
    rf"(?P<structure>\S.*?)\s+(?P<metric>[DV]\s*{NUMBER}(?:\s*(?:cc|%|Gy))?|mean|max|min|distance)\s*(?P<sign><=|>=|<|>)\s*"
    rf"(?P<limit>{NUMBER})\s*(?P<unit>Gy|%|cc|mm)(?:\s+(?P<medium>D_w|D_m,m))?",
    re.IGNORECASE,
)
METRIC = re.compile(rf"(?P<letter>[DV])(?P<number>{NUMBER})(?P<unit>cc|%|Gy)?")
SIGNS = {ord("\N{LESS-THAN OR EQUAL TO}"): "<=", ord("\N{GREATER-THAN OR EQUAL TO}"): ">="}
WRITTEN = {"cc": "cc", "gy": "Gy", "mm": "mm", "%": "%"}
DISTANCE = "distance"
TO_BE_CONFIRMED, OF_THE_SITE = "R", "site"
EXAMPLES = "skin D0.2cc < 12 Gy; shell 0-10 mm V50 > 40 %; lungs mean < 2 Gy; skin distance >= 10 mm"


@dataclass(frozen=True, slots=True)
class Goal:
    """What a plan is to reach.

    Attributes:
        structure: as in the plan's DVHs, whatever the case of its letters.
        metric: `D0.2cc`, `D95%`, `V50%`, `V10Gy`, `mean`, `max`, `min` or `distance`.
        sign: `<`, `<=`, `>` or `>=`.
        limit: in `unit`.
        unit: `Gy`, `%`, `cc` or `mm`.
        medium: `D_m,m` or `D_w`.
        source: where the goal comes from, for people; may be empty.
        mark: `F` read in its source, `R` recalled and to be confirmed, `site` given by the user.
    """

    structure: str
    metric: str
    sign: str
    limit: float
    unit: str
    medium: str = MEDIA[0]
    source: str = ""
    mark: str = OF_THE_SITE

    @property
    def text(self) -> str:
        """The goal as it is written."""
        medium = f" {self.medium}" if self.medium != MEDIA[0] else ""
        return f"{self.structure} {self.metric} {self.sign} {self.limit:g} {self.unit}{medium}"

    @property
    def line(self) -> str:
        """The goal with its source, as a line of a file."""
        return f"{self.text}  # {self.source}" if self.source else self.text

    @property
    def to_be_confirmed(self) -> bool:
        """Whether its limit was recalled and not read in its source."""
        return self.mark == TO_BE_CONFIRMED

    def is_met_by(self, value: float) -> bool:
        """Whether a value in `unit` meets it."""
        met = {"<": value < self.limit, "<=": value <= self.limit, ">": value > self.limit, ">=": value >= self.limit}
        return met[self.sign]


def parse_goal(text: str, *, where: str = "goal", source: str = "", mark: str = OF_THE_SITE) -> Goal:
    """Read a goal.

    Args:
        text: one line.
        where: it stands, for errors.
        source: as in `Goal`.
        mark: as in `Goal`.

    Raises:
        InputError: it is no goal, or its unit does not fit its metric.
    """
    line = " ".join(text.translate(SIGNS).split())
    found = LINE.fullmatch(line)
    if not found:
        raise InputError(f"'{line}' is not a goal", where=where, allowed="STRUCTURE METRIC < LIMIT UNIT [D_w]",
                         fix=f"for instance {EXAMPLES}")
    metric, unit = _metric(found["metric"], where), WRITTEN[found["unit"].lower()]
    units = _units(metric)
    if unit not in units:
        raise InputError(f"'{line}': {metric} is not in {unit}", where=where, allowed=" or ".join(units),
                         fix=f"write {found['structure']} {metric} {found['sign']} {found['limit']} {units[0]}")
    medium = MEDIA[1] if (found["medium"] or "").lower() == "d_w" else MEDIA[0]
    return Goal(found["structure"], metric, found["sign"], float(found["limit"]), unit, medium, source, mark)


def metric_parts(metric: str) -> tuple[str, float, str]:
    """Letter, number and unit: `D0.2cc` is D, 0.2, cc; a metric without number is itself, NaN and no unit."""
    found = METRIC.fullmatch(metric)
    return (found["letter"], float(found["number"]), found["unit"] or "%") if found else (metric, math.nan, "")


def _metric(text: str, where: str) -> str:
    found = METRIC.fullmatch(text.replace(" ", "").upper().replace("CC", "cc").replace("GY", "Gy"))
    if not found:
        return text.lower()
    letter, number, unit = found["letter"], found["number"], found["unit"] or "%"
    if (letter, unit) in (("D", "Gy"), ("V", "cc")):
        raise InputError(f"metric '{text}' does not exist", where=where, allowed="D2cc, D95%, V90%, V10Gy and the like",
                         fix=f"{'D' if letter == 'V' else 'V'}{number}{unit} is what there is")
    high = 100.0 if letter == "D" and unit == "%" else math.inf
    if not 0 < float(number) <= high:
        raise InputError(f"metric '{text}' does not exist", where=where, allowed="numbers above 0, D at most 100 %",
                         fix="correct the number")
    return f"{letter}{float(number):g}{unit}"


def _units(metric: str) -> tuple[str, ...]:
    if metric == DISTANCE:
        return ("mm",)
    return ("%", "cc") if metric.startswith("V") else ("Gy", "%")
