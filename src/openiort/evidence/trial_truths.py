"""A trial simulated under two truths: the risks that are assumed, and a difference of the margin."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from math import isfinite
from typing import Any

from openiort.core.progress import Progress, silent
from openiort.evidence.trial_assumptions import TrialAssumptions, TrueRisks, at_margin, true_risks
from openiort.evidence.trial_simulation import MethodRate, simulate

ASSUMED, AT_MARGIN = "as assumed", "at the margin"


@dataclass(frozen=True, slots=True)
class Truth:
    """What simulated trials find when this is so.

    Attributes:
        name: `ASSUMED` or `AT_MARGIN`.
        new: risk in the new arm without added EBRT that leads there.
        risks: of the arms.
        methods: how often each finds the new treatment non-inferior.
    """

    name: str
    new: float
    risks: TrueRisks
    methods: tuple[MethodRate, ...]

    def record(self) -> dict[str, Any]:
        """Plain values for JSON; a mean of no estimates is null."""
        return {"name": self.name, "new_without_added_ebrt": self.new,
                "true_difference": self.risks.net[0] - self.risks.net[1],
                "true_difference_of_incidence": self.risks.incidence[0] - self.risks.incidence[1],
                "risks": asdict(self.risks),
                "methods": [asdict(each) | {"mean_difference": each.mean_difference if isfinite(each.mean_difference)
                                            else None} for each in self.methods]}


def simulate_truths(trial: TrialAssumptions, trials: int, *, seed: int = 1, workers: int = 1,
                    progress: Progress = silent) -> tuple[Truth, Truth]:
    """Under what is assumed the rates are power, at the margin type I errors; both from the same random numbers.

    Raises:
        InputError: as `simulate` and `at_margin`.
    """
    pairs = ((ASSUMED, trial), (AT_MARGIN, at_margin(trial)))
    first, second = (Truth(name, each.new, true_risks(each), simulate(
        each, trials, seed=seed, workers=workers, progress=progress, step=f"trials, {name}")) for name, each in pairs)
    return first, second
