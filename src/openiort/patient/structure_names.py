"""Names of contoured structures, understood: TG-263 and what else clinics write, to our plain words.

Source: AAPM Task Group 263, doi:10.1016/j.ijrobp.2017.12.013; the list stands in `tables/structure_names.toml`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import chain, count

from openiort.core.table import read_toml

TABLE = "structure_names.toml"
SIDES = {"left": ("l", "lt", "left"), "right": ("r", "rt", "right")}
# Names that the program gives itself, which nothing from a file may take.
RESERVED = ("air", "skin outline")
RESERVED_START = "shell "


def plain_name(name: str) -> str:
    """Our word for a structure's name, or the name itself where there is none.

    `Lt Lung`, `Lung_L` and `LEFT-LUNG` are `left lung`; `External` is `body`; `Boost 2` stays `Boost 2`.
    """
    return _known_names().get(_key(name), name)


def plain_names(names: Iterable[str]) -> tuple[dict[int, str], tuple[str, ...]]:
    """Position in `names` -> a name of its own for each, and notes on what had to be told apart.

    The first structure that means a word has it; a later one keeps its own name, with a number where that is taken.
    """
    found: dict[int, str] = {}
    notes = []
    for position, name in enumerate(names):
        wanted = plain_name(name)
        if wanted in found.values():
            notes.append(f"more than one contoured structure means '{wanted}': the first is used, '{name}' kept beside")
        found[position] = _free(wanted, name, set(found.values()))
    return found, tuple(notes)


def _free(wanted: str, name: str, taken: set[str]) -> str:
    if wanted in RESERVED or wanted.startswith(RESERVED_START):
        wanted = name = f"{name} (contoured)"
    # its own name may be one of our words: then it must not pass for the structure that has it
    choices = chain([wanted], [name] * (name not in _words()), (f"{name} ({number})" for number in count(2)))
    return next(choice for choice in choices if choice not in taken)


def _key(name: str) -> str:
    return re.sub(r"[\W_]+", "", name).casefold()


@cache
def _known_names() -> dict[str, str]:
    known: dict[str, str] = {}
    for word, entry in read_toml(TABLE).items():
        for name in (word, *entry["tg263"], *entry["other"]):
            known |= dict(_spellings(_key(name), word, bool(entry.get("sided", False))))
    return known


@cache
def _words() -> frozenset[str]:
    return frozenset(_known_names().values())


def _spellings(key: str, word: str, sided: bool) -> Iterator[tuple[str, str]]:
    yield key, word
    if sided:
        for side, marks in SIDES.items():
            for mark in marks:
                yield mark + key, f"{side} {word}"
                yield key + mark, f"{side} {word}"
