"""Reader of a simulated trial's assumptions: a TOML file of the fields of `TrialAssumptions`, the rest as shipped."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any

from openiort.core.errors import InputError
from openiort.core.table import read_toml
from openiort.core.toml_file import line_of, parsed, read_text
from openiort.evidence.trial_assumptions import TrialAssumptions

SHIPPED = "simulations/targit_a_like.toml"
NAMES = tuple(field.name for field in fields(TrialAssumptions))
LISTS = ("shape_ends_years", "shape")
WHOLE = ("women_new", "women_control")


def read_assumptions(file: str | Path | None, given: Mapping[str, Any]) -> TrialAssumptions:
    """Assumptions of a file, of options that take their place, and for the rest those shipped.

    Args:
        file: TOML; None for none.
        given: field -> value; None where it is not given.

    Raises:
        InputError: no such file, no TOML, a field that is not known or of the wrong type, assumptions that cannot be.
    """
    own = {} if file is None else _own(str(file), read_text(file, "file of a trial's assumptions"))
    values = read_toml(SHIPPED) | own | {name: value for name, value in given.items() if value is not None}
    fitting: dict[str, Any] = {name: tuple(value) if name in LISTS else value for name, value in values.items()}
    return TrialAssumptions(**fitting)


def _own(name: str, text: str) -> dict[str, Any]:
    values = parsed(text, name)
    for key, value in values.items():
        where = f"{name}, line {line_of(text, '', 1, key)}"
        if key not in NAMES:
            raise InputError(f"'{key[:60]}' is no assumption of a trial", where=where, allowed=", ".join(NAMES),
                             fix="correct or delete this line")
        if not _fits(key, value):
            wanted = "a list of numbers" if key in LISTS else "a whole number" if key in WHOLE else "a number"
            raise InputError(f"{key} = {str(value)[:60]!r}", where=where, allowed=wanted, fix="correct this line")
    return values


def _fits(key: str, value: Any) -> bool:
    if key in LISTS:
        return isinstance(value, list) and all(_is_number(each) for each in value)
    return _is_number(value) and (key not in WHOLE or isinstance(value, int))


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
