"""The folder that a patient's page is written to, as HTML and as PDF."""

from __future__ import annotations

from pathlib import Path

from openiort.report.output_folder import write_folder
from openiort.report.page_parts import PatientPage
from openiort.report.patient_page_html import patient_page_html
from openiort.report.patient_page_pdf import patient_page_pdf

HTML_NAME, PDF_NAME = "patient-page.html", "patient-page.pdf"


def write_patient_page(page: PatientPage, folder: str | Path) -> tuple[str, ...]:
    """Write both forms into a new or empty folder, both or none; the names of the files.

    Raises:
        InputError: the folder is not empty, or cannot be written.
    """
    files = {HTML_NAME: patient_page_html(page).encode(), PDF_NAME: patient_page_pdf(page)}

    def fill(beside: Path) -> None:
        for name, content in files.items():
            (beside / name).write_bytes(content)

    write_folder(folder, fill, only_empty=True, private=True, needed_bytes=sum(map(len, files.values())))
    return tuple(files)
