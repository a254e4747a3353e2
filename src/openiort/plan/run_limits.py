"""What may be asked of a run: how certain it is to be, in which mode, how long, and from which seed."""

from __future__ import annotations

import math

from openiort.core.errors import InputError
from openiort.dose.modes import ACCURATE, checked_mode
from openiort.dose.processors import CPU, check_processor
from openiort.dose.run_time import DEFAULT_minutes

LEAST_percent, MOST_percent = 0.05, 20.0


def check_run(uncertainty_percent: float, seed: int, mode: str = ACCURATE.name,
              max_minutes: float | None = None, processor: str = CPU) -> None:
    """Refuse what cannot be run.

    Raises:
        InputError: an uncertainty that is not finite or out of range, a seed that is no 63-bit number, a mode that
            there is not, no time to run, or a processor that is not there.
    """
    checked_mode(mode)
    check_processor(processor, mode)
    if max_minutes is not None and not (math.isfinite(max_minutes) and max_minutes > 0.0):
        raise InputError(f"{max_minutes} minutes are no time to run", where="--max-minutes (max_minutes)",
                         allowed="more than 0", fix=f"{DEFAULT_minutes:g} is the default")
    if not (math.isfinite(uncertainty_percent) and LEAST_percent <= uncertainty_percent <= MOST_percent):
        raise InputError(f"uncertainty {uncertainty_percent} % cannot be aimed at",
                         where="--uncertainty (uncertainty_percent)",
                         allowed=f"{LEAST_percent:g} to {MOST_percent:g} %", fix="1 is the default")
    check_seed(seed)


def check_seed(seed: int) -> None:
    """Refuse a seed that is no 63-bit number.

    Raises:
        InputError: such a seed.
    """
    if not 0 <= seed < 2**63:
        raise InputError(f"seed {seed} cannot be used", where="--seed (seed)", allowed="0 to 2^63 - 1",
                         fix="1 is the default")
