"""How long a calculation may take: said before it takes longer, and not after."""

from __future__ import annotations

import math

from openiort.core.errors import InputError

DEFAULT_minutes = 10.0
SECONDS_PER_MINUTE = 60.0
# chance alone can make a round look useless
LEAST_SHARE = 1e-6


def check_wanted(uncertainty_percent: float, max_rounds: int) -> None:
    """Refuse what no number of histories reaches, and no histories at all.

    Raises:
        InputError: an uncertainty that is not finite and above 0, or no rounds.
    """
    if not (math.isfinite(uncertainty_percent) and uncertainty_percent > 0.0):
        raise InputError(f"uncertainty {uncertainty_percent} % cannot be aimed at", where="uncertainty_percent",
                         allowed="more than 0 %, finite", fix="ask for 1 %")
    if max_rounds < 1:
        raise InputError(f"{max_rounds} rounds of histories give no dose", where="max_rounds", allowed="1 or more",
                         fix="leave it out to run until the uncertainty is reached")


def time_left_s(spent_s: float, first: float, done: float) -> float:
    """How long the rest takes, when it took `spent_s` to bring the share that is done from `first` to `done`."""
    if done >= 1.0:
        return 0.0
    return spent_s * (1.0 - done) / max(done - first, LEAST_SHARE)


def check_time_left(left_s: float, max_minutes: float | None, uncertainty_percent: float) -> None:
    """Refuse what would take longer than the user is ready to wait; None waits for anything.

    Raises:
        InputError: it would take longer.
    """
    if max_minutes is None or left_s <= SECONDS_PER_MINUTE * max_minutes:
        return
    raise InputError(
        f"{uncertainty_percent:g} % uncertainty would take about {left_s / SECONDS_PER_MINUTE:.0f} minutes more",
        where="--uncertainty (uncertainty_percent)", allowed=f"up to {max_minutes:g} minutes (--max-minutes)",
        fix="ask for less certainty, allow more minutes, or confirm with --yes",
    )
