"""What a result rests on, without a name, a path or a time."""

from __future__ import annotations

import json
import os
import platform
from importlib.metadata import version
from pathlib import Path

from openiort.core.compiled import sources_hash
from openiort.core.provenance import provenance
from openiort.core.table import table_sha256
from openiort.version import __version__


def test_versions_and_hashes() -> None:
    found = provenance(seed=7, input_sha256="ab" * 32, tables=("materials.toml",))
    assert (found["seed"], found["input_sha256"], found["openiort_version"]) == (7, "ab" * 32, __version__)
    assert found["tables_sha256"] == {"materials.toml": table_sha256("materials.toml")}
    assert found["compiled_sources_sha256"] == sources_hash()
    assert found["libraries"]["numpy"] == version("numpy")
    assert found["python_version"] == platform.python_version()
    assert "unknown" not in found["libraries"].values()


def test_no_path_and_no_user() -> None:
    text = json.dumps(provenance(seed=1, input_sha256="", tables=("materials.toml",)))
    assert str(Path.cwd()) not in text and platform.node() not in text
    assert not os.environ.get("HOME") or os.environ["HOME"] == "/" or os.environ["HOME"] + "/" not in text


def test_it_is_the_same_again() -> None:
    first, again = (provenance(seed=1, input_sha256="", tables=("materials.toml",)) for _ in range(2))
    assert first == again
