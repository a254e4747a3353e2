"""DVHs that a planning system stored in its RT Dose: to hold against our own, never to be used as dose.

Some systems write the minimum, maximum and mean in per cent of the prescription although the units say Gy.
"""

from __future__ import annotations

from dataclasses import dataclass

from pydicom.dataset import Dataset

from openiort.core.errors import InputError
from openiort.dicom.tag_values import items, numbers, text, whole_number

MOST_NUMBER = 2**31 - 1
TOLERANCE_Gy, TOLERANCE_percent = 0.05, 3.0
AGREES, IN_PERCENT, DIFFERS = "agrees", "in % of the prescription, whatever its units say", "differs"


@dataclass(frozen=True, slots=True)
class StoredDVH:
    """What is stored of one structure.

    Attributes:
        roi_number: of the structure set that the dose refers to.
        units: as it says, `GY` or `RELATIVE`.
        mean: in whatever unit it really is.
    """

    roi_number: int
    units: str
    mean: float

    def verdict(self, mean_Gy: float, prescription_Gy: float) -> str:
        """How it compares with our own mean dose: agrees, agrees when read as per cent, or differs."""
        tolerance_Gy = max(TOLERANCE_Gy, TOLERANCE_percent / 100.0 * mean_Gy)
        if abs(self.mean - mean_Gy) <= tolerance_Gy:
            return AGREES
        return IN_PERCENT if abs(self.mean * prescription_Gy / 100.0 - mean_Gy) <= tolerance_Gy else DIFFERS


def stored_dvhs(dataset: Dataset, where: str) -> tuple[StoredDVH, ...]:
    """The histograms of single structures that have a mean; one that cannot be read is left out, it decides nothing."""
    found = []
    for item in items(dataset, "DVHSequence", where):
        try:
            (roi,) = items(item, "DVHReferencedROISequence", where)
            found.append(StoredDVH(whole_number(roi, "ReferencedROINumber", 0, MOST_NUMBER, where),
                                   text(item, "DoseUnits").upper(), numbers(item, "DVHMeanDose", 1, where)[0]))
        except (InputError, ValueError):
            continue
    return tuple(found)
