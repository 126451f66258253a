"""Whatever colour editors choose can be read on the paper, light and dark (WCAG 2.2, 1.4.3)."""

import re
from pathlib import Path

import pytest
from django.conf import settings as site

from categories.models import Colour
from newsroom.models import Paper
from newsroom.models.paper import Accent

STYLE = Path(site.BASE_DIR, "static/newsroom/site.css").read_text()
LIGHT, DARK = 0, 1
PAIRS = {name: pair for name, *pair in re.findall(r"--(\w+): light-dark\((#\w{6}), (#\w{6})\)", STYLE)}
CHOSEN = [*sorted({*Colour.values, *Accent.values} - {Accent.CRIMSON.value}), "accent"]


def luminance(colour: str) -> float:
    """https://www.w3.org/TR/WCAG22/#dfn-relative-luminance"""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted([luminance(one), luminance(other)])
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("scheme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("ground", ["paper", "shade"])
@pytest.mark.parametrize("name", [*CHOSEN, "ink", "quiet", "wrong"])
def test_each_colour_can_be_read(name: str, ground: str, scheme: int):
    assert contrast(PAIRS[name][scheme], PAIRS[ground][scheme]) >= 4.5


@pytest.mark.parametrize(("kind", "palette"), [("section", Colour), ("accent", Accent)])
def test_the_style_sheet_knows_each_colour_of_the_desk(kind: str, palette: type[Colour] | type[Accent]):
    known = re.findall(rf"\.{kind}-(\w+) {{ --{kind}: var\(--(\w+)\); }}", STYLE)

    assert {name for name, _own in known} | {"crimson"} == set(palette.values) | {"crimson"}
    assert [name for name, own in known if name != own] == []


@pytest.mark.django_db
@pytest.mark.parametrize(("accent", "tag"), [("crimson", 'dir="ltr">'), ("plum", 'dir="ltr" class="accent-plum">')])
def test_the_paper_wears_the_colour_that_its_editors_chose(client, accent: str, tag: str):
    Paper(accent=accent).save()

    assert f'<html lang="en" {tag}' in client.get("/").content.decode()
