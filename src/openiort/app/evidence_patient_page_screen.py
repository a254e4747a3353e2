"""A patient's page as plain text on the screen."""

from __future__ import annotations

from rich.padding import Padding
from rich.text import Text

from openiort.app.console import wide_console
from openiort.report.page_parts import Comparison, Finding, Group, Paragraph, Part, PatientPage


def show_patient_page(page: PatientPage) -> None:
    """All that is read on the page; pictures as their numbers."""
    console = wide_console()
    console.print(Text(page.title, style="bold"), Text(page.subtitle), Text(page.notice), sep="\n")
    for section in page.sections:
        console.print(Text(f"\n{section.heading}", style="bold"))
        for part in section.parts:
            console.print(Padding(Text("\n".join(_lines(part))), (0, 0, 0, 2)))
    console.print(Text("\n".join(_lines(page.sources)), style="dim"))


def _lines(part: Part) -> list[str]:
    match part:
        case Paragraph(text):
            return [text]
        case Group(heading, points):
            return [*([heading] if heading else []), *(f"- {point}" for point in points)]
        case Comparison(titles, rows):
            return [f"{title}. {row[0]}: {row[column]}" for column, title in enumerate(titles) if title for row in rows]
        case Finding(heading, text, pictures):
            counts = ", ".join(f"{picture.label} {picture.caption}" for picture in pictures)
            return [*([heading] if heading else []), f"- {counts}. {text}"]
