"""The cache of a default installation: files in the state folder."""

import random
from pathlib import Path
from typing import Any

from django.core.cache.backends.base import DEFAULT_TIMEOUT
from django.core.cache.backends.filebased import FileBasedCache
from django.core.files import locks

_LOOKS_EVERY = 50  # entries written, on average


class FileCache(FileBasedCache):
    """Django's own, but of several processes that add() a key at once, one is told that it was the first."""

    def __init__(self, folder: str, params: dict[str, Any]) -> None:
        super().__init__(folder, params)
        self._lock = Path(folder) / "add.lock"

    def _cull(self) -> None:
        # Whether there are too many: counting them takes longer than writing one.
        if random.randrange(_LOOKS_EVERY) == 0:  # noqa: S311  # nothing secret
            super()._cull()  # type: ignore[misc]  # which its stubs do not know

    def add(self, key: Any, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: Any = None) -> bool:
        self._lock.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with self._lock.open("wb") as file:  # closing it, or the end of the process, frees it
            locks.lock(file, locks.LOCK_EX)
            return bool(super().add(key, value, timeout, version))
