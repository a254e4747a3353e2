"""Every method for a risk difference, by name; each has limits and a non-inferiority test."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from openiort.evidence import agresti_caffo, farrington_manning, miettinen_nurminen, newcombe, wald
from openiort.evidence.two_arms import TwoArms, check_margin

ONE_SIDED_ALPHA = 0.05


@dataclass(frozen=True, slots=True)
class Method:
    """A way to judge a risk difference; the functions take counts, and a level or a margin."""

    limits: Callable[[TwoArms, float], tuple[float, float]]
    p_non_inferior: Callable[[TwoArms, float], float]


METHODS = {
    "Wald": Method(wald.limits, wald.p_non_inferior),
    "Agresti-Caffo": Method(agresti_caffo.limits, agresti_caffo.p_non_inferior),
    "Newcombe": Method(newcombe.limits, newcombe.p_non_inferior),
    "Miettinen-Nurminen": Method(miettinen_nurminen.limits, miettinen_nurminen.p_non_inferior),
    "Farrington-Manning": Method(farrington_manning.limits, farrington_manning.p_non_inferior),
}


def is_non_inferior(counts: TwoArms, margin: float, method: str, alpha: float = ONE_SIDED_ALPHA) -> bool:
    """Whether a method rejects that the new treatment is worse by `margin` or more.

    Raises:
        InputError: a margin that is none.
    """
    check_margin(margin)
    return METHODS[method].p_non_inferior(counts, margin) < alpha
