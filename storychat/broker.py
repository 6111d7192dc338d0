"""The broker of the embedded default: a folder (docs/adr/0004-broker-of-the-embedded-default.md)."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

_FOLDER_KEYS = ("data_folder_in", "data_folder_out", "processed_folder", "control_folder")


def prepare_folders(options: Mapping[str, Any]) -> None:
    """Create the folders that `filesystem://` needs; `options` are the transport options."""
    for key in _FOLDER_KEYS:
        if key in options:
            Path(options[key]).mkdir(parents=True, exist_ok=True)


def sweep_dead_mail(options: Mapping[str, Any]) -> int:
    """Remove control messages for workers that are gone; nobody else ever reads them. Returns the count.

    Call it while no worker runs.
    """
    if "data_folder_in" not in options:
        return 0
    dead = list(Path(options["data_folder_in"]).glob("*pidbox*.msg"))
    for message in dead:
        message.unlink(missing_ok=True)
    return len(dead)
