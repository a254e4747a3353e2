"""What stands in a Cox regression: columns of a file and groups as numbers, each term with its name."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from openiort.core.column import Column
from openiort.core.errors import InputError
from openiort.evidence.read_survival import cell_number, cell_text, is_empty
from openiort.evidence.survival_table import EVENT, SurvivalTable

FloatArray = NDArray[np.float64]
MOST_LEVELS = 20


@dataclass(frozen=True, slots=True)
class CoxTerms:
    """Terms of a regression.

    Attributes:
        names: of the terms; `grade 3 v 1` for a level of a category against its reference.
        values: one column a term, shape (rows, terms); 0 where nothing is known.
        known: rows with a value in every covariate, shape (rows,).
        levels: category -> its levels, the reference first, and the place of each row's.
    """

    names: tuple[str, ...]
    values: FloatArray
    known: NDArray[np.bool_]
    levels: Mapping[str, tuple[tuple[str, ...], NDArray[np.int64]]]


def cox_terms(table: SurvivalTable, covariates: Mapping[str, Column], *, control: str | None = None,
              factors: Collection[str] = (), group_title: str = "group") -> CoxTerms:
    """Terms from the groups of the table, where there are two or more, and from covariates.

    Args:
        table: the follow-up.
        covariates: title -> cells, one a row. Numbers are taken as they are, text as categories, its first level by
            name being the reference.
        control: the group that others are compared with; None: the first.
        factors: titles of numbers that are categories.
        group_title: what terms of the groups are called.

    Raises:
        InputError: no term, text among numbers, a category of one or too many levels, or one of `factors` that is no
            covariate.
    """
    for title in factors:
        if title not in covariates:
            raise InputError(f"'{title}' is no covariate", where="--factors", allowed=", ".join(covariates) or "none",
                             fix="name it in --covariates too")
    levels: dict[str, tuple[tuple[str, ...], NDArray[np.int64]]] = {}
    terms: dict[str, FloatArray] = {}
    known = np.ones(len(table), np.bool_)
    if len(table.group_names) > 1:
        levels[group_title] = _groups_from(table, control)
        terms |= _indicators(group_title, *levels[group_title])
    for title, column in covariates.items():
        if title in levels:
            raise InputError(f"column {title} is the group already", where="--covariates", allowed="other columns",
                             fix="leave it out of --covariates")
        known &= np.array([not is_empty(cell) for cell in column.values], np.bool_)[column.codes]
        numbers = _numbers(title, column, is_factor=title in factors)
        if numbers is not None:
            terms[title] = numbers
        else:
            levels[title] = _levels(title, column)
            terms |= _indicators(title, *levels[title])
    if not terms:
        raise InputError("there is nothing to compare in a Cox regression", where="--cox, --covariates",
                         allowed="two groups, or a covariate", fix="give --group or --covariates")
    return CoxTerms(tuple(terms), np.stack(list(terms.values()), axis=1), known, levels)


def check_estimable(table: SurvivalTable, terms: CoxTerms) -> None:
    """Refuse terms that have no finite hazard ratio, as far as it shows in counts.

    Raises:
        InputError: no event, a level without event, a term that is the same in all rows, or terms that follow from
            one another.
    """
    happened = (table.code == EVENT) & terms.known
    if not happened.any():
        raise InputError("no event among the rows with all covariates: there is no hazard ratio", where="--cox",
                         allowed="at least one event", fix="follow longer, or leave covariates out")
    for title, (names, places) in terms.levels.items():
        for place, name in enumerate(names):
            rows = (places == place) & terms.known
            if rows.any() and not (rows & happened).any():
                raise InputError(f"no event in {title} {name}: its hazard ratio is 0 or infinite, not a number",
                                 where="Cox regression", allowed="an event in every group and category",
                                 fix="compare risks instead, put categories together or leave the column out")
    used = terms.values[terms.known]
    for name, constant in zip(terms.names, np.ptp(used, axis=0) == 0, strict=True):
        if constant:
            raise InputError(f"{name} is the same in all rows", where="Cox regression", allowed="what differs",
                             fix="leave the column out")
    if np.linalg.matrix_rank((used - used.mean(axis=0)) / used.std(axis=0)) < len(terms.names):
        raise InputError("one term follows from the others: " + ", ".join(terms.names), where="Cox regression",
                         allowed="terms that tell different things", fix="leave one of the columns out")


def _groups_from(table: SurvivalTable, control: str | None) -> tuple[tuple[str, ...], NDArray[np.int64]]:
    """Groups with the control first, and each row's place among them."""
    first = table.group_names[0] if control is None else control
    order = [first, *(name for name in table.group_names if name != first)]
    place = np.array([order.index(name) for name in table.group_names], np.int64)
    return tuple(order), place[table.group_index]


def _numbers(title: str, column: Column, *, is_factor: bool) -> FloatArray | None:
    """A covariate's numbers, one a row; None for categories."""
    cells = [cell for cell in column.values if not is_empty(cell)]
    texts = [str(cell) for cell in cells if cell_number(cell) is None]
    if is_factor or (texts and len(texts) == len(cells)):
        return None
    if texts:
        raise InputError(f"column {title} holds numbers and {ascii(texts[0])[:40]}", where="--covariates",
                         allowed="numbers, or categories", fix=f"leave such cells empty, or --factors {title}")
    return np.array([cell_number(cell) or 0.0 for cell in column.values], np.float64)[column.codes]


def _indicators(title: str, names: tuple[str, ...], places: NDArray[np.int64]) -> dict[str, FloatArray]:
    """One term for each level but the reference: 1 where a row has it."""
    return {f"{title} {name} v {names[0]}": np.asarray(places == place, np.float64)
            for place, name in enumerate(names) if place}


def _levels(title: str, column: Column) -> tuple[tuple[str, ...], NDArray[np.int64]]:
    texts = ["" if is_empty(cell) else cell_text(cell) for cell in column.values]
    found = sorted(set(filter(None, texts)), key=lambda text: (cell_number(text) is None, cell_number(text) or 0, text))
    if not 1 < len(found) <= MOST_LEVELS:
        raise InputError(f"column {title} has {len(found)} different values", where="--covariates",
                         allowed=f"2 to {MOST_LEVELS} categories", fix="choose another column, or put some together")
    place_of = {text: place for place, text in enumerate(found)} | {"": 0}
    return tuple(found), np.array([place_of[text] for text in texts], np.int64)[column.codes]
