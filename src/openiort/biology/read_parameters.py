"""Reader of sets of parameters from `tables/biology/` or a user's TOML file; checks every field."""

from __future__ import annotations

from dataclasses import MISSING, fields
from functools import cache
from pathlib import Path
from typing import Any

from openiort.biology.boost import ScaleRatio
from openiort.biology.endpoint import Endpoint
from openiort.biology.heart_risk import HeartModel
from openiort.biology.lyman_kutcher_burman import LKBModel
from openiort.biology.niemierko_ntcp import NiemierkoModel
from openiort.biology.parameter import WITHOUT_INTERVAL, Parameter
from openiort.biology.parameter_set import ParameterSet
from openiort.biology.tumour_control import TumourControlModel
from openiort.core.errors import InputError
from openiort.core.table import table_bytes, table_names
from openiort.core.toml_file import decoded, parsed, read_text
from openiort.core.units import SECONDS_PER_MINUTE

FOLDER, WHAT = "biology", "file of biological parameters"
KINDS: dict[str, type] = {"endpoint": Endpoint, "lkb": LKBModel, "niemierko": NiemierkoModel, "heart": HeartModel,
                          "tumour-control": TumourControlModel, "dose-scale": ScaleRatio}
SET_KEYS = {"kind", "name", "text", "structures", "parameters"}
PARAMETER_KEYS = {"value", "low", "high", "distribution", "mark", "source"}
LONGEST_TEXT = 500


@cache
def shipped_sets() -> dict[str, ParameterSet[Any]]:
    """Sets of parameters that come with the program, by name."""
    found: dict[str, ParameterSet[Any]] = {}
    for stem in table_names(FOLDER, ".toml"):
        file = f"{FOLDER}/{stem}.toml"
        found |= sets_of(decoded(table_bytes(file), file, WHAT), file)
    return found


def read_sets(file: str | Path) -> dict[str, ParameterSet[Any]]:
    """Sets of parameters by name: the shipped ones, those of a user's file in their place and beside them.

    Raises:
        InputError: the file cannot be used; the message has set, field and what is allowed.
    """
    return shipped_sets() | sets_of(read_text(file, WHAT), Path(file).name)


def find_set(name: str, kind: str, sets: dict[str, ParameterSet[Any]] | None = None) -> ParameterSet[Any]:
    """The set of a name and kind, of the shipped ones where no others are given.

    Raises:
        InputError: there is none.
    """
    known = {key: one for key, one in (sets or shipped_sets()).items() if one.model is KINDS[kind]}
    if name not in known:
        raise InputError(f"no {kind} '{name[:60]}'", where="NAME", allowed=", ".join(known), fix="choose one of these")
    return known[name]


def find_endpoint(name: str, sets: dict[str, ParameterSet[Any]] | None = None) -> ParameterSet[Endpoint]:
    """The endpoint of a name: `find_endpoint("late").nominal()` is what `single_dose_eqd2_Gy` takes.

    Raises:
        InputError: there is none.
    """
    return find_set(name, "endpoint", sets)


def sets_of(text: str, file: str) -> dict[str, ParameterSet[Any]]:
    """Sets of parameters of the text of a file, by name.

    Raises:
        InputError: it holds none, or one that cannot be used.
    """
    content = parsed(text, file)
    _only(content, {"set"}, file)
    entries = content.get("set")
    if not isinstance(entries, list) or not entries or not all(isinstance(entry, dict) for entry in entries):
        raise InputError("no sets of parameters", where=file, allowed="tables [[set]]", fix="docs/biology.md shows one")
    found = [_set(entry, f"{file}, set {number}") for number, entry in enumerate(entries, 1)]
    names = [one.name for one in found]
    if len(set(names)) < len(names):
        raise InputError("two sets have one name", where=file, allowed="each name once", fix="rename one")
    return {one.name: one for one in found}


def _set(entry: dict[str, Any], where: str) -> ParameterSet[Any]:
    _only(entry, SET_KEYS, where)
    kind = _text(entry, "kind", where)
    if kind not in KINDS:
        raise _wrong("kind", kind, ", ".join(KINDS), where)
    tables = entry.get("parameters")
    if not isinstance(tables, dict):
        raise _wrong("parameters", tables, "tables [set.parameters.NAME]", where)
    structures = entry.get("structures", [])
    if not isinstance(structures, list) or not all(isinstance(item, str) for item in structures):
        raise _wrong("structures", structures, "a list of names", where)
    pairs = [_parameter(key, table, f"{where}, {key}") for key, table in tables.items()]
    given = dict(pairs)
    if len(given) < len(pairs):
        raise InputError("a time stands there in minutes and in seconds", where=where, allowed="one of them",
                         fix="take one out")
    model = KINDS[kind]
    known = {item.name: item.default is MISSING for item in fields(model)}
    _only(given, set(known), f"{where}, parameters")
    missing = [name for name, needed in known.items() if needed and name not in given]
    if missing:
        raise InputError(f"{missing[0]} is missing", where=where, allowed=", ".join(known), fix="add it")
    try:
        return ParameterSet(_text(entry, "name", where), _text(entry, "text", where), model, tuple(given.values()),
                            tuple(structures))
    except InputError as error:
        raise InputError(error.what, where=f"{where}, {error.where}", allowed=error.allowed, fix=error.fix) from error


def _parameter(key: str, table: Any, where: str) -> tuple[str, Parameter]:
    """A parameter; times that a file gives in minutes become seconds."""
    if not isinstance(table, dict):
        raise _wrong(key, table, "value, low, high, distribution, mark, source", where)
    _only(table, PARAMETER_KEYS, where)
    name, unit = (key.removesuffix("_min") + "_s", SECONDS_PER_MINUTE) if key.endswith("_min") else (key, 1.0)
    distribution = _text(table, "distribution", where)
    value = _number(table, "value", where) * unit
    low, high = ((value, value) if distribution in WITHOUT_INTERVAL and not {"low", "high"} & set(table)
                 else (_number(table, "low", where) * unit, _number(table, "high", where) * unit))
    try:
        return name, Parameter(name, value, low, high, distribution, _text(table, "mark", where),
                               _text(table, "source", where))
    except InputError as error:
        raise InputError(error.what, where=where, allowed=error.allowed, fix=error.fix) from error


def _only(table: dict[str, Any], allowed: set[str], where: str) -> None:
    unknown = sorted(set(table) - allowed)
    if unknown:
        raise InputError(f"'{unknown[0][:40]}' is unknown", where=where, allowed=", ".join(sorted(allowed)),
                         fix="correct the spelling or take it out")


def _text(table: dict[str, Any], key: str, where: str) -> str:
    value = table.get(key)
    if not isinstance(value, str) or not value.strip() or len(value) > LONGEST_TEXT or not value.isprintable():
        raise _wrong(key, value, f"one line of 1 to {LONGEST_TEXT} characters in quotation marks", where)
    return value


def _number(table: dict[str, Any], key: str, where: str) -> float:
    value = table.get(key)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise _wrong(key, value, "a number", where)
    return float(value)


def _wrong(key: str, value: object, allowed: str, where: str) -> InputError:
    return InputError(f"{key} = {str(value)[:60]} cannot be used", where=where, allowed=allowed, fix="correct it")
