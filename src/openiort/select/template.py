"""An empty candidate's file with every fact and what may stand there."""

from __future__ import annotations

import textwrap

from openiort.select.candidate import TABLES, UNKNOWN
from openiort.select.fact_type import CODE, FactType, fact_types

HEAD = """\
# A candidate: what is known of one woman. Replace "unknown" where something is known; what stays unknown never counts
# as met. Texts and codes stand in quotation marks; numbers, dates, true and false do not. Lengths are in mm.
# For pure carcinoma in situ give dcis_extent_mm and dcis_grade, not size_mm and grade.

id = "candidate"  # a pseudonym, never her name
"""
TITLES = {
    "before_surgery": "# What is known before surgery",
    "pathology": "# What the specimen and the nodes say. As soon as anything but the date is known here, the second\n"
                 "# assessment is made: what is given here takes the place of what was known before. Type, size,\n"
                 "# foci, grade, vessels, intraductal component and stage then count as given here alone; receptors\n"
                 "# and the rest stay as they were.",
}


def candidate_template() -> str:
    """Text of the file."""
    parts = [HEAD]
    for table, model in TABLES.items():
        facts = "".join(_entry(kind) for kind in fact_types(model).values())
        parts.append(f"{TITLES[table]}\n[{table}]\n{facts}")
    return "\n".join(parts)


def _entry(kind: FactType) -> str:
    allowed = ", ".join(f'"{code}"' if isinstance(code, str) else str(code) for code in kind.codes)
    said = "; ".join(filter(None, (kind.description, allowed if kind.kind == CODE else kind.allowed)))
    comment = textwrap.fill(said, 118, initial_indent="# ", subsequent_indent="#   ", break_on_hyphens=False)
    return f"{comment}\n{kind.name} = \"{UNKNOWN}\"\n"
