"""Options that several commands of `openiort select` have, and what they name."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from openiort.core.errors import InputError

if TYPE_CHECKING:
    from openiort.select.guideline import Guideline

OPTION = "--guideline"
GuidelinesOption = Annotated[
    list[str] | None,
    typer.Option(OPTION, metavar="NAME", help="Guideline to ask, as `openiort select guidelines` lists them, or a "
                 "TOML file of your own; may be given several times. All that come with the program if left out."),
]
FaultsOption = Annotated[
    Path | None, typer.Option("--faults", metavar="FILE", help="CSV file to write every bad row into.")
]


def chosen_guidelines(names: Sequence[str]) -> tuple[Guideline, ...]:
    """The guidelines that were named, each once.

    Raises:
        InputError: one that there is not, a file that is none, two different ones of the same name.
    """
    from openiort.select.read_guideline import find_guideline

    found: dict[str, Guideline] = {}
    for guideline in map(find_guideline, names):
        if found.setdefault(guideline.name, guideline) != guideline:
            raise InputError(f"two guidelines are called {guideline.name}", where=OPTION,
                             allowed="each name once, so that answers can be told apart",
                             fix="give your own file another name in its [guideline]")
    return tuple(found.values())
