"""A bar for commands that go through many rows. For eyes alone: a file or a pipe is not shown one."""

from collections.abc import Iterator
from typing import Any, TypeVar

from django.core.management.base import OutputWrapper
from django.db import models

Row = TypeVar("Row", bound=models.Model)

_WIDTH = 40  # characters


def with_bar(rows: "models.QuerySet[Row]", out: OutputWrapper) -> Iterator[Row]:
    """The rows one by one, with a line that is written over as they go by."""
    if not out.isatty():
        yield from rows.iterator()
        return
    name, total = rows.model._meta.verbose_name_plural, rows.count()
    shown = -1
    for number, row in enumerate(rows.iterator(), 1):
        percent = min(100, 100 * number // max(total, number))
        if percent != shown:
            shown = percent
            _write(out, f"\r{name}: {'█' * (_WIDTH * percent // 100):░<{_WIDTH}} {percent:3} %")
        yield row
    if total:
        _write(out, "\n")


def _write(out: Any, line: str) -> None:
    out.write(line, ending="")
    out.flush()
