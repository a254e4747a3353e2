"""Tables: head, columns, and files that must be there."""

from __future__ import annotations

import hashlib
from importlib import resources

import numpy as np
import pytest

from openiort.core.table import parse_table, read_table, read_toml, table_names, table_sha256

TEXT = "# what: a thing, mm\n#source: nobody   licence: none\n\nname,depth_mm,dose\na,0,1.5\nb,2,nan\n\n"


def test_head_and_columns() -> None:
    table = parse_table("x.csv", TEXT)
    assert table.head == ("what: a thing, mm", "source: nobody   licence: none")
    assert table["name"].tolist() == ["a", "b"]
    assert table["depth_mm"].tolist() == [0.0, 2.0] and table["depth_mm"].dtype == np.float64
    assert np.isnan(table["dose"][1])


def test_columns_are_read_only() -> None:
    with pytest.raises(ValueError, match="read-only"):
        parse_table("x.csv", TEXT)["depth_mm"][0] = 1.0


def test_commas_in_quotes() -> None:
    assert parse_table("x", 'name,n\n"a, b",1\n')["name"].tolist() == ["a, b"]


def test_unknown_column_is_an_error() -> None:
    with pytest.raises(KeyError, match="depth_cm"):
        parse_table("x.csv", TEXT)["depth_cm"]


def test_hash_is_that_of_the_file() -> None:
    path = resources.files("openiort").joinpath("tables", "materials.toml")
    assert table_sha256("materials.toml") == hashlib.sha256(path.read_bytes()).hexdigest()


def test_names_in_a_folder() -> None:
    assert table_names("devices", ".toml") == ["generic-50kv"]
    assert "cross_sections" in table_names("photons", ".csv")


def test_tables_are_read_once() -> None:
    assert read_table("photons/elements.csv") is read_table("photons/elements.csv")
    assert read_toml("materials.toml")["water"]["density_g_cm3"] == 1.0


def test_missing_table_is_a_failure_of_the_program() -> None:
    with pytest.raises(FileNotFoundError):
        read_table("no/such.csv")
