"""What is read from the dose of skin, ribs, lungs and heart, and what it is good for: `tables/structure_metrics.toml`.

After one dose at 50 kV no complication probability of ribs is accepted, and none of skin: they have figures, no NTCP.
EQD2 rises with dose, so the EQD2 of a figure is the figure of the EQD2, except of a mean.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from openiort.biology.checks import Values, structure, within
from openiort.core.table import read_toml

FILE = "structure_metrics.toml"


@dataclass(frozen=True, slots=True)
class Metric:
    """One figure.

    Attributes:
        structure: which it is for.
        name: as it is written, with its unit: `D0.2cc_Gy`.
        kind: `hottest` (least dose to the hottest volume), `volume` (that gets a dose or more) or `mean`.
        amount: the volume in cc, or the dose in Gy; 0 for a mean.
        text: how it is read.
        mark: where the text's numbers come from.
        source: citation.
    """

    structure: str
    name: str
    kind: str
    amount: float
    text: str
    mark: str
    source: str


def metrics(structure_name: str) -> tuple[Metric, ...]:
    """Figures that are for a structure: `skin`, `ribs`, `lungs`, `heart`."""
    found = tuple(Metric(**entry) for entry in read_toml(FILE)["metric"])
    return tuple(metric for metric in found if metric.structure == structure_name)


def figures(structure_name: str, dose_Gy: Values, volume_cc: Values) -> dict[str, float | None]:
    """Figures of a structure by name; None where it is smaller than the volume asked for.

    Args:
        structure_name: `skin`, `ribs`, `lungs` or `heart`.
        dose_Gy: (n,) physical dose.
        volume_cc: (n,).

    Raises:
        InputError: an empty structure, a negative dose.
    """
    return {metric.name: _figure(metric, dose_Gy, volume_cc) for metric in metrics(structure_name)}


def _figure(metric: Metric, dose_Gy: Values, volume_cc: Values) -> float | None:
    if metric.kind == "hottest":
        return hottest_Gy(dose_Gy, volume_cc, metric.amount)
    if metric.kind == "volume":
        return volume_at_least_cc(dose_Gy, volume_cc, metric.amount)
    dose, volume = structure(dose_Gy, volume_cc)
    return float(dose @ volume / volume.sum())


def hottest_Gy(dose_Gy: Values, volume_cc: Values, hottest_cc: float) -> float | None:
    """Least dose to the hottest `hottest_cc`; None where the structure is smaller.

    Raises:
        InputError: an empty structure, a volume that is not above 0.
    """
    dose, volume = structure(dose_Gy, volume_cc)
    within(hottest_cc, "hottest_cc", 0.0, open_low=True)
    order = np.argsort(dose)[::-1]
    reached = np.cumsum(volume[order])
    if hottest_cc > reached[-1] * (1.0 + 1e-9):
        return None
    place = min(int(np.searchsorted(reached, hottest_cc * (1.0 - 1e-9))), dose.size - 1)
    return float(dose[order][place])


def volume_at_least_cc(dose_Gy: Values, volume_cc: Values, least_Gy: float) -> float:
    """Volume that gets a dose or more.

    Raises:
        InputError: an empty structure.
    """
    dose, volume = structure(dose_Gy, volume_cc)
    return float(volume[dose >= within(least_Gy, "least_Gy", 0.0)].sum())
