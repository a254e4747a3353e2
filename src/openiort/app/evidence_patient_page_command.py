"""`openiort evidence patient-page`: one plain page for one woman."""

from __future__ import annotations

import datetime
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from openiort.app.shared_options import JsonOption, print_json


def patient_page_command(
    file: Annotated[Path, typer.Argument(metavar="CANDIDATE.toml", help="As `openiort select template` shows one.")],
    out: Annotated[
        Path | None, typer.Option("--out", metavar="DIR", help="New or empty folder for the HTML and the PDF.")
    ] = None,
    language: Annotated[str, typer.Option("--language", help="Of the page: en or de.")] = "en",
    as_json: JsonOption = False,
) -> None:
    """One plain page for one woman: two ways, what studies found, what her facts say, what to ask."""
    from openiort.app.evidence_patient_page_screen import show_patient_page
    from openiort.report.output_folder import check_output_folder
    from openiort.report.patient_folder import write_patient_page
    from openiort.report.patient_page import patient_page
    from openiort.select.read_candidate import read_candidate

    if out is not None:
        check_output_folder(out, only_empty=True)
    candidate = read_candidate(file)
    page = patient_page(candidate, language, datetime.datetime.now().astimezone().replace(microsecond=0))
    written = () if out is None else write_patient_page(page, out)
    if as_json:
        print_json(asdict(page) | {"candidate": candidate.id, "made": page.made.isoformat(), "files": written})
    elif out is None:
        show_patient_page(page)
    else:
        typer.echo(f"written to {out}: {', '.join(written)}")
