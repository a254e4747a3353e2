"""A figure as a file of its own: PNG, SVG or PDF by its name, the same bytes on every run."""

from __future__ import annotations

import io
from pathlib import Path

from matplotlib.backends.backend_pdf import FigureCanvasPdf
from matplotlib.figure import Figure

from openiort.core.errors import InputError
from openiort.core.output_file import check_output_file, write_output_file
from openiort.report.figure_style import drawing, png, svg


def pdf(figure: Figure) -> bytes:
    """The figure as PDF, without date."""
    target = io.BytesIO()
    FigureCanvasPdf(figure).print_pdf(target, metadata={"CreationDate": None, "Creator": None, "Producer": None})
    return target.getvalue()


WRITERS = {".png": png, ".svg": svg, ".pdf": pdf}


def check_figure_file(file: str | Path, *, option: str, force: bool = False) -> Path:
    """Refuse a place or a name before anything is calculated.

    Raises:
        InputError: another kind of figure, and what `check_output_file` refuses.
    """
    if Path(file).suffix.lower() not in WRITERS:
        raise InputError(f"{Path(file).name} is no figure that can be drawn, by its name", where=option,
                         allowed="a name that ends in " + ", ".join(WRITERS), fix="give one of these endings")
    return check_output_file(file, option=option, force=force)


def write_figure(figure: Figure, file: str | Path, *, option: str, force: bool = False) -> None:
    """Write a figure whole or not at all.

    Raises:
        InputError: as `check_figure_file`; disk full.
    """
    place = check_figure_file(file, option=option, force=force)
    with drawing():
        content = WRITERS[place.suffix.lower()](figure)
    write_output_file(place, content, option=option, force=force)
