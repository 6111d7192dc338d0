"""The broker of the embedded default: a folder (docs/adr/0004-broker-of-the-embedded-default.md)."""

import time
import uuid
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from kombu.transport import filesystem
from kombu.utils.json import dumps

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


class Channel(filesystem.Channel):
    """Kombu's own writes under the final name: a quick reader takes half of a message, and dies of it."""

    def _put(self, queue: str, payload: dict[str, Any], **_kwargs: Any) -> None:
        folder = Path(self.data_folder_out)
        # The reader takes the names that end in its queue, sorted.
        name = f"{time.monotonic_ns():020d}_{uuid.uuid4()}"
        aside = folder / f"{name}.unfinished"
        aside.write_text(dumps(payload))
        aside.replace(folder / f"{name}.{queue}.msg")


class Transport(filesystem.Transport):
    """What a `filesystem://` address means here."""

    Channel = Channel
