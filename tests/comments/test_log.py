"""The moderation log: whole through everything that is allowed, and broken by everything that is not."""

import hashlib
import itertools
import random
import threading
from collections import Counter
from contextlib import suppress
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.db.models import F
from django_comments.models import Comment

from comments.models import QUEUED, LogHead, ReaderComment, State, StateChange, is_allowed
from comments.models.log import BEGINNING, chain_keys
from comments.retention import erase
from comments.verification import problems, write_head
from tests.factories import make_article, make_comment, make_staff

TRIALS = 1000
KEY = b"a key that somebody made up"
NOBODY = 999_999


@pytest.fixture(autouse=True)
def heads(settings, tmp_path):
    settings.MODERATION_HEADS = tmp_path / "outside" / "heads.txt"
    return settings.MODERATION_HEADS


def rows():
    return list(StateChange.objects.order_by("number").values_list("number", "before", "after", "actor"))


def numbers():
    return list(StateChange.objects.order_by("number").values_list("number", flat=True))


def judged(article, *states, by=None):
    """A comment that went through these states, the first by itself."""
    comment = make_comment(article, State.UNCHECKED)
    for state in states:
        before = State(comment.state)
        human = None if is_allowed(before, state, by_human=False) else by
        due_at = comment.submit_date + timedelta(minutes=2) if state in QUEUED else None
        comment.move(state, expected=before, by=human, reason="why", due_at=due_at, verdict_guid=f"guid-{comment.pk}")
    return comment


# --- What is allowed leaves it whole ---------------------------------------------------------------


@pytest.mark.django_db
def test_each_allowed_move_is_a_row_and_the_chain_holds():
    article, moderator = make_article(), make_staff()
    moves = [
        (before, after, by_human)
        for before, after, by_human in itertools.product(State, State, (False, True))
        if is_allowed(before, after, by_human=by_human)
    ]

    for before, after, by_human in moves:
        due_at = None
        comment = make_comment(article, before)
        if after in QUEUED:
            due_at = comment.submit_date + timedelta(minutes=2)
        comment.move(after, expected=before, by=moderator if by_human else None, due_at=due_at)

    actors = {False: "screening", True: f"moderator {moderator.pk}"}
    expected = [
        row for before, after, by_human in moves for row in (("", before, "reader"), (before, after, actors[by_human]))
    ]
    assert [row[1:] for row in rows()] == expected
    assert numbers() == list(range(1, 2 * len(moves) + 1))
    assert list(problems()) == []


@pytest.mark.django_db
def test_an_empty_log_is_whole():
    assert (list(problems()), write_head()) == ([], False)


@pytest.mark.django_db
@pytest.mark.parametrize("word", ["reason", "actor"])
def test_words_of_any_alphabet_keep_it_whole(word):
    comment = make_comment(make_article(), user_name="Ada 😀", comment="Ça va? \u200f العربية\r\n\tend ", user_url="")

    StateChange.append(comment, "", State.HELD, **{"actor": "x", "reason": "", "guid": "", word: 'Ü"\\\n\u2028'})
    comment.refresh_from_db()
    ReaderComment.objects.filter(pk=comment.pk).update(state=State.HELD)

    assert list(problems()) == []


@pytest.mark.django_db
def test_reasons_and_ids_that_are_too_long_are_cut_before_they_are_chained():
    comment = make_comment(make_article(), State.UNCHECKED)

    comment.move(State.HELD, expected=State.UNCHECKED, reason="r" * 500)
    StateChange.append(comment, "", State.HELD, actor="x", reason="", guid="g" * 500)

    assert list(StateChange.objects.values_list("reason", "guid"))[1:] == [("r" * 200, ""), ("", "g" * 100)]
    assert list(problems()) == []


@pytest.mark.django_db
def test_an_erased_and_a_deleted_comment_leave_it_whole():
    article, moderator = make_article(), make_staff()
    comments = [judged(article, State.APPROVED, State.REMOVED, by=moderator) for _number in range(3)]

    erase(comments[0])
    comments[1].delete()
    moderator.delete()

    erased = ReaderComment.objects.get(pk=comments[0].pk)
    assert (erased.comment, erased.user_name, erased.salt, erased.commitment()) == ("", "", "", "")
    assert len(rows()) == 9
    assert list(problems()) == []


@pytest.mark.django_db
def test_nothing_of_the_writer_is_in_the_log():
    comment = judged(make_article(), State.APPROVED)

    kept = " ".join(str(value) for row in StateChange.objects.values_list() for value in row)

    told = [comment.user_name, comment.user_email, comment.comment, comment.salt]
    assert [word in kept for word in told] == [False] * 4


# --- Keys ------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_rows_under_older_keys_hold_as_long_as_the_settings_know_these(settings):
    article = make_article()
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS, settings.MODERATION_KEY = "first", [], ""
    judged(article, State.APPROVED)
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "second", ["first"]
    judged(article, State.SPAM)
    settings.MODERATION_KEY = "of the log"
    judged(article, State.HELD)
    settings.MODERATION_KEY, settings.SECRET_KEY_FALLBACKS = "of the log, too", ["of the log", "first"]
    judged(article, State.BLATANT)

    assert list(problems()) == []

    altered = "Row {} was altered, moved or made by somebody else."
    settings.SECRET_KEY_FALLBACKS = ["first"]
    assert list(problems()) == [altered.format(5), altered.format(6)]
    settings.SECRET_KEY_FALLBACKS = ["of the log"]
    assert list(problems()) == [altered.format(1), altered.format(2)]
    settings.MODERATION_KEY = ""
    assert list(problems()) == [altered.format(n) for n in (1, 2, 7, 8)]


# --- The file outside the database -----------------------------------------------------------------


@pytest.mark.django_db
def test_the_head_is_written_only_when_something_is_new(heads):
    comment = make_comment(make_article(), State.UNCHECKED)

    written = [write_head(), write_head()]
    comment.move(State.HELD, expected=State.UNCHECKED)
    written += [write_head(), write_head()]

    codes = StateChange.objects.order_by("number").values_list("code", flat=True)
    assert written == [True, False, True, False]
    assert [line.split()[:2] for line in heads.read_text().splitlines()] == [["1", codes[0]], ["2", codes[1]]]
    assert list(problems()) == []


@pytest.mark.django_db
def test_the_worker_writes_it(heads):
    make_comment(make_article())

    call_command("worker", once=True)

    assert heads.read_text().startswith(f"1 {StateChange.objects.get().code} ")


@pytest.mark.django_db
def test_a_line_that_was_cut_off_neither_hides_nor_spoils_the_next(heads):
    comment = make_comment(make_article(), State.UNCHECKED)
    write_head()
    heads.write_text(heads.read_text() + "2")
    comment.move(State.HELD, expected=State.UNCHECKED)

    written = [write_head(), write_head()]

    assert written == [True, False]
    assert [line.split()[0] for line in heads.read_text().splitlines()] == ["1", "2", "2"]
    assert list(problems()) == []


@pytest.mark.django_db
def test_an_old_copy_that_went_on_growing_is_found_even_after_its_head_was_noted():
    article = make_article()
    make_comment(article)
    sid = transaction.savepoint()
    make_comment(article)
    write_head()
    transaction.savepoint_rollback(sid)
    make_comment(article, comment="Another one")

    written = [write_head(), write_head()]

    assert written == [True, False]
    assert list(problems()) == ["Row 2 is not the one whose code was noted outside the database."]


# --- Append ----------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_rows_refuse_to_be_changed_and_deleted():
    make_comment(make_article())
    row = StateChange.objects.get()

    for refused in (row.save, row.delete):
        with pytest.raises(TypeError, match=r"^The moderation log is only ever added to$"):
            refused()

    assert list(problems()) == []


@pytest.mark.django_db(transaction=True)
def test_a_failing_transaction_leaves_neither_change_nor_row():
    comment = make_comment(make_article(), State.UNCHECKED)
    before = LogHead.objects.values_list("number", "code").get()

    with suppress(ZeroDivisionError), transaction.atomic():
        comment.move(State.HELD, expected=State.UNCHECKED)
        1 / 0  # noqa: B018

    assert ReaderComment.objects.get().state == State.UNCHECKED
    assert (numbers(), LogHead.objects.values_list("number", "code").get()) == ([1], before)
    assert list(problems()) == []


@pytest.mark.django_db(transaction=True)
def test_a_row_that_cannot_be_written_takes_the_change_back():
    comment = make_comment(make_article(), State.UNCHECKED)
    LogHead.objects.update(number=0, code=BEGINNING)  # so that the next row's number is taken

    with pytest.raises(Exception, match=r"(?i)unique"):
        comment.move(State.HELD, expected=State.UNCHECKED)

    assert ReaderComment.objects.get().state == State.UNCHECKED


@pytest.mark.django_db(transaction=True)
def test_parallel_changes_get_contiguous_numbers():
    article = make_article()
    start, failures = threading.Barrier(8), []

    def write():
        try:
            start.wait(10)
            for _number in range(5):
                judged(article, State.PROVISIONAL, State.APPROVED)
        except Exception as error:
            failures.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=write) for _number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)

    assert failures == []
    assert numbers() == list(range(1, 121))
    assert list(problems()) == []


@pytest.mark.django_db(transaction=True)
def test_a_paper_that_goes_on_working_is_not_called_broken():
    article = make_article()
    for _number in range(20):
        make_comment(article)
    stop, failures = threading.Event(), []

    def write():
        try:
            while not stop.is_set():
                judged(article, State.APPROVED)
        except Exception as error:
            failures.append(error)
        finally:
            connection.close()

    writer = threading.Thread(target=write)
    writer.start()
    found = [problem for _number in range(20) for problem in problems()]
    stop.set()
    writer.join(30)

    assert (found, failures) == ([], [])


# --- Whatever is not allowed is found --------------------------------------------------------------


class Tamperer:
    """Somebody who may write in the database as he likes, and does not have the key."""

    def __init__(self, seed, old_head):
        self.random = random.Random(seed)
        self.old_head = old_head  # of the last row that was noted outside
        self.last = StateChange.objects.count()

    def row(self, first=1, last=None):
        return StateChange.objects.filter(number=self.random.randint(first, last or self.last))

    def text(self):
        letters = "abcdefghijklmnopqrstuvwxyz0123456789 éЖ😀"
        return "".join(self.random.choices(letters, k=self.random.randint(1, 12)))

    def alter(self, field):
        row = self.row()
        old = row.values_list(field, flat=True).get()
        match field:
            case "number":
                new = self.last + self.random.randint(1, 50)
            case "comment_key":
                new = self.random.choice([NOBODY, old + 1, old - 1])
            case "at":
                seconds = self.random.choice([1e-6, -1e-6, 1, 3600, -86400, 1e6])
                new = old + timedelta(seconds=seconds)
            case "before":
                new = self.random.choice([state for state in ["", *State.values] if state != old])
            case "after":
                new = self.random.choice([state for state in State.values if state != old])
            case "words" | "code":
                place = self.random.randrange(64)
                new = old[:place] + self.random.choice("0123456789abcdefé".replace(old[place], "")) + old[place + 1 :]
            case _:
                new = (old + self.text())[-40:] if self.random.random() < 0.5 else self.text()
                assert new != old
        row.update(**{field: new})

    def delete_first(self):
        self.row(1, 1).delete()

    def delete_middle(self):
        self.row(2, self.last - 1).delete()

    def delete_last(self):
        self.row(self.last).delete()

    def delete_several(self):
        first = self.random.randint(1, self.last)
        StateChange.objects.filter(number__range=(first, self.random.randint(first, self.last))).delete()

    def delete_last_and_move_up(self):
        """The last rows, that no comment stands for any more: only the file can tell."""
        self._cut(self.random.randint(self.last - 3, self.last - 1))

    def delete_middle_and_move_up(self):
        gone = self.random.randint(2, self.last - 1)
        self.row(gone, gone).delete()
        for number in range(gone + 1, self.last + 1):
            StateChange.objects.filter(number=number).update(number=number - 1)
        LogHead.objects.update(number=self.last - 1)

    def delete_all(self):
        StateChange.objects.all().delete()
        ReaderComment.objects.all().delete()
        LogHead.objects.all().delete()

    def swap(self):
        one, other = self.random.sample(range(1, self.last + 1), 2)
        for old, new in ((one, 0), (other, one), (0, other)):
            StateChange.objects.filter(number=old).update(number=new)

    def swap_without_codes(self):
        pair = StateChange.objects.filter(number__in=self.random.sample(range(1, self.last + 1), 2))
        one, other = pair.values(*(name for name in FIELDS if name not in {"number", "code"}))
        first, second = pair.values_list("number", flat=True)
        StateChange.objects.filter(number=first).update(**other)
        StateChange.objects.filter(number=second).update(**one)

    def recompute_tail(self):
        first = self.random.randint(2, self.last)
        StateChange.objects.filter(number=first).update(reason="nothing to see here")
        self._recompute(first)

    def recompute_all(self):
        self.row().update(reason="nothing to see here")
        self._recompute(1)

    def recompute_all_with_the_very_key(self):
        """Even who has the key, but not the file."""
        self.row(1, self.old_head).update(reason="nothing to see here")
        self._recompute(1, chain_keys()[0])

    def add(self):
        head = LogHead.objects.get()
        last = StateChange.objects.get(number=self.last)
        row = StateChange(
            number=self.last + 1, comment_key=last.comment_key, at=last.at, actor="screening", before=last.after,
            after=last.after, reason="", guid="", words=last.words,
        )  # fmt: skip
        row.code = row.chained_to(head.code, KEY)
        row.save()
        LogHead.objects.update(number=row.number, code=row.code)

    def move_head(self):
        code = hashlib.sha256(self.text().encode()).hexdigest()
        number = F("number") + self.random.choice([-1, 0, 1, 5])
        LogHead.objects.update(**self.random.choice([{"code": code}, {"number": number, "code": code}]))

    def change_state(self):
        comment = self._comment()
        state = self.random.choice([state for state in State if state != comment.state])
        ReaderComment.objects.filter(pk=comment.pk).update(state=state, due_at=comment.submit_date)

    def change_words(self):
        name = self.random.choice(["user_name", "user_email", "user_url", "comment"])
        comment = self._comment()
        Comment.objects.filter(pk=comment.pk).update(**{name: getattr(comment, name)[:20] + "x"})

    def change_words_as_if_erased(self):
        # The database itself refuses to erase what is public.
        comment = self.random.choice(
            ReaderComment.objects.exclude(salt="").exclude(state=State.APPROVED).order_by("pk")
        )
        ReaderComment.objects.filter(pk=comment.pk).update(salt="")
        Comment.objects.filter(pk=comment.pk).update(comment=self.text())

    def change_salt(self):
        ReaderComment.objects.filter(pk=self._comment().pk).update(salt=f"{self.random.getrandbits(128):032x}")

    def add_comment(self):
        """One that never came in."""
        make_comment(self._comment().article)
        StateChange.objects.filter(number=self.last + 1).delete()
        LogHead.objects.update(number=self.last, code=StateChange.objects.get(number=self.last).code)

    def put_back_old_copy(self):
        """The table, its head and the comments as they were."""
        self._cut(self.random.randint(1, self.old_head - 1))

    def _cut(self, last):
        StateChange.objects.filter(number__gt=last).delete()
        row = StateChange.objects.get(number=last)
        LogHead.objects.update(number=row.number, code=row.code)
        stood = dict(StateChange.objects.order_by("number").values_list("comment_key", "after"))
        ReaderComment.objects.exclude(pk__in=stood).delete()
        for comment in ReaderComment.objects.all():
            ReaderComment.objects.filter(pk=comment.pk).update(state=stood[comment.pk], due_at=comment.submit_date)

    def _comment(self):
        return self.random.choice(ReaderComment.objects.exclude(salt="").order_by("pk"))

    def _recompute(self, first, key=KEY):
        code = StateChange.objects.get(number=first - 1).code if first > 1 else BEGINNING
        for row in StateChange.objects.filter(number__gte=first).order_by("number"):
            code = row.chained_to(code, key)
            StateChange.objects.filter(number=row.number).update(code=code)
        LogHead.objects.update(code=code)


FIELDS = [field.attname for field in StateChange._meta.fields]
KINDS = [f"alter {name}" for name in FIELDS] + [
    name
    for name, member in vars(Tamperer).items()
    if callable(member) and not name.startswith("_") and name not in {"row", "text", "alter"}
]


def make_log():
    """About 60 rows of about 20 comments in every state; two of these erased, two deleted."""
    article, moderator = make_article(), make_staff()
    ways = [
        [State.APPROVED],
        [State.SPAM],
        [State.BLATANT],
        [State.APPROVED, State.REMOVED],
        [State.SPAM, State.APPROVED, State.HELD],
        [State.HELD, State.APPROVED],
        [],
        [State.APPROVED, State.REMOVED, State.APPROVED, State.SPAM],
    ]
    comments = [judged(article, *ways[number % len(ways)], by=moderator) for number in range(22)]
    for comment in comments[1:3]:
        erase(comment)
    for comment in (comments[4], comments[10]):
        comment.delete()
    write_head()


@pytest.mark.django_db
def test_every_one_of_1000_tamperings_is_found(heads):
    make_log()
    assert list(problems()) == []
    last = StateChange.objects.count()
    missed, tried = [], Counter()

    for seed in range(TRIALS):
        kind = KINDS[seed % len(KINDS)]
        tamperer = Tamperer(seed, last)
        sid = transaction.savepoint()
        alter, _, field = kind.partition(" ")
        getattr(tamperer, alter)(*[field] if field else [])
        if not list(problems()):
            missed.append((seed, kind))
        transaction.savepoint_rollback(sid)
        tried[kind] += 1

    assert missed == []
    assert (tried.total(), len(tried), min(tried.values()) >= 25) == (TRIALS, len(KINDS), True)
    assert list(problems()) == []


@pytest.mark.django_db
def test_each_kind_is_found_even_where_only_the_file_can_tell(heads):
    make_log()
    last = StateChange.objects.count()
    file = heads.read_text()
    only_by_file = []

    for kind in ("delete_last_and_move_up", "put_back_old_copy", "recompute_all_with_the_very_key", "delete_all"):
        sid = transaction.savepoint()
        getattr(Tamperer(1, last), kind)()
        with_file = bool(list(problems()))
        heads.unlink()
        only_by_file.append((with_file, bool(list(problems()))))
        heads.write_text(file)
        transaction.savepoint_rollback(sid)

    assert only_by_file == [(True, False)] * 4


# --- The command -----------------------------------------------------------------------------------


@pytest.mark.django_db
def test_the_command_says_that_all_is_whole_or_what_is_not(capsys):
    make_comment(make_article())
    call_command("verify_moderation")
    StateChange.objects.update(reason="nothing to see here")

    with pytest.raises(CommandError, match=r"^1 problems\."):
        call_command("verify_moderation")

    said = capsys.readouterr()
    assert said.out == "The moderation log is whole: 1 rows.\n"
    assert said.err == "Row 1 was altered, moved or made by somebody else.\n"
