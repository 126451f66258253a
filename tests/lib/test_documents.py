import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile

from newsroom.lib.documents import check_pdf
from tests.factories import pdf_file

PDF = pdf_file().read()


def test_a_pdf_is_taken_and_left_at_its_beginning():
    upload = ContentFile(PDF, name="report.pdf")

    check_pdf(upload)

    assert upload.read() == PDF


@pytest.mark.parametrize(
    ("content", "name", "said"),
    [
        (b"<html>%PDF-1.7 startxref 1 %%EOF", "a.pdf", "not a PDF"),
        (b"", "a.pdf", "not a PDF"),
        (PDF, "a.html", "not a PDF"),
        (PDF, "a", "not a PDF"),
        (PDF[:-40], "a.pdf", "cut short"),
        (b"%PDF-1.7", "a.pdf", "cut short"),
        (PDF + b"x" * 5000, "a.pdf", "cut short"),
    ],
)
def test_anything_else_is_refused_with_the_reason(content, name, said):
    with pytest.raises(ValidationError, match=said):
        check_pdf(ContentFile(content, name=name))


def test_one_that_is_too_large_is_refused(settings):
    settings.DOCUMENT_MAX_BYTES = len(PDF) - 1

    with pytest.raises(ValidationError, match="documents may have 0 MB"):
        check_pdf(pdf_file())
