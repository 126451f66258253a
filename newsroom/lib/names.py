"""Names that look alike, whatever letters they are written with (after Unicode Technical Standard 39, "skeletons").

A short table instead of all of the standard's confusables.txt: the letters of other alphabets and the shapes that
can be taken for those of a name in Latin letters. https://www.unicode.org/reports/tr39/
"""

import re
import unicodedata

LONGEST = 200  # characters of a skeleton: what a column and its index hold


def _pairs(*rows: str) -> dict[int, str]:
    """Each row: letters, and what they look like in the same order."""
    return {ord(one): like for row in rows for one, like in zip(*row.split(), strict=True)}


# Capitals that look like other letters than their small forms do. Greek, Cyrillic, Cherokee.
_CAPITALS = _pairs(
    "ΑΒΕΖΗΙΚΜΝΟΡΤΥΧ ABEZHIKMNOPTYX",
    "АВЕЅІЈКМНОРСТУХҮԌ ABESIJKMHOPCTYXYG",
    "ᎪᏴᏟᎠᎬᏀᎻᎫᏦᏞᎷᏢᎡᏚᎢᏙᎳᏃ ABCDEGHJKLMPRSTVWZ",
)
_SMALL = _pairs(
    "αβγεηικνορστυχω abyenikvopotuxw",
    "авгеѕіјкмнопрстухһԁԛԝӏүԍ abresijkmhonpctyxhdqwlyg",
    "օոսհցյ onuhgj",  # Armenian
    "ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘʀꜱᴛᴜᴠᴡʏᴢ abcdefghijklmnoprstuvwyz",
    "ɑɡıɩøđłħŧƀɓɗɛȷ agiiodlhtbbdej",
)
_SIGMAS = str.maketrans("ϲϹ", "cC")  # before NFKD, which takes them for another letter
_SMALL |= {ord("æ"): "ae", ord("œ"): "oe"}
# White on black, and the letters of flags: Unicode says nothing of what letters they are.
_SMALL |= {start + n: chr(ord("a") + n) for start in (0x1F150, 0x1F170, 0x1F1E6) for n in range(26)}
# Latin letters and digits that are taken for each other; the last, so that all of the above are.
_LATIN = str.maketrans({"i": "l", "j": "l", "1": "l", "|": "l", "0": "o", "m": "rn", "w": "vv"})
# Accents, points and what is not seen at all. Not the vowels of Indian scripts, which are marks as well.
_UNSEEN = re.compile(
    "[\u0300-\u036f\u0483-\u0487\u0591-\u05c7\u064b-\u065f\u115f\u1160\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff"
    "\u3164\ufe00-\ufe0f\ufe20-\ufe2f\uffa0\U000e0100-\U000e01ef]|[^\\S ]"
)


def skeleton(name: str, *, capitals_first: bool = False) -> str:
    """What is left of a name when all that looks the same is the same. Empty: nothing in it is read as a letter.

    With capitals first, letters such as Ν are an N, and not the capital of ν, which looks like a v.
    """
    return "".join(_words(name, capitals_first))[:LONGEST]


def looks(name: str) -> list[list[str]]:
    """The words of a name as skeletons, in both readings."""
    return [_words(name, False), _words(name, True)]


def _words(name: str, capitals_first: bool) -> list[str]:
    plain = _UNSEEN.sub("", unicodedata.normalize("NFKD", name.translate(_SIGMAS)))
    if capitals_first:
        plain = plain.translate(_CAPITALS)
    small = unicodedata.normalize("NFKD", plain.casefold()).translate(_SMALL)
    words = "".join(one if _is_read(one) else "" if _is_hidden(one) else " " for one in small).split()
    return [word.translate(_LATIN) for word in words]


def _is_read(character: str) -> bool:
    return character == "|" or unicodedata.category(character)[0] in "LNM"


def _is_hidden(character: str) -> bool:
    return unicodedata.category(character) in {"Cf", "Cc", "Cn", "Co", "Cs"}
