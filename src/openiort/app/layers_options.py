"""Options of a plan without a CT: distances by ultrasound and what the breast is made of."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from openiort.core.errors import InputError
from openiort.patient.layers import default_thickness_mm

if TYPE_CHECKING:
    from openiort.patient.patient import Patient

EXAMPLE = "skin=12,chest-wall=25"
NAMES = {"skin": "skin_mm", "chest-wall": "chest_wall_mm"}
BREAST = "50/50"

LayersOption = Annotated[
    str | None,
    typer.Option(
        "--layers", metavar=EXAMPLE,
        help="Plan without a CT: mm from the applicator's surface to the outside of the skin in front and to the chest "
        "wall (muscle, rib, lung) behind.",
    ),
]  # fmt: skip
BreastOption = Annotated[
    str | None,
    typer.Option("--breast", metavar="A/G", show_default=BREAST, help="Adipose/gland in % by mass, with --layers."),
]
MuscleOption = Annotated[
    float | None,
    typer.Option("--muscle-mm", show_default=f"{default_thickness_mm('muscle'):g}",
                 help="Thickness of the muscle on the ribs, mm, with --layers."),
]  # fmt: skip
RibOption = Annotated[
    float | None,
    typer.Option("--rib-mm", show_default=f"{default_thickness_mm('rib'):g}",
                 help="Thickness of the ribs, a closed plate, 0 for a gap, mm, with --layers; lung fills the rest."),
]  # fmt: skip


def parse_layers(text: str) -> dict[str, float]:
    """`skin=12,chest-wall=25` as arguments of `layered_patient`.

    Raises:
        InputError: an unknown or repeated name, no number, or one of the two missing.
    """
    allowed, where = f"{EXAMPLE}: names {', '.join(NAMES)}, distances in mm", "--layers"
    found: dict[str, float] = {}
    for part in text.split(","):
        name, _, number = (piece.strip() for piece in part.partition("="))
        if name not in NAMES or NAMES[name] in found:
            what = f"layer '{name}' is given twice" if name in NAMES else f"layer '{name}' is unknown"
            raise InputError(what, where=where, allowed=allowed, fix=f"for instance --layers {EXAMPLE}")
        found[NAMES[name]] = _number(number, f"distance '{number}' of layer '{name}'", where, allowed)
    missing = [name for name, argument in NAMES.items() if argument not in found]
    if missing:
        raise InputError(f"layer '{missing[0]}' is missing", where=where, allowed=allowed,
                         fix=f"for instance --layers {EXAMPLE}")
    return found


def parse_breast(text: str) -> float:
    """Adipose tissue in % by mass of `adipose/gland`.

    Raises:
        InputError: not two numbers of 0 to 100 that sum to 100.
    """
    where, allowed = "--breast", "adipose/gland in % by mass that sum to 100, such as 70/30"
    parts = text.split("/")
    if len(parts) != 2:
        raise InputError(f"'{text}' is no composition of a breast", where=where, allowed=allowed,
                         fix=f"for instance --breast {BREAST}")
    adipose, gland = (_number(part, f"share '{part}'", where, allowed) for part in parts)
    if not (min(adipose, gland) >= 0 and abs(adipose + gland - 100.0) <= 0.1):
        raise InputError(f"'{text}' sums to {adipose + gland:g} %", where=where, allowed=allowed,
                         fix="give what is adipose tissue and what is gland; there is nothing else")
    return adipose


def patient_of_layers(layers: str, breast: str | None, *, applicator_mm: float, skin_thickness_mm: float,
                      muscle_mm: float | None, rib_mm: float | None) -> Patient:
    """The layered phantom that the options ask for.

    Raises:
        InputError: an option that cannot be used.
    """
    from openiort.patient.layered_patient import layered_patient

    distances = parse_layers(layers)
    return layered_patient(applicator_mm=applicator_mm, skin_mm=distances["skin_mm"],
                           chest_wall_mm=distances["chest_wall_mm"], adipose_percent=parse_breast(breast or BREAST),
                           skin_thickness_mm=skin_thickness_mm, muscle_mm=muscle_mm, rib_mm=rib_mm)


def check_source(folder: Path | None, layers: str | None, *, only_ct: Mapping[str, Any],
                 only_layers: Mapping[str, Any]) -> None:
    """A plan stands on a CT or on layers: exactly one of them, with its own options.

    Args:
        folder: of a CT.
        layers: as the option has it.
        only_ct: option -> value, of those that mean something on a CT alone; `--at`, which it needs (or
            `--lump`, whose middle takes its place), among them.
        only_layers: the same for layers.

    Raises:
        InputError: none or both of them, or an option of the other.
    """
    either = f"FOLDER and --at, or --layers {EXAMPLE}"
    if folder is None and layers is None:
        raise InputError("there is nothing to plan on", where="FOLDER, --layers", allowed=either,
                         fix="name the folder of a CT, or give the layers without a CT")
    if layers is not None and folder is not None:
        raise InputError(f"FOLDER '{folder}' and --layers exclude each other", where="FOLDER, --layers",
                         allowed=either, fix="leave one of them out")
    if layers is None and only_ct["--at"] is None and only_ct["--lump"] is None:
        raise InputError("the applicator's place is missing", where="--at", allowed="three numbers x,y,z in mm",
                         fix="for instance --at=-88.2,-222.9,-587.0")
    of_the_other, there = (only_layers, "on a CT") if layers is None else (only_ct, "in layers")
    for option, value in of_the_other.items():
        if value is not None:
            raise InputError(f"{option} means nothing {there}", where=option, allowed=either, fix="leave it out")


def _number(text: str, what: str, where: str, allowed: str) -> float:
    try:
        if "_" in text:  # which Python would take for nothing: 2_5 is 25 to it
            raise ValueError
        return float(text)
    except ValueError:
        raise InputError(f"{what} is not a number", where=where, allowed=allowed, fix="give a number") from None
