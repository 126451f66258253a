import io
import struct

import pytest
from django.core.files.base import ContentFile
from PIL import Image

from newsroom.lib.captions import Words, read_words

pytestmark = pytest.mark.filterwarnings("ignore::UserWarning")

RDF = (
    '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">{}</rdf:RDF>'
    "</x:xmpmeta>"
)
NAMES = (
    'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/"'
    ' xmlns:Iptc4xmpCore="http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/"'
)
XMP = RDF.format(
    f'<rdf:Description {NAMES} photoshop:Credit="Lantern Photos">'
    '<dc:description><rdf:Alt><rdf:li xml:lang="x-default">The pier at dawn</rdf:li>'
    '<rdf:li xml:lang="de">Der Steg</rdf:li></rdf:Alt></dc:description>'
    "<dc:creator><rdf:Seq><rdf:li>Ada Lens</rdf:li><rdf:li>Bo Flash</rdf:li></rdf:Seq></dc:creator>"
    '<Iptc4xmpCore:AltTextAccessibility><rdf:Alt><rdf:li xml:lang="x-default">A long pier</rdf:li></rdf:Alt>'
    "</Iptc4xmpCore:AltTextAccessibility></rdf:Description>"
)


def picture(kind="JPEG", **options):
    file = io.BytesIO()
    Image.new("RGB", (40, 30), "teal").save(file, kind, **options)
    return ContentFile(file.getvalue(), name="a")


def with_iptc(*entries: tuple[int, int, bytes]):
    """A JPEG with IPTC as Photoshop keeps it."""
    data = b"".join(b"\x1c" + struct.pack(">BBH", record, number, len(text)) + text for record, number, text in entries)
    block = b"8BIM\x04\x04\0\0" + struct.pack(">I", len(data)) + data + b"\0" * (len(data) % 2)
    segment = b"Photoshop 3.0\0" + block
    content = picture().read()
    marked = content[:2] + b"\xff\xed" + struct.pack(">H", len(segment) + 2) + segment + content[2:]
    return ContentFile(marked, name="a")


def test_iptc_is_read():
    file = with_iptc((2, 120, b"The pier"), (2, 80, b"Ada Lens"), (2, 110, b"Lantern Photos"), (2, 116, b"(c) Lantern"))

    assert read_words(file) == Words(caption="The pier", credit="Ada Lens / Lantern Photos")


@pytest.mark.parametrize(
    ("entries", "words"),
    [
        ([(1, 90, b"\x1b%G"), (2, 120, "Tidewick’s “pier”".encode())], Words(caption="Tidewick’s “pier”")),
        ([(2, 120, "Küste".encode())], Words(caption="Küste")),
        ([(2, 120, "Küste — „Steg“".encode("cp1252"))], Words(caption="Küste — „Steg“")),
        ([(2, 120, b"\xff\xfe\x81")], Words(caption="ÿþ�")),
        ([(2, 120, b"One\r\ntwo\0three   four")], Words(caption="One two three four")),
        ([(2, 80, b"Ada"), (2, 80, b"Bo")], Words(credit="Ada, Bo")),
        ([(2, 80, b"Lantern"), (2, 110, b"Lantern")], Words(credit="Lantern")),
        ([(2, 116, b"(c) Lantern")], Words(credit="(c) Lantern")),
        ([(2, 5, b"DSC_0001")], Words()),
        ([], Words()),
    ],
)
def test_iptc_in_all_its_ways(entries, words):
    assert read_words(with_iptc(*entries)) == words


@pytest.mark.parametrize("kind", ["JPEG", "WEBP", "AVIF", "HEIF"])
def test_xmp_is_read_from_every_format(kind):
    found = read_words(picture(kind, xmp=XMP.encode()))

    assert found == Words("The pier at dawn", "Ada Lens, Bo Flash / Lantern Photos", "A long pier")


@pytest.mark.parametrize(
    "xmp",
    [
        b"",
        b"no xml",
        b"<x/>",
        RDF.format("").encode(),
        RDF.format("<rdf:Description/>").encode(),
        b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;">]><x>&b;</x>',
        b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><x>&a;</x>',
    ],
)
def test_broken_or_hostile_xmp_says_nothing_and_breaks_nothing(xmp):
    assert read_words(picture(xmp=xmp)) == Words()
