"""Compressed frames in, stored numbers out; the decoding itself happens in a child process (`decoder_process.py`)."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from openiort.core.errors import OpenIORTError

PROGRAM = Path(__file__).with_name("decoder_process.py")
# byte order and size of what may come back: anything else is not read
KINDS = frozenset(order + sign + size for order in "<|" for sign in "iu" for size in "124")


class DecodingError(OpenIORTError):
    """A frame could not be decoded; the message says why in a few words."""


class DecoderMissingError(OpenIORTError):
    """No decoder for this kind of compression is installed."""


class Decoder:
    """Decodes frames one after another; starts its child at the first one and ends it on leaving `with`."""

    def __init__(self) -> None:
        self._child: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._end()

    def decode(self, frame: bytes, asked: dict[str, Any]) -> NDArray[Any]:
        """Stored numbers (rows, columns) of one compressed frame.

        Args:
            frame: as encapsulated, without the markers of its fragments.
            asked: what `decoder_process.py` wants to know of it, `length` excepted.

        Raises:
            DecodingError: it is malformed, or its decoding took too much memory or time.
            DecoderMissingError: a dependency is not installed.
        """
        try:
            said, content = self._exchange(frame, asked)
        except (OSError, ValueError) as error:
            self._end()
            raise DecodingError("its decoder gave up") from error
        if said.get("error") == "missing":
            raise DecoderMissingError("no decoder is installed")
        if "error" in said:
            raise DecodingError(f"{said['error']} while decoding its pixels")
        pixels = np.frombuffer(content, said["kind"])
        if pixels.size != asked["rows"] * asked["columns"]:
            raise DecodingError("its compressed pixels are of another size than it says")
        return pixels.reshape(asked["rows"], asked["columns"])

    def _exchange(self, frame: bytes, asked: dict[str, Any]) -> tuple[dict[str, Any], bytes]:
        child = self._running()
        assert child.stdin is not None and child.stdout is not None
        child.stdin.write(json.dumps({**asked, "length": len(frame)}).encode() + b"\n" + frame)
        child.stdin.flush()
        said = json.loads(child.stdout.readline())  # ValueError at the end of a child that died
        if "error" in said:
            return said, b""
        length = int(said["length"])
        if said["kind"] not in KINDS or not 0 <= length <= 4 * asked["rows"] * asked["columns"]:
            raise ValueError("not what was asked for")
        content = child.stdout.read(length)
        if len(content) != length:
            raise ValueError("the child ended early")
        return said, content

    def _running(self) -> subprocess.Popen[bytes]:
        if self._child is None:
            # -P: the modules beside the program must not take the place of others of their name
            self._child = subprocess.Popen(
                [sys.executable, "-P", str(PROGRAM)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                # one thread: each other would map memory of its own
                env={**os.environ, "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"},
            )
        return self._child

    def _end(self) -> None:
        child, self._child = self._child, None
        if child is None:
            return
        child.kill()
        child.communicate()
