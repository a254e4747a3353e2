"""What of a plan goes into its RT Structure Set: applicator, shells, and her structures, each with its outlines."""

from __future__ import annotations

import re
from collections.abc import Iterable, Set
from dataclasses import dataclass
from itertools import chain, count

from openiort.core.grid import Grid
from openiort.dicom.written_dataset import LO, plain_text
from openiort.patient.keyholes import keyholes
from openiort.patient.mask_outlines import mask_outlines
from openiort.patient.outline import Outline
from openiort.patient.patient import Patient
from openiort.patient.sphere_outlines import shell_outlines, sphere_outlines
from openiort.patient.structure import Structure

# number of the applicator, which is always the first
APPLICATOR = 1
SHELLS_mm = (5.0, 10.0)
AUTOMATIC, AUTOMATIC_SUFFIX = "automatic", "_auto"
AUTOMATIC_DESCRIPTION = "found automatically by OpenIORT, not reviewed"
CONTOURED_DESCRIPTION = "'{}' in OpenIORT, as contoured, drawn again from its mask"
SHELL_DESCRIPTION = "by distance from the sphere alone: may reach beyond the body and into bone, unlike its DVH"
# all that is no patient: its outline is that of the body, and the image's edge
NOT_EXPORTED = ("air",)
# RT ROI Interpreted Type (PS3.3, C.8.8.8.1): the first of these words in a name; what is not known stays empty
TYPES = re.compile(
    r"(?<![a-z])(?:(?P<GTV>gtv|lump(?![a-z]))|(?P<CTV>ctv)|(?P<PTV>ptv)|(?P<ORGAN>(?:skin|bones?|lungs?|heart|breasts?"
    r"|ribs?|sternum|chest ?wall|spinal ?cord|o?esophagus|windpipe|trachea|liver|artery)(?![a-z])))", re.IGNORECASE,
)  # fmt: skip
WHOLE_NAMES = {"body": "EXTERNAL", "external": "EXTERNAL"}
COLOURS = {"BRACHY_SRC_APP": (230, 159, 0), "DOSE_REGION": (240, 228, 66), "GTV": (213, 94, 0), "CTV": (204, 121, 167),
           "PTV": (204, 121, 167), "EXTERNAL": (0, 158, 115), "ORGAN": (86, 180, 233), "": (170, 170, 170)}  # fmt: skip


@dataclass(frozen=True, slots=True)
class ExportedROI:
    """One region of interest of a structure set.

    Attributes:
        structure: name of hers that it is; empty for applicator and shells.
        name: what the file calls it.
        description: how it came about, for people.
        algorithm: AUTOMATIC, or empty where this program does not know.
        interpreted_type: RT ROI Interpreted Type, or empty.
        outlines: on the slices of the CT, none of them a hole.
    """

    structure: str
    name: str
    description: str
    algorithm: str
    interpreted_type: str
    outlines: tuple[Outline, ...]

    @property
    def colour(self) -> tuple[int, int, int]:
        """Red, green, blue, 0-255."""
        return COLOURS[self.interpreted_type]


def exported_rois(patient: Patient, centre_mm: tuple[float, float, float], radius_mm: float) -> tuple[ExportedROI, ...]:
    """Applicator and shells, then structures as contoured, then those found automatically; a name occurs once."""
    structures = sorted(patient.structures.values(), key=lambda s: s.origin == AUTOMATIC)
    shown = [s for s in structures if s.name not in NOT_EXPORTED]
    geometric = _geometric(patient.image.grid, centre_mm, radius_mm)
    return (*geometric, *contoured_rois(shown, patient.image.grid, {roi.name for roi in geometric}))


def contoured_rois(structures: Iterable[Structure], grid: Grid,
                   taken: Iterable[str] = ()) -> tuple[ExportedROI, ...]:
    """Structures with their outlines on a grid, under names that none of `taken` has."""
    shown, used = list(structures), set(taken)
    # one EXTERNAL a file: what was contoured comes first
    body = next((s.name for s in shown if _interpreted_type(s.name) == "EXTERNAL"), None)
    found = []
    for structure in shown:
        name = _free_name(structure, used)
        used.add(name)
        kind = _interpreted_type(structure.name)
        found.append(_roi(structure, grid, name, "" if kind == "EXTERNAL" and structure.name != body else kind))
    return tuple(found)


def _geometric(grid: Grid, centre_mm: tuple[float, float, float], radius_mm: float) -> tuple[ExportedROI, ...]:
    diameter_mm = 2.0 * radius_mm
    sphere = ExportedROI("", f"applicator {diameter_mm:g} mm", f"sphere of {diameter_mm:g} mm diameter",
                         "AUTOMATIC", "BRACHY_SRC_APP", sphere_outlines(centre_mm, radius_mm, grid))
    shells = [ExportedROI("", name, SHELL_DESCRIPTION, "AUTOMATIC", "DOSE_REGION",
                          keyholes(shell_outlines(centre_mm, radius_mm, width_mm, grid), grid))
              for width_mm in SHELLS_mm for name in [f"shell 0-{width_mm:g} mm"]]  # fmt: skip
    return (sphere, *shells)


def _roi(structure: Structure, grid: Grid, name: str, kind: str) -> ExportedROI:
    automatic = structure.origin == AUTOMATIC
    return ExportedROI(
        structure=structure.name,
        name=name,
        description=AUTOMATIC_DESCRIPTION if automatic else CONTOURED_DESCRIPTION.format(structure.name),
        algorithm="AUTOMATIC" if automatic else "",
        interpreted_type=kind,
        outlines=keyholes(mask_outlines(structure, grid), grid),
    )


def _free_name(structure: Structure, taken: Set[str]) -> str:
    """What the file calls it: a contoured one as its author did."""
    suffix = AUTOMATIC_SUFFIX if structure.origin == AUTOMATIC else ""
    names = [plain_text(name + suffix, LO) for name in (structure.drawn_as or structure.name, structure.name)]
    numbered = (f"{names[0][: LO - 4]} {number}" for number in count(2))
    return next(name for name in chain(names, numbered) if name and name not in taken)


def _interpreted_type(name: str) -> str:
    found = TYPES.search(name)
    return WHOLE_NAMES.get(name.strip().casefold(), (found and found.lastgroup) or "")
