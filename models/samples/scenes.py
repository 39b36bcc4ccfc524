"""The rendered scenes that sample visits are made of, and what is known to be in them."""

import json
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from PIL import Image

from pipeline.errors import SettingsError
from pipeline.ports import Pixels

SCENES_FILE = "scenes.json"


@dataclass(frozen=True)
class Scenes:
    """A folder of scenes: scenes.json and the JPEGs that it lists."""

    folder: Path

    @cached_property
    def names(self) -> frozenset[str]:
        """The pictures that can be used. Raises SettingsError where the folder is not one of scenes."""
        path = self.folder / SCENES_FILE
        try:
            listed = json.loads(path.read_text(encoding="utf-8"))
            return frozenset(entry["file"] for kind in ("pictures", "video_frames") for entry in listed[kind])
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise SettingsError(f"{path} can't be read: {error}; it comes with the project") from error

    def pixels(self, name: str) -> Pixels:
        """A scene's picture. Raises SettingsError for one that scenes.json does not list."""
        if name not in self.names:
            raise SettingsError(f"{self.folder / SCENES_FILE} lists no picture {name!r}; correct the plan")
        with Image.open(self.folder / name) as image:
            return np.asarray(image.convert("RGB"))
