import io

import pytest
from django.contrib.auth.models import Group
from django.core.management.base import OutputWrapper

from newsroom.lib.progress import with_bar

pytestmark = pytest.mark.django_db


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture
def groups():
    Group.objects.all().delete()
    return Group.objects.bulk_create(Group(name=f"Group {number}") for number in range(250))


def test_it_fills_by_whole_percents_and_yields_every_row(groups):
    screen = Terminal()

    rows = list(with_bar(Group.objects.order_by("pk"), OutputWrapper(screen)))

    lines = screen.getvalue().split("\r")
    assert rows == groups
    assert (lines[1], lines[-1]) == (f"groups: {'░' * 40}   0 %", f"groups: {'█' * 40} 100 %\n")
    assert len(lines) == 102


def test_a_file_is_shown_none(groups):
    file = io.StringIO()

    assert list(with_bar(Group.objects.order_by("pk"), OutputWrapper(file))) == groups
    assert file.getvalue() == ""
