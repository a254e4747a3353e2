"""Imports only point back in the folder order, and each outside library stays in its folder."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

PACKAGE = Path(__file__).resolve().parent.parent / "src" / "openiort"

# A folder may import from itself and from the folders before it; `openiort/__init__.py` stands after all.
ORDER = (
    "version", "core", "tables", "select", "patient", "device", "physics", "dose", "external", "biology", "plan",
    "treat", "follow", "evidence", "dicom", "report", "store", "cohort", "app", "__init__",
)
# library -> folder, or folders, that may import it
ONLY_IN = {
    "pydicom": "dicom", "pynetdicom": "dicom", "dicomweb_client": "dicom", "typst": "report", "matplotlib": "report",
    "contourpy": "patient report", "typer": "app", "rich": "app", "click": "app", "fastapi": "app", "uvicorn": "app",
    "sqlalchemy": "store", "alembic": "store", "dask": "cohort", "distributed": "cohort", "ompmc": "dose",
    "statsmodels": "evidence",
}
NEVER = ("xraylib",)  # scripts/ use it; the package does not
# file -> folders and modules it must not know, though the order would allow them
INDEPENDENT = {"dose/second_check.py": ("openiort.physics", "openiort.dose")}


def imported_modules(tree: ast.AST, package: str) -> Iterator[tuple[int, str]]:
    """Line and full name of everything imported, at the top or inside a function; names of `from` included."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = package.split(".")[: len(package.split(".")) - node.level + 1] if node.level else []
            base = ".".join([*above, *([node.module] if node.module else [])])
            yield from ((node.lineno, f"{base}.{alias.name}") for alias in node.names)
        elif isinstance(node, ast.Call) and _name(node.func) in ("import_module", "__import__"):
            argument = node.args[0] if node.args else None
            known = isinstance(argument, ast.Constant) and isinstance(argument.value, str)
            yield node.lineno, argument.value if known else "?"  # type: ignore[union-attr]


def _name(function: ast.expr) -> str:
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def layer_of(module: str) -> str:
    """Folder that a module of the package belongs to; names of `openiort/__init__.py` belong to `__init__`."""
    first = [*module.split("."), ""][1]
    return first if first in ORDER else "__init__"


def violations(package: Path) -> list[str]:
    """One line for each forbidden import below `package`: file, line number, what and why."""
    found = []
    for file in sorted(package.rglob("*.py")):
        path = file.relative_to(package)
        layer = path.parts[0].removesuffix(".py")
        if layer not in ORDER or layer == "tables":
            found.append(f"{path}:1: no code belongs into {layer}/")
            continue
        dotted = ".".join([package.name, *path.parts[:-1]])
        for line, module in imported_modules(ast.parse(file.read_text()), dotted):
            reason = why_forbidden(str(path), layer, module)
            if reason:
                found.append(f"{path}:{line}: {reason}")
    return found


def why_forbidden(path: str, layer: str, module: str) -> str | None:
    """Why a file of `layer` must not import `module`; None if it may."""
    root = module.split(".")[0]
    if module == "?" and layer != "__init__":
        return "imports a module by a name that this test cannot see"
    if root in NEVER:
        return f"{root} is for scripts/ only"
    if root in ONLY_IN and layer not in ONLY_IN[root].split():
        return f"{root} belongs into {'/, '.join(ONLY_IN[root].split())}/ alone"
    if root != "openiort":
        return None
    if ORDER.index(layer_of(module)) > ORDER.index(layer):
        return f"{layer} imports {module}, which stands further on in the folder order"
    if any(f"{module}.".startswith(f"{other}.") for other in INDEPENDENT.get(path, ())):
        return f"imports {module}, from which it is to be independent"
    return None


def test_imports_point_back() -> None:
    assert not violations(PACKAGE), "\n" + "\n".join(violations(PACKAGE))


def test_independent_files_exist() -> None:
    assert all((PACKAGE / path).is_file() for path in INDEPENDENT)


def test_offending_tree_is_seen(tmp_path: Path) -> None:
    files = {
        "version.py": "__version__ = '1'\n",
        "__init__.py": "from openiort.app.main import run\nfrom importlib import import_module\nimport_module(name)\n",
        "core/units.py": "import numpy\n\n\ndef f():\n    from openiort.plan import dvh\n",
        "core/fine.py": "from openiort.version import __version__\nfrom openiort.core import units\n",
        "patient/image.py": "from openiort import make_plan\nimport pydicom.uid\nfrom openiort import version\n",
        "patient/relative.py": "from ..dose import scene\nfrom . import image\nfrom .. import make_plan\n",
        "dose/second_check.py": "import openiort.physics.compton\nfrom openiort.dose import scatter\nfrom . import x\n",
        "dose/grid.py": "import openiort.dose.scatter\nfrom openiort.physics import compton\n",
        "plan/hidden.py": "import importlib\nimportlib.import_module('openiort.app')\nimportlib.import_module(name)\n",
        "tables/code.py": "",
        "stuff/x.py": "",
        "dicom/read.py": "import pydicom\nimport xraylib\nimport openiort\n",
        "report/page.py": "if TYPE_CHECKING:\n    from rich.console import Console\nimport typst\n",
    }
    for name, text in files.items():
        (tmp_path / "openiort" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "openiort" / name).write_text(text)
    seen = {line.split(": ")[0] for line in violations(tmp_path / "openiort")}
    assert seen == {
        "core/units.py:5", "patient/image.py:1", "patient/image.py:2", "patient/relative.py:1", "patient/relative.py:3",
        "dose/second_check.py:1", "dose/second_check.py:2", "dose/second_check.py:3", "plan/hidden.py:2",
        "plan/hidden.py:3", "tables/code.py:1", "stuff/x.py:1", "dicom/read.py:2", "dicom/read.py:3",
        "report/page.py:2",
    }
