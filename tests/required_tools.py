"""Programs of other people that some tests run: skipped by name where one is missing, but never in CI."""

from __future__ import annotations

import os
import shutil

import pytest

# program -> Debian package; .ci/run installs these
PACKAGES = {
    "pdftotext": "poppler-utils",
    "pdftoppm": "poppler-utils",
    "pdftohtml": "poppler-utils",
    "pdffonts": "poppler-utils",
    "pdfinfo": "poppler-utils",
    "dciodvfy": "dicom3tools",
    "drtdump": "dcmtk",
    "dcmconv": "dcmtk",
    "plastimatch": "plastimatch",
}


def require_tool(name: str) -> str:
    """Path of the program `name`; without it the test is skipped, or fails where OPENIORT_CI=1."""
    path = shutil.which(name)
    if path is not None:
        return path
    message = f"{name} is not installed (Debian package {PACKAGES[name]})"
    if os.environ.get("OPENIORT_CI") == "1":
        pytest.fail(message)
    pytest.skip(message)
