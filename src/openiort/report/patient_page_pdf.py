"""The page for a patient as PDF, made by typst from `patient_page.typ`; all text reaches it as JSON strings."""

from __future__ import annotations

import json
from dataclasses import asdict
from importlib import resources
from typing import Any

from openiort.report.icon_array import icon_array
from openiort.report.page_parts import Part, PatientPage
from openiort.report.typeset import ARCHIVAL_FOR_SCREEN_READERS, typeset

TEMPLATE = "patient_page.typ"


def patient_page_pdf(page: PatientPage) -> bytes:
    """PDF/A-2a and PDF/UA-1: tagged, so that it can be read aloud; the same page gives the same bytes."""
    made = page.made
    data = {"language": page.language, "title": page.title, "subtitle": page.subtitle, "notice": page.notice,
            "created": [made.year, made.month, made.day, made.hour, made.minute, made.second],
            "sections": [{"heading": each.heading, "parts": list(map(_part, each.parts))} for each in page.sections],
            "sources": _part(page.sources), "program": page.program}
    template = resources.files("openiort.report").joinpath(TEMPLATE).read_bytes()
    return typeset({"main.typ": template, "data.json": json.dumps(data).encode()}, made,
                    ARCHIVAL_FOR_SCREEN_READERS)


def _part(part: Part) -> dict[str, Any]:
    fields = asdict(part)
    for picture in fields.get("pictures", ()):
        picture["svg"] = icon_array(picture["count"], picture["alternative"])
    return {"kind": type(part).__name__} | fields
