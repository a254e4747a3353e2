"""Candidates drawn at random as cells of a table: every code, numbers on and beside the edges of guidelines."""

from __future__ import annotations

import csv
import io
import random

from openiort.select.candidate import TABLES
from openiort.select.contradictions import SIZE_OF_T_mm
from openiort.select.fact_type import CODE, DATE, YES_NO, FactType, fact_types

BEFORE, AFTER = TABLES
STAGE = {BEFORE: "cT", AFTER: "pT"}
PLACES = [(table, fact) for table, model in TABLES.items() for fact in model.model_fields]


# suitable by most guidelines; rows that change a few of these come near every edge
FAVOURABLE = {
    "histology": "ductal", "size_mm": "12", "focality": "unifocal", "foci_extent_mm": "12", "centricity": "unicentric",
    "grade": "2", "lymphovascular_invasion": "none", "oestrogen_receptor": "positive", "her2": "negative",
    "progesterone_receptor": "positive", "anti_her2_therapy": "false", "extensive_intraductal_component": "false",
    "age_years": "65", "cT": "cT1c", "cN": "cN0", "distant_metastasis": "false", "germline_brca": "absent",
    "neoadjuvant_treatment": "false", "previous_breast_radiotherapy": "false", "pregnant": "false", "pT": "pT1c",
    "pN": "pN0", "nodal_surgery": "sentinel node", "positive_nodes": "0", "margin_mm": "5",
}


def cell_texts(kind: FactType) -> list[str]:
    """Texts that a cell of a fact may have."""
    if kind.kind == CODE:
        return [str(code) for code in kind.codes]
    if kind.kind == YES_NO:
        return ["true", "false"]
    if kind.kind == DATE:
        return ["2024-02-29", "2025-01-31"]
    if kind.name == "age_years":
        return [str(age) for age in range(35, 75)]
    return [str(count) for count in range(4)] if kind.name == "positive_nodes" else [f"{n / 2:g}" for n in range(90)]


def random_row(seed: int, unknown_share: float = 0.1, consistent: bool = True) -> dict[str, str]:
    """One row; a quarter of them without pathology."""
    draw = random.Random(seed)
    row = {f"{table}.{fact}": draw.choice(cell_texts(fact_types(TABLES[table])[fact])) for table, fact in PLACES}
    favoured = draw.choice((0.0, 0.9, 0.97))
    for table, fact in PLACES:
        if fact in FAVOURABLE and draw.random() < favoured:
            row[f"{table}.{fact}"] = FAVOURABLE[fact]
    if consistent:
        for table in TABLES:
            make_consistent(row, table, draw)
    before_only = draw.random() < 0.25
    row = {title: "" if draw.random() < unknown_share or (before_only and title.startswith(AFTER)) else text
           for title, text in row.items()}
    return {"id": f"P{seed}", **row}


def make_consistent(row: dict[str, str], table: str, draw: random.Random) -> None:
    """Change what cannot be true together; a fact that is then taken out may still be missed by another."""
    row[f"{table}.date"] = "2024-02-29" if table == BEFORE else "2025-01-31"
    in_situ = row[f"{table}.histology"] == "dcis"
    size_mm = max(float(row[f"{table}.size_mm"]), 5.5)
    letter, stage = STAGE[table][0], STAGE[table]
    fit = [name for name, (over_mm, up_to_mm) in SIZE_OF_T_mm.items() if over_mm < size_mm <= up_to_mm]
    row[f"{table}.{stage}"] = letter + ("Tis" if in_situ else draw.choice([*fit, "T4"]))
    row[f"{table}.size_mm"] = f"{size_mm:g}"
    row[f"{table}.foci_extent_mm"] = f"{size_mm + draw.choice([0, 4, 11]):g}"
    row[f"{table}.dcis_extent_mm"] = f"{float(row[f'{table}.dcis_extent_mm']) // 1:g}"  # a half looks like centimetres
    if in_situ:
        row[f"{table}.grade"] = ""
        row[f"{table}.dcis_extent_mm"] = f"{max(float(row[f'{table}.dcis_extent_mm']), 6):g}"
    if table == BEFORE:
        row[f"{table}.cN"] = "cN0" if in_situ else row[f"{table}.cN"]
        return
    if row[f"{table}.nodal_surgery"] == "none":
        row[f"{table}.pN"], row[f"{table}.positive_nodes"] = "pNx", ""
    elif in_situ or draw.random() < 0.6 or row[f"{table}.pN"].startswith("pN0"):
        row[f"{table}.pN"], row[f"{table}.positive_nodes"] = draw.choice(["pN0", "pN0(i-)", "pN0(i+)"]), "0"
    elif row[f"{table}.positive_nodes"] == "0":
        row[f"{table}.positive_nodes"] = "1"


def csv_text(rows: list[dict[str, str]], delimiter: str = ",") -> str:
    """A CSV file of rows that all have the same titles."""
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]), delimiter=delimiter, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()
