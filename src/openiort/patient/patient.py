"""The patient as every later stage sees her: image, structures, tissues."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from openiort.core.display import displayed
from openiort.core.errors import InputError
from openiort.patient.identity import SourceIdentity
from openiort.patient.image import CTImage
from openiort.patient.layers import Layers
from openiort.patient.structure import Structure
from openiort.patient.tissue_map import TissueMap


@dataclass(frozen=True, slots=True)
class Patient:
    """One woman's anatomy.

    Attributes:
        image: the CT.
        structures: name -> structure; `body`, `skin`, `lungs`, `bone` and `air` are always there.
        tissues: composition and density of every voxel.
        pseudonym: the only name of hers outside DICOM and PDF.
        identity: the clinic's name and numbers, for DICOM and PDF only.
        input_sha256: hash over the files she was read from.
        notes: what was noticed while reading (files skipped and the like), free of names and paths.
        options: what was asked when she was read (`skin_mm` and the like), so that it can be asked again.
        layers: what a layered phantom was made from; None for a woman with a CT.
    """

    image: CTImage
    structures: Mapping[str, Structure]
    tissues: TissueMap
    pseudonym: str
    identity: SourceIdentity = SourceIdentity()
    input_sha256: str = ""
    notes: tuple[str, ...] = ()
    options: Mapping[str, Any] = field(default_factory=dict)
    layers: Layers | None = None

    def show(self) -> Any:
        """CT and tissues on three planes: shows itself in a notebook, `save(folder)` writes it."""
        return displayed("patient", self)

    def _repr_html_(self) -> str:
        return str(displayed("patient_html", self))

    def structure(self, name: str) -> Structure:
        """The structure of that name.

        Raises:
            InputError: there is none; the error lists what there is.
        """
        if name not in self.structures:
            raise InputError(
                f"structure '{name}' is unknown",
                where="structure name",
                allowed=", ".join(sorted(self.structures)),
                fix="choose one of these",
            )
        return self.structures[name]
