"""What a plan's doses would be were her tissue another: the same place, sphere and time, other compositions.

A woman's fat and gland are not measured; the spread over plausible assumptions is part of what is not known about her
dose. Method in the manner of TG-186 (L. Beaulieu et al., Med. Phys. 39, 6208 (2012), doi:10.1118/1.4747264), which asks
for the dose in water beside that in tissue.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from openiort.core.errors import InputError
from openiort.core.progress import Progress, part_of, silent
from openiort.patient.patient import Patient
from openiort.patient.tissue_variant import TissueVariant, tissue_variants, with_variant
from openiort.plan.figures_of_merit import STRUCTURES, Figure, figures_of
from openiort.plan.plan import Plan
from openiort.plan.quick_dvhs import UNCERTAINTY_percent, quick_dvhs

AS_SCANNED = "as scanned"
WATER = "water"
STEP = "tissue sensitivity"


@dataclass(frozen=True, slots=True)
class TissueRow:
    """One assumption and what it leads to.

    Attributes:
        variant: its name; `as scanned` first.
        what: in words.
        figures: those of `openiort.plan.figures_of_merit`.
    """

    variant: str
    what: str
    figures: tuple[Figure, ...]


@dataclass(frozen=True, slots=True)
class TissueSensitivity:
    """All assumptions.

    Attributes:
        rows: `as scanned` first.
    """

    rows: tuple[TissueRow, ...]

    @property
    def spread_percent(self) -> tuple[float | None, ...]:
        """By figure: highest less lowest of the breast's mixtures and of the scan, in per cent of `as scanned`.

        Water is no assumption about a breast and does not count.
        """
        counted = [row for row in self.rows if row.variant != WATER]
        return tuple(_spread_percent([row.figures[k].value_Gy for row in counted])
                     for k in range(len(self.rows[0].figures)))


def tissue_sensitivity(plan: Plan, *, variants: Sequence[TissueVariant] | None = None, seed: int = 1,
                       uncertainty_percent: float = UNCERTAINTY_percent,
                       progress: Progress = silent) -> TissueSensitivity:
    """Calculate the plan's dose for each tissue of `tables/tissue_variants.toml`, and once more as it was scanned.

    All by the same mode and seed, so that they differ by tissue alone, within their uncertainty.

    Args:
        plan: on a CT.
        variants: to look at; those of the table for None.
        seed: of the random numbers.
        uncertainty_percent: of each dose, mean over the 0-10 mm shell (k=1).
        progress: told which one is being calculated.

    Raises:
        InputError: the plan's patient is a layered phantom.
    """
    if plan.patient.layers is not None:
        raise InputError("a layered phantom has no CT whose tissue could be another", where="PLAN",
                         allowed="a plan on a CT", fix="change the layers and plan again")
    cases: list[tuple[str, str, Patient]] = [(AS_SCANNED, "tissue read from the CT", plan.patient)]
    cases += [(variant.name, variant.what, with_variant(plan.patient, variant))
              for variant in (tissue_variants() if variants is None else variants)]
    rows = []
    for number, (name, what, patient) in enumerate(cases):
        told = part_of(progress, STEP, number, len(cases), name)
        dvhs, _ = quick_dvhs(patient, plan.device, plan.applicator, plan.centre_mm, photons=plan.photons,
                             prescription_Gy=plan.prescription.dose_Gy, structures=STRUCTURES, seed=seed,
                             uncertainty_percent=uncertainty_percent, progress=told)
        rows.append(TissueRow(name, what, figures_of(dvhs)))
    progress(STEP, 1.0)
    return TissueSensitivity(tuple(rows))


def _spread_percent(values: list[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    if len(known) < len(values) or not known[0]:
        return None
    return 100.0 * (max(known) - min(known)) / known[0]
