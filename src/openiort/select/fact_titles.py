"""The titles of a table's columns: which fact of which phase each one holds."""

from __future__ import annotations

from openiort.core.errors import InputError
from openiort.select.candidate import TABLES
from openiort.select.fact_type import fact_types, with_nearest

ID = "id"
MOST_SHOWN = 10
ALLOWED = f"{ID}, age_years, before_surgery.size_mm, pathology.size_mm and the like: docs/files.md lists all of them"


def titles() -> dict[str, tuple[str, str]]:
    """Every title that a column may have -> part of the candidate, fact.

    `before_surgery.size_mm` and `pathology.size_mm` name the phase. Without it a title means the only phase that has
    the fact, and before surgery where both have it.
    """
    known = {f"{part}.{fact}": (part, fact) for part, model in TABLES.items() for fact in model.model_fields}
    plain = {fact: (part, fact) for part, model in reversed(TABLES.items()) for fact in model.model_fields}
    return known | {fact: plain[fact] for _, fact in known.values()}


def columns_page() -> str:
    """Markdown table of all columns and of what their cells may hold, for the documentation."""
    rows = ["| column | cells | what |", "|---|---|---|"]
    for fact in titles():
        tables = [table for table, model in TABLES.items() if fact in model.model_fields]
        if tables:
            kind = fact_types(TABLES[tables[0]])[fact]
            names = [f"`{fact}`"] if len(tables) == 1 else [f"`{table}.{fact}`" for table in tables]
            rows.append(f"| {', '.join(names)} | {kind.allowed.removesuffix(', without quotation marks')} "
                        f"| {kind.description} |")
    return "\n".join(rows) + "\n"


def understood_titles(given: list[str], where: str) -> dict[str, tuple[str, str]]:
    """Title -> part of the candidate, fact; without `id`.

    Raises:
        InputError: no `id`, a title that is not known, two titles of one fact.
    """
    known = titles()
    wrong = [title for title in given if title != ID and title not in known]
    if wrong:
        shown = "; ".join(_with_nearest(title) for title in wrong[:MOST_SHOWN])
        more = f" and {len(wrong) - MOST_SHOWN} more" if len(wrong) > MOST_SHOWN else ""
        raise InputError(f"unknown columns: {shown}{more}", where=where, allowed=ALLOWED, fix=_fix(wrong[0]))
    if ID not in given:
        raise InputError(f"no column {ID}", where=where, allowed=f"a column {ID} with a pseudonym for each patient",
                         fix="add it")
    found = {title: known[title] for title in given if title != ID}
    for title, fact in found.items():
        other = next(name for name in found if found[name] == fact)
        if other != title:
            raise InputError(f"columns {other} and {title} hold the same fact", where=where,
                             allowed="each fact of a phase once", fix="remove one of them")
    return found


def _with_nearest(title: str) -> str:
    return f"{title[:40]!a}{with_nearest(title, [ID, *titles()])}"


def _fix(title: str) -> str:
    if not title.isprintable():
        return "save the file as CSV (UTF-8) with cells separated by commas or semicolons"
    return "rename these columns, or remove them"
