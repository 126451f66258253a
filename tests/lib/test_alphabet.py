from newsroom.lib.alphabet import MANY, by_letter


def test_a_few_names_stand_in_order_without_letters():
    assert by_letter(["b", "Á", "c"]) == [("", ["Á", "b", "c"])]


def test_nothing_has_no_letters():
    assert by_letter([]) == []


def test_many_names_stand_under_their_letters_whatever_their_accents_and_case():
    names = ["Zoe", "“Abe”", "édith", "Eve", "1. FC", "Ómar", "حسن", *["ada"] * MANY]

    letters = dict(by_letter(names))

    assert list(letters) == ["0–9", "A", "E", "O", "Z", "ح"]
    assert (letters["E"], letters["0–9"], letters["A"][0]) == (["édith", "Eve"], ["1. FC"], "“Abe”")
