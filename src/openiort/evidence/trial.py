"""A published trial: its outcomes as they were printed, each number with its mark; what is not public is None."""

from __future__ import annotations

from dataclasses import dataclass

from openiort.evidence.two_arms import TwoArms

MARKS = ("F", "C", "R", "R+C")
MARK_WORDS = {
    "F": "F: found in the named source", "C": "C: calculated from found numbers",
    "R": "R: recalled, to be confirmed in the paper", "R+C": "R+C: recalled, and a calculation gives it again",
}
TECHNIQUES = ("low-kV", "electrons")


@dataclass(frozen=True, slots=True)
class Printed:
    """An estimate as it was printed.

    Attributes:
        estimate: what it is, a key of `openiort.evidence.estimates.ESTIMATES`.
        value: printed; proportions as fractions.
        resolution: one unit of its last place.
        is_bound: whether it was printed as "less than".
        mark: where the number comes from.
        note: what is to be said of it, or empty.
    """

    estimate: str
    value: float
    resolution: float
    is_bound: bool
    mark: str
    note: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """One outcome of a trial; tuples have one entry an arm, the new treatment first, None where not public.

    Attributes:
        name: short.
        text: what it is, in words.
        source: where it was read.
        events, events_mark: women with the event; to which time is said in `text`.
        totals, totals_mark: women analysed.
        years: after which the rates hold, or, without rates, up to which events count.
        rates, rates_mark: Kaplan-Meier, fractions.
        lowers, uppers, limits_mark: 95 % limits of the rates.
        rate_resolution: one unit of the last printed place of rates and limits.
        difference: new minus control, as printed with its limits, where that is all there is.
        printed: estimates to rebuild.
        followed, followed_mark: women still followed at `years`.
        is_reread: whether the rates were read by others from published curves.
        part: of the trial's women, None if all or not said: named parts that differ share no woman.
    """

    name: str
    text: str
    source: str
    events: tuple[int, ...] | None
    events_mark: str | None
    totals: tuple[int, ...] | None
    totals_mark: str | None
    years: float | None
    rates: tuple[float | None, ...] | None
    rates_mark: str | None
    lowers: tuple[float | None, ...] | None
    uppers: tuple[float | None, ...] | None
    limits_mark: str | None
    rate_resolution: float
    difference: tuple[float, float, float] | None
    difference_mark: str | None
    printed: tuple[Printed, ...]
    followed: tuple[int, ...] | None = None
    followed_mark: str | None = None
    is_reread: bool = False
    part: str | None = None

    @property
    def counts(self) -> TwoArms | None:
        """The counts of two arms, if both are public."""
        if self.events is None or self.totals is None or len(self.events) != 2:
            return None
        return TwoArms(self.events[0], self.totals[0], self.events[1], self.totals[1])

    @property
    def marks(self) -> dict[str, str]:
        """Where each kind of number comes from; kinds that are not there are left out."""
        named = {"events": self.events_mark, "women": self.totals_mark, "rates": self.rates_mark,
                 "limits": self.limits_mark, "difference": self.difference_mark, "followed": self.followed_mark}
        return {name: mark for name, mark in named.items() if mark}

    @property
    def recalled(self) -> tuple[str, ...]:
        """Kinds of numbers that were recalled: to be confirmed."""
        return tuple(name for name, mark in self.marks.items() if mark == "R")


@dataclass(frozen=True, slots=True)
class Number:
    """A number of a report that belongs to no outcome.

    Attributes:
        name, text: short, and in words.
        values: one, or several that belong together, as `text` says.
        mark: where it comes from.
        source: where it was read.
    """

    name: str
    text: str
    values: tuple[float, ...]
    mark: str
    source: str


@dataclass(frozen=True, slots=True)
class Trial:
    """A report of a trial.

    Attributes:
        name, title, published, citation: of the report.
        technique: of `TECHNIQUES`.
        arms: their names, the new treatment first; one for a series without control.
        margin: largest tolerable risk difference, None without a non-inferiority question on this scale.
        margin_mark: where it comes from.
        facts: what else is known, as text, mark and source.
        outcomes: in the order of the file.
        study: of which this is a report: reports of one study count the same women.
        numbers: that belong to no outcome.
    """

    name: str
    title: str
    published: str
    citation: str
    technique: str
    arms: tuple[str, ...]
    margin: float | None
    margin_mark: str | None
    facts: tuple[tuple[str, str, str], ...]
    outcomes: tuple[Outcome, ...]
    study: str
    numbers: tuple[Number, ...] = ()
