"""`plan.json` read back: anybody may have changed it, so what the program takes from it is checked here, once."""

from __future__ import annotations

import json
import math
import re
from pathlib import Path
from typing import Any

from openiort.core.errors import InputError
from openiort.dicom.plan_files import DOSE
from openiort.plan.plan_record import FORMAT, PROGRAM
from openiort.report.output_folder import FILE_NAMES, FOLDER_NAMES, RECORD

MAX_RECORD_BYTES = 50_000_000
MAX_LEVELS = 20
WHERE = "PLAN (folder)"
ALLOWED = "a folder that OpenIORT wrote (`openiort plan ... --out FOLDER`)"
NUMBER = int | float
# where it stands -> its type; [type] for a list of them, {str: type} for a mapping
NEEDED: dict[str, Any] = {
    "treatment_time_s": NUMBER, "files": {str: str}, "dvh": {str: dict}, "provenance": dict,
    "provenance.input_sha256": str, "options": dict, "options.patient": dict, "options.plan": dict,
}
OPTIONAL: dict[str, Any] = {
    "options.patient.skin_mm": NUMBER, "options.patient.series": str, "options.patient.layers": {str: NUMBER},
    "options.patient.structures": re.compile("none|sha256:[0-9a-f]{64}"),
    "options.plan.device": str, "options.plan.applicator_mm": NUMBER, "options.plan.at_mm": [NUMBER],
    "options.plan.dose_Gy": NUMBER, "options.plan.depth_mm": NUMBER, "options.plan.dose_scale": str,
    "options.plan.mode": str, "options.plan.processor": str,
    "options.plan.uncertainty_percent": NUMBER, "options.plan.seed": int, "options.plan.goals": [str],
    "options.plan.lump_volume_cc": NUMBER, "options.plan.lump": str,
}


def read_record(place: Path) -> dict[str, Any]:
    """The content of a folder's `plan.json`.

    Raises:
        InputError: none is there, or it is none of ours, damaged, or of a newer format.
    """
    try:
        file = place.expanduser() / RECORD
        if file.stat().st_size > MAX_RECORD_BYTES:
            raise ValueError("it is too large")
        record = json.loads(file.read_text(encoding="utf-8"), parse_int=_whole, parse_float=_finite,
                            parse_constant=_finite)
        if not isinstance(record, dict) or record.get("program") != PROGRAM:
            raise ValueError("OpenIORT did not write it")
        if record.get("format", FORMAT) == FORMAT:
            _check_values(record)
            _check_types(record)
            _check_names(record["files"])
    except (OSError, ValueError, RuntimeError) as error:  # RuntimeError: nested too deeply; no home folder for `~`
        why = str(error) if isinstance(error, ValueError) else getattr(error, "strerror", "") or "it cannot be read"
        raise InputError(f"no plan can be read from {place}: {RECORD}: {why}", where=WHERE, allowed=ALLOWED,
                         fix="give the folder of a plan, as it was written") from error
    if record.get("format") != FORMAT:
        raise InputError(f"the plan in {place} has format {str(record.get('format'))[:20]}", where=WHERE,
                         allowed=f"format {FORMAT}", fix="use the version of OpenIORT that wrote it")
    return record


def _finite(text: str) -> float:
    if not math.isfinite(float(text)):
        raise ValueError(f"it holds the number {text[:20]}")
    return float(text)


def _whole(text: str) -> int:
    _finite(text)  # what is too large for a float is no number of ours
    return int(text)


def _check_values(value: Any, levels: int = MAX_LEVELS) -> None:
    """Refuse nesting that no plan has, and texts that can be no name of a file."""
    if not levels:
        raise ValueError("it is nested too deeply")
    if isinstance(value, str) and "\0" in value:
        raise ValueError("a text in it holds a NUL")
    if isinstance(value, str):
        value.encode()  # half a character raises a ValueError
    elif isinstance(value, dict | list):
        for item in (*value, *value.values()) if isinstance(value, dict) else value:
            _check_values(item, levels - 1)


def _check_types(record: dict[str, Any]) -> None:
    for name, kind in (NEEDED | OPTIONAL).items():
        *above, key = name.split(".")
        holder = record
        for part in above:
            holder = holder[part]
        if (key in holder or name in NEEDED) and not _fits(holder.get(key), kind):
            raise ValueError(f"{name} is missing, or its value is of another kind")


def _fits(value: Any, kind: Any) -> bool:
    if isinstance(kind, re.Pattern):
        return isinstance(value, str) and kind.fullmatch(value) is not None
    if isinstance(kind, list):
        return isinstance(value, list) and all(isinstance(item, kind[0]) for item in value)
    if isinstance(kind, dict):
        return isinstance(value, dict) and all(isinstance(item, kind[str]) for item in value.values())
    return isinstance(value, kind)


def _check_names(files: dict[str, str]) -> None:
    foreign = set(files) - {*FILE_NAMES, *FOLDER_NAMES}
    if foreign:
        raise ValueError(f"it lists the file '{min(foreign)[:40]}', which no plan has")
    if DOSE not in files:
        raise ValueError(f"it does not list {DOSE}")
