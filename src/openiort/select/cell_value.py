"""What a cell of a table says: its words become what a file of one candidate would hold."""

from __future__ import annotations

import datetime
import decimal
import re
from collections.abc import Callable
from typing import Any, get_args

from pydantic import BaseModel

from openiort.select.candidate import UNKNOWN

# what float() takes beyond this (2_0, nan, digits of other scripts) is a slip in a table
NUMBER = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?")
WORDS_OF_TRUTH = {"true": True, "yes": True, "false": False, "no": False}


def cell_reader(model: type[BaseModel], fact: str) -> Callable[[Any], Any]:
    """What turns a cell of one fact into the value that is then checked by `model`.

    Text becomes a number, a truth or a date where the fact is one; what cannot be one stays as it is, and is refused
    by the model like a wrong value in a file of one candidate. Whole numbers may be written 61.0, as tables do that
    have cells without a number.
    """
    kinds = _kinds(model.model_fields[fact].annotation)
    return lambda cell: _value(cell, kinds)


def _kinds(annotation: Any) -> set[type]:
    """The types named anywhere in an annotation, those of literals included."""
    parts = get_args(annotation)
    if not parts:
        return {annotation if isinstance(annotation, type) else type(annotation)}
    return {kind for part in parts for kind in _kinds(part)}


def _value(cell: Any, kinds: set[type]) -> Any:
    if cell is None or cell in ("", UNKNOWN):
        return None
    if isinstance(cell, str):
        return _of_text(cell, kinds)
    if isinstance(cell, datetime.datetime) and datetime.date in kinds and cell.time() == datetime.time():
        return cell.date()
    if isinstance(cell, int | float | decimal.Decimal) and not isinstance(cell, bool) and kinds & {int, float}:
        return _number(float(cell), kinds)
    return cell


def _of_text(text: str, kinds: set[type]) -> Any:
    if bool in kinds:
        return WORDS_OF_TRUTH.get(text.lower(), text)
    if datetime.date in kinds:
        try:
            return datetime.date.fromisoformat(text) if len(text) == len("2026-01-31") else text
        except ValueError:
            return text
    if kinds & {int, float} and NUMBER.fullmatch(text):
        return _number(float(text), kinds)
    return text


def _number(number: float, kinds: set[type]) -> float:
    return int(number) if int in kinds and number.is_integer() else number
