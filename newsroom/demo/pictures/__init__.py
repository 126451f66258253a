"""The demo paper's pictures, drawn in code: the same pixels on every run."""

from PIL import Image

from . import advertisements, portraits, scenes_front, scenes_land, scenes_sea, scenes_town
from .brush import Canvas, Scene
from .documents import DOCUMENTS, DPI

__all__ = ["DOCUMENTS", "DPI", "SCENES", "Scene", "advertisement", "lead_picture", "portrait"]

PORTRAIT_SIDE = 800  # px
PORTRAIT_CROP = 76  # px, brings the face closer

SCENES: dict[str, Scene] = {
    **scenes_front.SCENES,
    **scenes_sea.SCENES,
    **scenes_town.SCENES,
    **scenes_land.SCENES,
}


def lead_picture(scene: str) -> Image.Image:
    """The named scene, 1600 x 1000 px RGB."""
    canvas = Canvas(scene)
    SCENES[scene].draw(canvas)
    return canvas.finish()


def portrait(slug: str) -> Image.Image:
    """The person's head and shoulders, 800 x 800 px RGB."""
    canvas = Canvas(slug, PORTRAIT_SIDE, PORTRAIT_SIDE)
    portraits.PORTRAITS[slug](canvas)
    return canvas.finish(PORTRAIT_CROP)


def advertisement(name: str, width: int, height: int) -> Image.Image:
    """The named advertisement in that size, RGB."""
    return advertisements.DRAWN[name](width, height)
