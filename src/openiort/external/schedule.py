"""Schedules of external-beam radiotherapy: dose, fractions, visits, days; from `tables/schedules.toml`."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from openiort.core.errors import InputError
from openiort.core.table import read_toml

FILE = "schedules.toml"
WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
VOLUMES = ("whole breast", "partial breast", "tumour bed", "as planned")
BOOST_SIGN = "+"
TO_BE_CONFIRMED = "R"


@dataclass(frozen=True, slots=True)
class Schedule:
    """One course of external-beam radiotherapy, a fraction a visit, and the boost that follows it, if any.

    Attributes:
        name: "50/25", "partial-30/5", "50/25+10/5": grays in fractions.
        total_dose_Gy: to `volume`, without the boost.
        fractions: into which that dose is divided, without the boost.
        days: of the week on which she is treated, "Mon" to "Sun".
        volume: "whole breast" or "partial breast"; of a boost, "tumour bed"; of an imported plan, "as planned".
        citation: who gave it so.
        mark: where dose and fractions come from: F found, C calculated, R recalled and to be confirmed.
        days_mark: the same for `days`.
        boost: the part that follows, a `Schedule` to the tumour bed; None without one.
    """

    name: str
    total_dose_Gy: float
    fractions: int
    days: tuple[str, ...]
    volume: str
    citation: str
    mark: str
    days_mark: str
    boost: Schedule | None = None

    def __post_init__(self) -> None:
        if not self.total_dose_Gy > 0 or self.fractions < 1 or self.volume not in VOLUMES:
            raise ValueError(f"{self.name}: {self.total_dose_Gy} Gy in {self.fractions} to the {self.volume}")
        if not self.days or list(self.days) != [day for day in WEEKDAYS if day in self.days]:
            raise ValueError(f"{self.name}: days {self.days}")

    @property
    def fractions_per_week(self) -> int:
        """Fractions in a full week."""
        return len(self.days)

    @property
    def dose_per_fraction_Gy(self) -> float:
        """Dose of one fraction to `volume`, without the boost."""
        return self.total_dose_Gy / self.fractions

    @property
    def parts(self) -> tuple[Schedule, ...]:
        """The main part, and the boost if there is one, each without the other."""
        if self.boost is None:
            return (self,)
        return replace(self, name=self.name.partition(BOOST_SIGN)[0], boost=None), self.boost

    @property
    def bed_dose_Gy(self) -> float:
        """Physical dose to the tumour bed: all parts together."""
        return sum(part.total_dose_Gy for part in self.parts)

    @property
    def visits(self) -> int:
        """Visits for treatment, one a fraction, the boost's with them; those for planning are not counted."""
        return sum(part.fractions for part in self.parts)

    @property
    def overall_days(self) -> int:
        """Calendar days from the first fraction to the last, both counted.

        The rule: the first fraction is on the first of `days` of a week, usually Monday; every later one is on the next
        of them; the boost begins on the next of its own. No holiday, no interruption.
        """
        day = -1  # the day before the first Monday
        for part in self.parts:
            for _ in range(part.fractions):
                day += 1
                while WEEKDAYS[day % 7] not in part.days:
                    day += 1
        return day - WEEKDAYS.index(self.days[0]) + 1

    @property
    def is_confirmed(self) -> bool:
        """Whether every number of it was read in its source; else it is shown as "to be confirmed"."""
        return all(TO_BE_CONFIRMED not in (part.mark, part.days_mark) for part in self.parts)


def find_schedule(name: str) -> Schedule:
    """The schedule of a name such as "40/15" or "50/25+16/8".

    Raises:
        InputError: there is none; the error lists what there is.
    """
    if name not in schedule_names():
        raise InputError(f"no schedule '{name[:60]}'", where="--ebrt", allowed=", ".join(schedule_names()),
                         fix="choose one of these: grays in fractions, a boost behind '+'")
    first, _, boost = name.partition(BOOST_SIGN)
    found = _read("schedule")[first]
    return replace(found, name=name, boost=_read("boost")[boost]) if boost else found


def schedule_names() -> list[str]:
    """Names of all schedules; those of the whole breast with each boost too."""
    names = []
    for name, schedule in _read("schedule").items():
        boosts = list(_read("boost")) if schedule.volume == "whole breast" else []
        names += [name, *(f"{name}{BOOST_SIGN}{boost}" for boost in boosts)]
    return names


def _read(kind: str) -> dict[str, Schedule]:
    return {row["name"]: _schedule(row) for row in read_toml(FILE)[kind]}


def _schedule(row: dict[str, Any]) -> Schedule:
    return Schedule(**{**row, "days": tuple(row["days"])})
