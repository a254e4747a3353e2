"""What may be asked of a run: how certain it is to be, and from which seed."""

from __future__ import annotations

import math

from openiort.core.errors import InputError

LEAST_percent, MOST_percent = 0.05, 20.0


def check_run(uncertainty_percent: float, seed: int) -> None:
    """Refuse what cannot be run.

    Raises:
        InputError: an uncertainty that is not finite or out of range, or a seed that is no 63-bit number.
    """
    if not (math.isfinite(uncertainty_percent) and LEAST_percent <= uncertainty_percent <= MOST_percent):
        raise InputError(f"uncertainty {uncertainty_percent} % cannot be aimed at",
                         where="--uncertainty (uncertainty_percent)",
                         allowed=f"{LEAST_percent:g} to {MOST_percent:g} %", fix="3 is the default")
    check_seed(seed)


def check_seed(seed: int) -> None:
    """Refuse a seed that is no 63-bit number.

    Raises:
        InputError: such a seed.
    """
    if not 0 <= seed < 2**63:
        raise InputError(f"seed {seed} cannot be used", where="--seed (seed)", allowed="0 to 2^63 - 1",
                         fix="1 is the default")
