"""Versions, hashes, seed and histories as rows of text: what it takes to calculate the same plan again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from openiort.plan.plan import Plan
from openiort.report.plain_text import Clean
from openiort.report.wording import short_hash
from openiort.version import __version__

MOST_TABLES, LONGEST = 12, 700
NARROW_SPACE = "\N{NARROW NO-BREAK SPACE}"
# rows of their own; whatever else the provenance holds stands in `more`
NAMED = ("openiort_version", "compiled_sources_sha256", "python_version", "machine", "libraries", "seed",
         "input_sha256", "tables_sha256", "histories", "batches")  # fmt: skip


def version_rows(plan: Plan, clean: Clean) -> list[dict[str, str]]:
    """Label and value of each row; hashes are cut to twelve digits."""
    known = dict(plan.provenance)
    rows = [
        ("program", f"OpenIORT {known.get('openiort_version', __version__)}, compiled sources "
         f"{short_hash(str(known.get('compiled_sources_sha256', '')))}, Python {known.get('python_version', '')}, "
         f"{known.get('machine', '')}"),
        ("libraries", _pairs(known.get("libraries"))),
        ("calculation", _calculation(plan, known)),
        ("input SHA-256", str(known.get("input_sha256", ""))),
        ("tables SHA-256", _hashes(known.get("tables_sha256"))),
        ("more", " · ".join(f"{key.replace('_', ' ')} {_short(value)}" for key, value in known.items()
                            if key not in NAMED and not isinstance(value, Mapping | list | tuple))),
        ("in full", "plan.json and dvh.csv beside this file"),
    ]
    return [{"label": label, "value": clean(value, LONGEST)} for label, value in rows if value.strip(" ,·")]


def _calculation(plan: Plan, known: Mapping[str, Any]) -> str:
    counts = [f"{name} {_count(known[name])}" for name in ("seed", "histories", "batches") if name in known]
    sure = f"D_m,m in the 0-10 mm shell to {plan.relative_uncertainty_percent:.1f} % (k = 1) a voxel"
    return ", ".join([*counts, sure, f"{sum(plan.elapsed_s.values()):.0f} s"])


def _count(value: Any) -> str:
    return f"{value:,}".replace(",", NARROW_SPACE) if isinstance(value, int) and value >= 10_000 else str(value)


def _pairs(values: Any) -> str:
    return " · ".join(f"{key} {value}" for key, value in values.items()) if isinstance(values, Mapping) else ""


def _hashes(values: Any) -> str:
    if not isinstance(values, Mapping):
        return ""
    shown = [f"{name} {short_hash(str(value))}" for name, value in list(values.items())[:MOST_TABLES]]
    return " · ".join([*shown, *([f"and {len(values) - MOST_TABLES} more"] if len(values) > MOST_TABLES else [])])


def _short(value: Any) -> str:
    text = str(value)
    is_hash = len(text) >= 16 and all(character in "0123456789abcdef" for character in text)
    return short_hash(text) if is_hash else text
