"""Options and output that several commands have."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from openiort.core.errors import InputError

JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON value on stdout and nothing else.")]
CTFolder = Annotated[Path, typer.Argument(metavar="FOLDER", help="Folder with the DICOM files of a CT.")]
SeriesOption = Annotated[
    str | None, typer.Option("--series", help="Number or UID of the CT series to read, if the folder holds several.")
]
SeedOption = Annotated[int, typer.Option("--seed", help="Of the random numbers: same seed, same result.")]
ModeOption = Annotated[
    str, typer.Option("--mode", metavar="NAME", help="How to calculate: accurate, fast, reference or preview.")
]
UncertaintyOption = Annotated[
    float, typer.Option("--uncertainty", help="Standard uncertainty to reach, mean over 0-10 mm, percent.")
]
MaxMinutesOption = Annotated[
    float, typer.Option("--max-minutes", help="Longest calculation that is begun without --yes.")
]
YesOption = Annotated[bool, typer.Option("--yes", help="Calculate, however long it takes.")]
ProcessorOption = Annotated[
    str, typer.Option("--processor", metavar="NAME", help="cpu, or cuda for an NVIDIA GPU.")
]
ThreadsOption = Annotated[int | None, typer.Option("--threads", help="Threads to use; all if left out.")]
SkinOption = Annotated[float, typer.Option("--skin-mm", help="Thickness of the skin, mm.")]
StructuresOption = Annotated[
    str | None,
    typer.Option(
        "--structures",
        metavar="FILE|none",
        help="RT Structure Set to use; the one beside the CT if left out; `none` for none.",
    ),
]


def parse_point_mm(text: str) -> tuple[float, float, float]:
    """A point given as `x,y,z`.

    Raises:
        InputError: anything but three numbers.
    """
    try:
        x_mm, y_mm, z_mm = (float(part) for part in text.split(","))
    except ValueError:
        raise InputError(
            f"'{text}' is not a point",
            where="--at",
            allowed="three numbers x,y,z in mm, without blanks",
            fix="for instance --at=-88.2,-222.9,-587.0",
        ) from None
    return x_mm, y_mm, z_mm


def print_json(value: Any) -> None:
    """One JSON value as one line on stdout; not-a-number, which JSON has not, is a failure of the program."""
    typer.echo(json.dumps(value, allow_nan=False))
