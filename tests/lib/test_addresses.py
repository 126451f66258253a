import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as st

from categories.models import Category
from newsroom.lib.addresses import client_address, free_slug
from tests.factories import make_category


@pytest.mark.parametrize(
    ("trusted", "peer", "forwarded", "reader"),
    [
        ([], "198.51.100.7", "203.0.113.9", "198.51.100.7"),
        (["198.51.100.7"], "198.51.100.7", "203.0.113.9", "203.0.113.9"),
        (["198.51.100.7"], "198.51.100.7", "6.6.6.6, 203.0.113.9", "203.0.113.9"),
        (["198.51.100.0/24", "10.0.0.0/8"], "10.1.1.1", "6.6.6.6, 203.0.113.9, 198.51.100.7", "203.0.113.9"),
        (["198.51.100.7"], "198.51.100.7", "", "198.51.100.7"),
        (["198.51.100.7"], "198.51.100.7", "unknown", "198.51.100.7"),
        (["::1"], "::1", "2001:db8::9", "2001:db8::9"),
        (["127.0.0.1"], "::ffff:127.0.0.1", "203.0.113.9", "203.0.113.9"),
        ([], "", "203.0.113.9", "203.0.113.9"),
        ([], "", "", ""),
    ],
)
def test_the_readers_address_is_believed_as_far_as_trusted_proxies_vouch(
    rf, settings, trusted, peer, forwarded, reader
):
    settings.TRUSTED_PROXIES = trusted

    request = rf.get("/", REMOTE_ADDR=peer, HTTP_X_FORWARDED_FOR=forwarded)

    assert client_address(request) == reader


@given(forwarded=st.text(max_size=60), peer=st.sampled_from(["", "127.0.0.1", "nonsense"]))
def test_no_header_breaks_it(forwarded, peer):
    from django.test import RequestFactory

    assert isinstance(client_address(RequestFactory().get("/", REMOTE_ADDR=peer, HTTP_X_FORWARDED_FOR=forwarded)), str)


def test_a_free_slug_counts_on():
    assert free_slug("pier", {"pier", "pier-2"}.__contains__) == "pier-3"


@pytest.mark.django_db
def test_a_category_cannot_take_an_address_of_the_site():
    with pytest.raises(ValidationError) as refused:
        Category(name="Admin", slug="admin").full_clean()
    with pytest.raises(IntegrityError), transaction.atomic():
        Category.objects.create(name="Admin", slug="admin")

    assert refused.value.message_dict["slug"] == ["The site itself uses “admin”. “admin-2” is free."]


@pytest.mark.django_db
def test_categories_are_a_tree_of_two_levels():
    culture = make_category("culture")
    books = make_category("books", parent=culture)

    with pytest.raises(ValidationError):
        Category(name="Poems", slug="poems", parent=books).full_clean()
