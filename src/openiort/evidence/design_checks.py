"""What the assumptions of a trial's design must be: checked together for every design."""

from __future__ import annotations

from math import isfinite, log1p

from openiort.core.errors import InputError
from openiort.evidence.two_arms import check_margin

LARGEST_N = 10_000_000


def check_fraction(value: float, where: str) -> None:
    """Refuse what is no fraction between 0 and 1, as a risk of an arm must be.

    Raises:
        InputError: as said; per cent is guessed where it looks like it.
    """
    if not 0.0 < value < 1.0:
        hint = ": per cent?" if 1.0 <= value <= 100.0 else ""
        raise InputError(f"{value:g} is no fraction{hint}", where=where, allowed="above 0 and below 1",
                         fix="write per cent as a fraction: 6 % is 0.06")


def check_errors(alpha: float, power: float | None) -> None:
    """Refuse a one-sided alpha outside 0 to 0.5, and a power outside alpha to 1.

    Raises:
        InputError: as said.
    """
    if not 0.0 < alpha < 0.5:
        raise InputError(f"an alpha of {alpha:g}", where="alpha", allowed="above 0 and below 0.5, one-sided",
                         fix="write per cent as a fraction: 5 % is 0.05")
    if power is not None and not alpha < power < 1.0:
        raise InputError(f"a power of {power:g}", where="power", allowed=f"above alpha, {alpha:g}, and below 1",
                         fix="write per cent as a fraction: 80 % is 0.8")


def check_arms(control: float, new: float, margin: float, ratio: float) -> None:
    """Refuse risks, a margin and an allocation ratio that no trial can be planned with.

    Args:
        control: risk in the control arm.
        new: risk in the new arm that is expected.
        margin: largest tolerable new - control.
        ratio: women in the new arm for each in the control arm.

    Raises:
        InputError: as said; also an expected difference that reaches the margin, or a margin beyond certainty.
    """
    check_fraction(control, "control")
    check_fraction(new, "new")
    check_margin(margin)
    if not (isfinite(ratio) and 0.01 <= ratio <= 100.0):
        raise InputError(f"a ratio of {ratio:g}", where="ratio", allowed="0.01 to 100: women in the new arm for each "
                         "in the control arm", fix="2 for 2:1")
    if control + margin >= 1.0:
        raise InputError(f"control {control:g} and margin {margin:g} add up to {control + margin:g}", where="margin",
                         allowed=f"below {1.0 - control:g}", fix="choose a smaller margin")
    if new - control >= margin:
        raise InputError(f"the expected difference, {new - control:g}, reaches the margin, {margin:g}", where="new",
                         allowed=f"below {control + margin:g}", fix="no number of women shows it: choose a larger "
                         "margin or another treatment")


def check_n(n: float, where: str) -> int:
    """A number of women as a whole number up to ten million.

    Raises:
        InputError: it is none, or no design of that size is reasonable.
    """
    if not 2 <= n <= LARGEST_N:
        raise InputError(f"{n:.4g} women", where=where, allowed=f"2 to {LARGEST_N:,}", fix="give two or more" if n < 2
                         else "a larger margin or a larger distance from it needs fewer")
    return int(n)


def hazard_of_risk(risk: float, years: float) -> float:
    """Constant hazard per year that leads to a risk within some years."""
    return -log1p(-risk) / years
