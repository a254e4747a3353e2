"""Counts of a trial with two arms, from which a risk difference is estimated."""

from __future__ import annotations

from dataclasses import dataclass

from openiort.core.errors import InputError


@dataclass(frozen=True, slots=True)
class TwoArms:
    """Women with an event, and all women, of the new treatment and of the control.

    Raises:
        InputError: an empty arm, or counts that are negative or above their total.
    """

    events_new: int
    total_new: int
    events_control: int
    total_control: int

    def __post_init__(self) -> None:
        check_counts(self.events_new, self.total_new, "the new arm")
        check_counts(self.events_control, self.total_control, "the control arm")

    @property
    def rates(self) -> tuple[float, float]:
        """Proportions with an event, new and control."""
        return self.events_new / self.total_new, self.events_control / self.total_control

    @property
    def difference(self) -> float:
        """New minus control, a fraction."""
        new, control = self.rates
        return new - control


def check_counts(events: int, total: int, where: str) -> None:
    """Refuse counts that no arm of a trial can have; no event at all is none of these.

    Raises:
        InputError: as said.
    """
    if total < 1:
        raise InputError(f"an arm of {total} women", where=where, allowed="one woman or more",
                         fix="give how many were analysed")
    if not 0 <= events <= total:
        raise InputError(f"{events} events in {total} women", where=where, allowed=f"0 to {total} events",
                         fix="count women with an event, not events, and check the total")


def check_level(level: float) -> None:
    """Refuse a confidence level that is none.

    Raises:
        InputError: it is not between 0 and 1.
    """
    if not 0.0 < level < 1.0:
        raise InputError(f"a confidence level of {level:g}", where="level", allowed="above 0 and below 1, such as 0.95",
                         fix="write per cent as a fraction")


def check_margin(margin: float) -> None:
    """Refuse a non-inferiority margin that is no risk difference, or of the wrong sign.

    Raises:
        InputError: as said.
    """
    if not 0.0 < margin < 1.0:
        raise InputError(f"a margin of {margin:g}", where="margin", fix="write per cent as a fraction, without sign",
                         allowed="above 0 and below 1: how much worse the new treatment may be, such as 0.025")
