# SPDX-License-Identifier: MIT
"""The golden cases of spec/vectors, which all languages run."""

import json
import pathlib
from collections.abc import Iterator
from typing import Any

ROOT = pathlib.Path(__file__).resolve().parents[3]


def load(folder: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Each file's name and content. Fails where there is none."""
    paths = sorted((ROOT / "spec" / "vectors" / folder).glob("*.json"))
    if not paths:
        raise AssertionError(f"no vectors in {folder}")
    for path in paths:
        yield path.name, json.loads(path.read_text())


def expand(form: Any) -> bytes:
    """The bytes of an input form: text, hex, repeat, or an array of these."""
    if isinstance(form, list):
        return b"".join(expand(part) for part in form)
    if "repeat" in form:
        return expand(form["repeat"]) * form["repeat"]["count"]
    return form["text"].encode() if "text" in form else bytes.fromhex(form["hex"])
