"""Names tell their unit, files tell their content: checked against docs/names.md."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.test_layers import ORDER

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "src" / "openiort"
NAMES = ROOT / "docs" / "names.md"
EMPTY_NAMES = {"util", "utils", "helper", "helpers", "common", "misc", "kernel", "kernels", "tools", "stuff"}
NUMBERS = {"float", "int", "NDArray", "ndarray", "FloatArray", "floating"}
FOREIGN_UNITS = {
    "gy", "cGy", "mGy", "kev", "MeV", "eV", "um", "m", "sec", "secs", "seconds", "ms", "mins", "hours",
    "deg", "rad", "pct", "kg", "ml", "hu",
}


def names_table(title: str) -> frozenset[str]:
    """First column of the table of docs/names.md whose first column has that title."""
    rows = NAMES.read_text().split(f"\n| {title} |")[1].split("\n\n")[0].splitlines()[2:]
    return frozenset(row.split("|")[1].strip() for row in rows)


UNITS = names_table("suffix")
QUANTITIES = names_table("word")
WITHOUT_UNIT = names_table("name")


@dataclass(frozen=True)
class Name:
    line: int
    text: str
    annotation: str | None


def public_names(tree: ast.Module) -> Iterator[Name]:
    """Parameters of public functions and methods, and fields of public data classes."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
            arguments = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
            yield from (Name(a.lineno, a.arg, _text(a.annotation)) for a in arguments if a.arg not in ("self", "cls"))
        elif isinstance(node, ast.ClassDef) and any("dataclass" in ast.unparse(d) for d in node.decorator_list):
            fields = (item for item in node.body if isinstance(item, ast.AnnAssign))
            yield from (Name(f.lineno, ast.unparse(f.target), _text(f.annotation)) for f in fields)


def _text(annotation: ast.expr | None) -> str | None:
    return None if annotation is None else ast.unparse(annotation)


def is_number(annotation: str | None) -> bool:
    """Whether a value of that annotation is a number, an array of numbers or holds them; unannotated kernels count."""
    if annotation is None:
        return True
    words = set(annotation.replace("[", " ").replace("]", " ").replace(",", " ").replace(".", " ").split())
    return bool(words & NUMBERS) and "bool_" not in words


def fault(name: Name) -> str | None:
    """What is wrong with a name; None if nothing is."""
    if not is_number(name.annotation):
        return None
    words = name.text.split("_")
    if len(words) > 1 and words[-1] in FOREIGN_UNITS:
        return f"`{name.text}` ends in {words[-1]}, which is not a unit of docs/names.md"
    if words[-1] in QUANTITIES and "_".join(words[-2:]) not in WITHOUT_UNIT:
        return f"`{name.text}` is a quantity without a unit; add a suffix of docs/names.md, such as _mm, _Gy, _keV, _s"
    if "per" in words[1:-1] and words[-1] not in UNITS:
        return f"`{name.text}` is per {words[-1]}, which is not a unit of docs/names.md"
    return None


def name_faults(package: Path) -> list[str]:
    """One line for each badly named parameter, field, function or file below `package`."""
    found = []
    for file in sorted(package.rglob("*.py")):
        path, tree = file.relative_to(package), ast.parse(file.read_text())
        if file.stem in EMPTY_NAMES:
            found.append(f"{path}:1: the file's name says nothing")
        found += [f"{path}:{name.line}: {fault(name)}" for name in public_names(tree) if fault(name)]
        found += [f"{path}:{node.lineno}: function `{node.name}` is named like a folder" for node in tree.body
                  if isinstance(node, ast.FunctionDef) and node.name in ORDER]
    return found


def test_names_carry_their_unit() -> None:
    assert not name_faults(PACKAGE), "\n" + "\n".join(name_faults(PACKAGE))


def test_tables_of_names_are_read() -> None:
    assert {"mm", "Gy", "keV", "s", "cc", "g_cm3"} <= UNITS
    assert {"dose", "depth", "energy", "time"} <= QUANTITIES
    assert "optical_depth" in WITHOUT_UNIT
    assert not UNITS & FOREIGN_UNITS


def test_offending_names_are_seen(tmp_path: Path) -> None:
    (tmp_path / "utils.py").write_text("")
    (tmp_path / "good.py").write_text(
        "@dataclass(frozen=True)\nclass Shell:\n    depth_mm: float\n    fine_dose: DoseGrid\n    study_time: str\n"
        "def f(depth_dose_Gy, optical_depth, mu_cm2_per_g, density_g_cm3, body: NDArray[np.bool_]): ...\n"
    )
    (tmp_path / "bad.py").write_text(
        "def f(energy, x): ...\n"
        "def g(depth_cGy: float): ...\n"
        "@dataclass\nclass Shell:\n    dose: NDArray[np.float32]\n    mu_per_inch: float\n"
        "    centre: tuple[float, float, float]\n"
        "def plan(): ...\n"
        "def _private(energy): ...\n"
    )
    seen = [line.split(": ")[0] for line in name_faults(tmp_path)]
    assert sorted(seen) == ["bad.py:1", "bad.py:2", "bad.py:5", "bad.py:6", "bad.py:7", "bad.py:8", "utils.py:1"]
