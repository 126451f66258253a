"""What was made public is signed: whoever alters, moves, renumbers or removes it is found out."""

import hashlib
import json
import random
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.utils import timezone

from articles.models import Article, Revision, Seal, SealedAct, SealHead
from articles.verification import problems, sign_old, write_head
from newsroom.lib import signing
from tests.factories import make_article, make_draft, make_staff, make_story

TRIALS = 1000


@pytest.fixture(autouse=True)
def outside(settings, tmp_path):
    """Keys and heads of this test alone."""
    settings.REVISION_KEYS, settings.REVISION_HEADS = tmp_path / "keys", tmp_path / "heads.txt"


def acts():
    return [(seal.revision_number, seal.act) for seal in Seal.objects.all()]


def save(article, by=None, **parts):
    return article.save_draft(make_story(slug=article.slug, **parts), by=by)


def later(**span):
    return timezone.now() + timedelta(**span)


# --- What is sealed --------------------------------------------------------------------------------


@pytest.mark.django_db
def test_what_is_published_is_sealed_and_drafts_are_not():
    article = make_article()
    save(article)
    article.publish(save(article))

    assert acts() == [(1, SealedAct.PUBLISHED), (3, SealedAct.PUBLISHED)]
    assert list(problems()) == []


@pytest.mark.django_db
def test_a_publication_that_never_came_is_taken_back():
    waiting, scheduled = make_article(), make_draft()
    waiting.publish(save(waiting), at=later(days=1))
    waiting.publish(save(waiting))
    scheduled.publish(scheduled.latest_revision(), at=later(days=1))
    scheduled.withdraw()

    published, taken_back = "published", "taken back"
    assert [act for _number, act in acts()] == [published, published, taken_back, published, published, taken_back]
    assert set(Revision.objects.published()) == {waiting.revisions.get(number=1), waiting.revisions.get(number=3)}
    assert list(problems()) == []


@pytest.mark.django_db
def test_a_scheduled_story_that_is_scheduled_anew_is_sealed_with_its_last_time():
    article = make_draft()
    article.publish(article.latest_revision(), at=later(days=1))
    article.publish(article.latest_revision(), at=later(days=2))

    assert [act for _number, act in acts()] == ["published", "taken back", "published"]
    assert list(problems()) == []


@pytest.mark.django_db
def test_a_draft_that_was_taken_back_may_be_deleted():
    article = make_draft()
    article.publish(article.latest_revision(), at=later(days=1))
    article.withdraw()
    article.delete()

    assert list(problems()) == []


@pytest.mark.django_db
def test_a_new_version_of_a_live_story_is_not_dated_before_it():
    article = make_article(at=later(days=-3))
    revision = save(article)
    article.publish(revision, at=later(days=-5))

    assert abs(revision.published_from - timezone.now()) < timedelta(minutes=5)


@pytest.mark.django_db
def test_nothing_of_the_words_is_in_a_seal():
    make_article(headline="Zanzibar", body="<p>Quinquireme</p>")

    rows = repr(list(Seal.objects.values()))
    assert [word for word in ("Zanzibar", "Quinquireme") if word in rows] == []


@pytest.mark.django_db
def test_who_wrote_it_may_leave_the_paper():
    user = make_staff()
    article = make_article()
    article.publish(save(article, by=user))
    user.delete()

    assert list(problems()) == []


@pytest.mark.django_db
def test_seals_refuse_to_be_changed_and_deleted():
    make_article()
    seal = Seal.objects.get()

    with pytest.raises(TypeError):
        seal.save()
    with pytest.raises(TypeError):
        seal.delete()


@pytest.mark.django_db
def test_what_was_published_before_there_were_seals_is_signed_on_demand():
    article = make_article()
    save(article)
    Seal.objects.all().delete()
    SealHead.objects.all().delete()
    found = list(problems())

    assert (sign_old(), sign_old()) == (1, 0)
    assert found == [f"Revision 1 of article {article.pk} was made public without a seal."]
    assert list(problems()) == []


@pytest.mark.django_db(transaction=True)
def test_parallel_publications_make_one_line():
    articles = [make_draft() for _number in range(6)]

    def publish(pk):
        article = Article.objects.get(pk=pk)
        article.publish(article.latest_revision())
        connection.close()

    with ThreadPoolExecutor(6) as threads:
        list(threads.map(publish, [article.pk for article in articles]))

    assert [seal.number for seal in Seal.objects.all()] == [1, 2, 3, 4, 5, 6]
    assert list(problems()) == []


# --- The key ---------------------------------------------------------------------------------------


def test_the_key_is_made_once_and_is_its_owners_alone(settings):
    with ThreadPoolExecutor(8) as threads:
        signed = list(threads.map(signing.sign, [b"words"] * 16))

    folder = settings.REVISION_KEYS
    assert len(set(signed)) == 1
    assert (folder / "signing.pem").stat().st_mode & 0o777 == 0o600
    assert sorted(file.name for file in folder.iterdir()) == sorted(["signing.pem", f"{signed[0][0]}.pub.pem"])


@pytest.mark.django_db
def test_what_older_keys_signed_holds_as_long_as_their_public_halves_are_there(settings):
    make_article()
    (settings.REVISION_KEYS / "signing.pem").unlink()
    make_article()
    whole = list(problems())
    first = Seal.objects.first().key
    (settings.REVISION_KEYS / f"{first}.pub.pem").unlink()

    assert Seal.objects.values("key").distinct().count() == 2
    assert whole == []
    assert list(problems()) == [f"Seal 1 is signed by a key that is not in the folder: {first}."]


def test_a_public_key_cannot_take_anothers_name(settings):
    name, _signature = signing.sign(b"words")
    file = settings.REVISION_KEYS / f"{name}.pub.pem"
    (settings.REVISION_KEYS / "signing.pem").unlink()
    other, _signature = signing.sign(b"words")
    file.write_bytes((settings.REVISION_KEYS / f"{other}.pub.pem").read_bytes())

    assert set(signing.public_keys()) == {other}


def test_a_broken_key_is_said_to_be_one(settings):
    settings.REVISION_KEYS.mkdir()
    (settings.REVISION_KEYS / "signing.pem").write_text("no key")
    (settings.REVISION_KEYS / "x.pub.pem").write_text("no key")

    with pytest.raises(signing.BadKey, match=r"signing\.pem"):
        signing.sign(b"words")
    assert signing.public_keys() == {}


# --- Tampering -------------------------------------------------------------------------------------


class Tamperer:
    """Changes one thing as somebody who can write to the database, and knows the code, would."""

    def __init__(self, seed):
        self.random = random.Random(seed)

    def _sealed(self):
        return self.random.choice(Revision.objects.exclude(published_from=None).order_by("pk"))

    def _seal(self):
        return self.random.choice(Seal.objects.all())

    def _set(self, revision, **columns):
        Revision.objects.filter(pk=revision.pk).update(**columns)

    # Altered

    def alter_a_word(self):
        revision = self._sealed()
        name = self.random.choice(["headline", "standfirst", "body", "slug"])
        self._set(revision, story=revision.story | {name: revision.story[name] + "x"})

    def alter_a_choice(self):
        revision = self._sealed()
        name = self.random.choice(["category", "bylines", "tags", "lead_photo"])
        self._set(revision, story=revision.story | {name: [self.random.randint(900, 999)]})

    def drop_a_part(self):
        revision = self._sealed()
        self._set(revision, story={k: v for k, v in revision.story.items() if k != "kicker"})

    def swap_two_stories(self):
        one, other = self.random.sample(list(Revision.objects.exclude(published_from=None)), 2)
        self._set(one, story=other.story, salt=other.salt)

    def alter_the_note(self):
        self._set(self._sealed(), note="Nothing was wrong.", change="typo")

    def alter_the_times(self):
        revision = self._sealed()
        name = self.random.choice(["created_at", "published_from"])
        step = timedelta(microseconds=self.random.randint(1, 10**9))
        self._set(revision, **{name: getattr(revision, name) + step})

    def unpublish(self):
        self._set(self._sealed(), published_from=None)

    def alter_who(self):
        revision = self._sealed()
        self._set(revision, created_by=None if revision.created_by_id else make_staff(f"x{self.random.random()}"))

    def alter_the_kind(self):
        self._set(self._sealed(), kind="restored", restored_from=1)

    def alter_the_salt(self):
        self._set(self._sealed(), salt=f"{self.random.getrandbits(128):032x}")

    # Moved and renumbered

    def move(self):
        revision = self._sealed()
        other = self.random.choice(Article.objects.stories().exclude(pk=revision.article_id))
        self._set(revision, article=other, number=90)

    def trade_places(self):
        """Two revisions change their articles, each with the other's number."""
        one = self._sealed()
        other = self.random.choice(Revision.objects.exclude(article=one.article_id).exclude(published_from=None))
        self._set(one, number=99)
        self._set(other, article=one.article_id, number=one.number)
        self._set(one, article=other.article_id, number=other.number)

    def renumber(self):
        self._set(self._sealed(), number=self.random.randint(50, 99))

    def trade_numbers(self):
        article = self.random.choice(Article.objects.stories())
        one, other = article.revisions.exclude(published_from=None)[:2]
        self._set(one, number=99)
        self._set(other, number=one.number)
        self._set(one, number=other.number)

    # Removed

    def remove(self):
        Revision.objects.filter(pk=self._sealed().pk).delete()

    def remove_with_its_seals(self):
        revision = self._sealed()
        Seal.objects.filter(article_key=revision.article_id, revision_number=revision.number).delete()
        revision.delete()
        self._set_head()

    def remove_an_article(self):
        article = self.random.choice(Article.objects.stories())
        Seal.objects.filter(article_key=article.pk).delete()
        Article.objects.filter(pk=article.pk).delete()
        self._set_head()

    def remove_the_newest(self):
        self._cut(1)

    def put_back_an_old_copy(self):
        self._cut(self.random.randint(2, Seal.objects.count() - 1))

    def remove_everything(self):
        Seal.objects.all().delete()
        Article.objects.all().delete()
        SealHead.objects.all().delete()

    def add(self):
        """A version that never was public."""
        last = self._sealed()
        Revision.objects.create(
            article_id=last.article_id, number=70, story=last.story, published_from=last.published_from
        )

    # Seals

    def alter_a_seal(self):
        seal = self._seal()
        changes = {
            "article_key": seal.article_key + 1,
            "revision_number": seal.revision_number + 1,
            "act": "removed" if seal.act != "removed" else "published",
            "at": seal.at + timedelta(seconds=1),
            "public_from": seal.at + timedelta(days=9),
            "saved_by": (seal.saved_by or 0) + 1,
            "by": seal.by + "x",
            "reason": seal.reason + "x",
            "words": "f" * 64,
            "before": "f" * 64,
            "code": "f" * 64,
            "key": "f" * 16,
            "signature": self.random.choice(["f" * 128, "no digits", ""]),
        }
        name = self.random.choice(list(changes))
        Seal.objects.filter(pk=seal.pk).update(**{name: changes[name]})

    def trade_seals(self):
        one, other = self.random.sample(list(Seal.objects.all()), 2)
        Seal.objects.filter(pk=one.pk).update(words=other.words, signature=other.signature, code=other.code)

    def alter_a_revision_and_its_seal(self):
        revision = self._sealed()
        self._set(revision, story=revision.story | {"headline": "Another"})
        revision.refresh_from_db()
        seals = Seal.objects.filter(article_key=revision.article_id, revision_number=revision.number)
        seals.update(words=revision.commitment())

    def sign_anew_with_a_key_of_ones_own(self):
        """The whole chain, in good order: but nobody knows the key."""
        key = Ed25519PrivateKey.generate()
        revision = self._sealed()
        self._set(revision, story=revision.story | {"headline": "Another"})
        revision.refresh_from_db()
        code, of_article = "0" * 64, {}
        for seal in Seal.objects.all():
            if (seal.article_key, seal.revision_number) == (revision.article_id, revision.number):
                seal.words = revision.commitment()
            seal.before = of_article.get(seal.article_key, "0" * 64)
            content = seal.content(code)
            code = of_article[seal.article_key] = hashlib.sha256(content).hexdigest()
            Seal.objects.filter(pk=seal.pk).update(
                words=seal.words, before=seal.before, code=code, signature=key.sign(content).hex()
            )
        SealHead.objects.update(code=code)

    def alter_the_head(self):
        change = self.random.choice([{"number": 1}, {"code": "f" * 64}, {"number": 10**6}])
        SealHead.objects.update(**change)

    def _cut(self, count):
        """The last seals and what they speak of, as if they had never been."""
        for seal in Seal.objects.order_by("-number")[:count]:
            revisions = Revision.objects.filter(article=seal.article_key, number=seal.revision_number)
            others = Seal.objects.filter(article_key=seal.article_key, revision_number=seal.revision_number)
            if others.count() == 1:
                revisions.delete()
            Seal.objects.filter(pk=seal.pk).delete()
        self._set_head()

    def _set_head(self):
        last = Seal.objects.last()
        SealHead.objects.update(number=last.number if last else 0, code=last.code if last else "0" * 64)


KINDS = [name for name, member in vars(Tamperer).items() if callable(member) and not name.startswith("_")]


def make_history():
    """Four stories in several versions: some waited, one wait was in vain, one lost words by law."""
    user = make_staff()
    articles = [make_article(standfirst=f"Of {number}") for number in range(4)]
    for article in articles:
        article.publish(save(article, by=user))
        save(article)
    revision = articles[2].revisions.get(number=1)
    revision.take_words_out(revision.story | {"headline": "[removed]"}, "", by="ada", reason="Order 7")
    articles[0].publish(save(articles[0]), at=later(days=1))
    articles[1].publish(save(articles[1]), at=later(days=1))
    articles[1].publish(save(articles[1]))
    write_head()


@pytest.mark.django_db
def test_every_one_of_1000_tamperings_is_found():
    make_history()
    assert list(problems()) == []
    missed, tried = [], Counter()

    for seed in range(TRIALS):
        kind = KINDS[seed % len(KINDS)]
        sid = transaction.savepoint()
        getattr(Tamperer(seed), kind)()
        if not any(True for _problem in problems()):
            missed.append((seed, kind))
        transaction.savepoint_rollback(sid)
        tried[kind] += 1

    assert missed == []
    assert (tried.total(), len(tried), min(tried.values()) >= 30) == (TRIALS, len(KINDS), True)
    assert list(problems()) == []


@pytest.mark.django_db
@pytest.mark.parametrize("kind", ["remove_the_newest", "remove_everything"])
def test_where_only_the_file_can_tell_it_does(settings, kind):
    make_history()
    getattr(Tamperer(1), kind)()
    with_file = bool(list(problems()))
    Path(settings.REVISION_HEADS).unlink()

    assert (with_file, list(problems())) == (True, [])


@pytest.mark.django_db
def test_the_worker_notes_the_head(settings):
    make_article()
    call_command("worker", "--once")

    seal = Seal.objects.get()
    assert settings.REVISION_HEADS.read_text().split()[:2] == ["1", seal.code]


# --- The command -----------------------------------------------------------------------------------


@pytest.mark.django_db
def test_the_command_says_that_all_is_whole_or_what_is_not(capsys):
    article = make_article()
    call_command("verify_revisions")
    Revision.objects.update(story={"headline": "nothing to see here"})

    with pytest.raises(CommandError, match=r"^1 problems\."):
        call_command("verify_revisions")

    said = capsys.readouterr()
    assert said.out == "All is as it was signed: 1 seals, of which 0 on words removed.\n"
    assert said.err == f"Revision 1 of article {article.pk} was altered, moved or renumbered.\n"


@pytest.mark.django_db
def test_any_json_of_a_story_is_bound(settings):
    article = make_draft(headline="Zoë \U0001f41f ‮", body="<p>x\u2028</p>", tags=(), standfirst='"\\')
    article.publish(article.latest_revision())

    assert list(problems()) == []
    assert json.loads(json.dumps(article.latest_revision().story)) == article.latest_revision().story
