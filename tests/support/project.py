"""Writes the shop with choices that a preset leaves open."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from blueprint.catalog.load import load_catalog
from blueprint.catalog.presets import preset_source


def shop_in(folder: Path, pattern: str, discovery: str = "static") -> Path:
    """The folder, with the shop in it, in this pattern and with this discovery."""
    preset = load_catalog().find("preset", "e-commerce", "fastapi")
    assert preset
    spec = folder.with_name(f"{folder.name}.yaml")
    chosen = preset_source(preset, "shop", pattern, "fastapi")
    spec.write_text(chosen.replace("\npreset:", f"\ndiscovery: {discovery}\npreset:"))
    command = [sys.executable, "-m", "blueprint", "new", "--spec", str(spec), "-p", pattern, "--no-git"]
    command += ["-o", str(folder)]
    subprocess.run(command, check=True, timeout=120, stdout=subprocess.DEVNULL)
    return folder
