"""How the sphere came into the tissue: in place of what the scan shows there, or with the tissue giving way to it."""

from __future__ import annotations

import math
from dataclasses import dataclass

from openiort.core.errors import InputError
from openiort.core.units import mm3_PER_cc

REPLACE, DISPLACE = "replace", "displace"


@dataclass(frozen=True, slots=True)
class Insertion:
    """What the sphere did to the anatomy, in figures.

    Attributes:
        method: `replace`: the sphere overwrites what was scanned; `displace`: the lump is out and the tissue around
            it has given way.
        lump: what was asked for, as said (`5 cc`, `structure GTV`); empty for `replace`.
        lump_volume_cc: volume taken out.
        lump_radius_mm: of the ball of that volume.
        moved_volume_cc: how much tissue had to make room: the sphere's volume less the lump's.
        volume_change_percent: change of the volume of all tissue, in percent of `moved_volume_cc`; 0 where tissue
            moves and is neither pressed nor stretched; None where too little moved to be measured.
        largest_shift_mm: longest way that any tissue went.
        structure: the structure that is out, where the lump is one.
    """

    method: str = REPLACE
    lump: str = ""
    lump_volume_cc: float | None = None
    lump_radius_mm: float | None = None
    moved_volume_cc: float | None = None
    volume_change_percent: float | None = None
    largest_shift_mm: float | None = None
    structure: str | None = None


def ball_volume_cc(radius_mm: float) -> float:
    """Volume of a ball."""
    return 4.0 / 3.0 * math.pi * radius_mm**3 / mm3_PER_cc


def ball_radius_mm(volume_cc: float) -> float:
    """Radius of the ball of a volume."""
    return float((3.0 * volume_cc * mm3_PER_cc / (4.0 * math.pi)) ** (1.0 / 3.0))


def check_lump_volume(volume_cc: float, sphere_radius_mm: float, where: str = "--lump-volume-cc") -> None:
    """Refuse a lump that is none, or larger than the sphere that takes its place.

    Raises:
        InputError: as said.
    """
    most_cc = ball_volume_cc(sphere_radius_mm)
    if math.isfinite(volume_cc) and 0.0 < volume_cc <= most_cc:
        return
    what = f"a lump of {volume_cc:.4g} cc is larger than the {2 * sphere_radius_mm:g} mm sphere" \
        if volume_cc > most_cc else f"a lump of {volume_cc:g} cc is no lump"
    raise InputError(what, where=where, allowed=f"above 0, at most {most_cc:.4g} cc, the sphere's volume",
                     fix="choose a larger applicator, give the volume in cc, or leave it out: the sphere is then put "
                     "in place of what was scanned")
