"""Other programs on the same scenes: what they took, measured as our own modes are.

A result file is a NumPy `.npz` with the arrays `dose` (n, n, n; z, y, x; any unit), `cpu_s`, `histories`, and the texts
`program`, `version`, `cross_sections` and `case`. Its uncertainty is what symmetry shows, never what it says itself.
"""

from __future__ import annotations

import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from openiort.core.errors import InputError
from openiort.core.table import read_toml
from openiort.dose.benchmark_case import CASES, COUNT, MOST_COUNT, aimed_voxels, check_count
from openiort.dose.symmetry_spread import spread_percent

TEXTS, NUMBERS = ("program", "version", "cross_sections", "case"), ("cpu_s", "histories")
MOST_TEXT, MOST_BYTES = 200, 8 * MOST_COUNT**3 + 1_000_000
PUBLISHED = "benchmark_published.toml"


@dataclass(frozen=True, slots=True)
class ProgramResult:
    """What a program calculated in a case.

    Attributes:
        program: its name.
        version: of it, and how it scored.
        cross_sections: library of photon data it used.
        case: name of the scene in `benchmark_case.CASES`.
        cpu_s: processor seconds, all threads together, start-up left out.
        histories: source photons.
        scored: (n, n, n) dose, z, y, x on 1 mm voxels around the source, any unit.
    """

    program: str
    version: str
    cross_sections: str
    case: str
    cpu_s: float
    histories: int
    scored: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class ProgramSpeed:
    """What a program takes to 1 %.

    Attributes:
        program: its name.
        version: of it.
        cross_sections: library of photon data it used.
        case: name of the scene.
        cpu_s_to_1_percent: processor seconds, all threads together.
        spread_percent: uncertainty of the run that was measured; None for a published figure.
        histories: of that run; None for a published figure.
        count: voxels a side of the cube that it was measured on.
    """

    program: str
    version: str
    cross_sections: str
    case: str
    cpu_s_to_1_percent: float
    spread_percent: float | None = None
    histories: int | None = None
    count: int = COUNT


def published_speeds() -> list[ProgramSpeed]:
    """Figures of `tables/benchmark_published.toml`."""
    return [ProgramSpeed(**entry) for entry in read_toml(PUBLISHED)["published"]]


def program_speed(result: ProgramResult, where: str = "") -> ProgramSpeed:
    """Seconds to 1 %: the variance falls with the number of histories.

    Raises:
        InputError: nothing differs, so there is no uncertainty to be seen.
    """
    count = len(result.scored)
    scene = CASES[result.case].scene(count)
    spread = spread_percent(result.scored.ravel(), scene.fine.material, count, aimed_voxels(scene))
    if not 0.0 < spread < np.inf:
        raise InputError("voxels that symmetry makes equal do not differ at all, or hold no dose", where=where,
                         allowed="the dose as the program scored it", fix="do not average or smooth it")
    return ProgramSpeed(result.program, result.version, result.cross_sections, result.case, result.cpu_s * spread**2,
                        spread, result.histories, count)


def read_result(file: Path) -> ProgramResult:
    """Read a result file.

    Raises:
        InputError: it cannot be read, holds something else, or is of a case that there is not.
    """
    found = _arrays(file)
    texts = {name: str(found[name]) for name in TEXTS}
    for name, text in texts.items():
        if not (text.isprintable() and 0 < len(text) <= MOST_TEXT):
            raise _wrong(file, f"'{name}' is no plain text", f"1 to {MOST_TEXT} printable characters")
    if texts["case"] not in CASES:
        raise _wrong(file, f"case '{texts['case']}' is unknown", ", ".join(CASES))
    numbers = {name: _number(file, name, found[name]) for name in NUMBERS}
    dose = found["dose"]
    if dose.ndim != 3 or len(set(dose.shape)) != 1 or dose.dtype.kind not in "fiu":
        raise _wrong(file, f"'dose' is {dose.dtype} of shape {dose.shape}", "a cube of numbers (n, n, n)")
    check_count(len(dose), CASES[texts["case"]], f"'{file}', dose")
    dose = dose.astype(float)
    if not np.isfinite(dose).all() or dose.min() < 0.0:
        raise _wrong(file, "'dose' holds numbers that are not finite, or below 0", "finite numbers from 0")
    return ProgramResult(**texts, cpu_s=numbers["cpu_s"], histories=round(numbers["histories"]), scored=dose)


def _arrays(file: Path) -> dict[str, NDArray[Any]]:
    """The arrays asked for; none larger than the largest cube, none that would run code when read."""
    names = (*TEXTS, *NUMBERS, "dose")
    try:
        with zipfile.ZipFile(file) as archive:
            size = sum(item.file_size for item in archive.infolist())
        if size > MOST_BYTES:
            raise _wrong(file, f"{size} bytes of arrays are too many", f"up to {MOST_BYTES}")
        with np.load(file, allow_pickle=False) as arrays:
            missing = [name for name in names if name not in arrays.files]
            if missing:
                raise _wrong(file, f"it holds no {', '.join(missing)}", ", ".join(names))
            return {name: np.asarray(arrays[name]) for name in names}
    except InputError:
        raise
    except OSError as error:
        raise _wrong(file, f"it cannot be read: {error.strerror or error}", "a .npz file of NumPy") from error
    except Exception as error:  # of zip, its compressions, and NumPy's reader of headers: a broken file may raise any
        raise _wrong(file, f"it is no result file: {error or type(error).__name__}", "a .npz file of NumPy") from error


def _number(file: Path, name: str, value: NDArray[Any]) -> float:
    if value.size == 1 and value.dtype.kind in "fiu":
        number = float(value.reshape(())[()])
        if 0.0 < number < 1e18:
            return number
    raise _wrong(file, f"'{name}' is no number above 0", "one number above 0")


def _wrong(file: Path, what: str, allowed: str) -> InputError:
    return InputError(f"result file '{file}': {what}", where="--result", allowed=allowed,
                      fix="write it as docs/validation.md says, with numpy.savez")
