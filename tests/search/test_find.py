"""What is found, and in which order."""

from itertools import islice, product
from string import ascii_lowercase

import pytest

from app.search.service import finding
from tests.search.conftest import asked, drop, found, keep, note


def test_all_words_must_be_there_and_what_is_left_out_must_not(app, kind):
    """SRCH-1: and, a phrase in quotes, and a minus."""
    keep(note(1, "De stoomketel wordt gekeurd."), note(2, "De ketel en de stoom."),
         note(3, "Keuring van de stoomketel"))
    assert found("stoomketel gekeurd") == [1, 3]
    assert found("ketel stoom") == [2, 3, 1]
    assert found('"de ketel en"') == [2]
    assert found("stoomketel -gekeurd") == []
    assert found("stoomketel -wordt") == [3]


def test_forms_compounds_and_accents(app, kind):
    """SRCH-2, SRCH-3."""
    keep(note(1, "Vergunningen"), note(2, "De omgevingsvergunning"), note(3, "vergunningaanvraag"),
         note(4, "Het bedrijf"), note(5, "De coördinator"))
    assert found("vergunning") == [1, 3, 2]
    assert found("bedrijven") == [4]
    assert found("coordinator") == [5]
    assert found("coördinatoren") == [5]
    assert found("verg") == [3, 2, 1]


def words_around(before, after, most):
    """So many words of two letters and these around."""
    return [f"{before}{one}{two}{after}" for one, two in islice(product(ascii_lowercase, repeat=2), most)]


@pytest.mark.parametrize("longer", ["verdraagzaamheidsverklaring", "overdraagbaarheidsverdragen"])
def test_the_words_of_a_confidential_group_change_nothing_for_others(app, kind, longer):
    """SRCH-21, SRCH-24: four hundred shorter words with the same beginning, and as many with the same part."""
    keep(note(1, f"Een {longer}.", longer.title()), note(2, "Wij verdragen dit."))
    for word in ("ver", "verdra", "draag", longer):
        before = asked(word)
        keep(note(3, " ".join(words_around("ver", "", 400) + words_around("verdra", "", 400)), allow=("group:9",)),
             note(4, " ".join(words_around("", "draag", 400) + words_around("", longer, 400)), allow=("group:9",)))
        assert asked(word) == before, word
        assert before.hits
        drop(3)
        drop(4)


def test_a_word_is_found_by_its_part_however_many_are_shorter(app, kind):
    """SRCH-3: in the middle, at the end and at the beginning; the words found are marked."""
    keep(note(1, " ".join(words_around("", "gader", 500))), note(2, " ".join(words_around("gaderx", "", 500))),
         note(3, "Aandeelhoudersvergadering", "Kort"), note(4, "De gaderingsverplichting", "Kort"),
         note(5, "Iets anders"), note(6, "Aanwezig", "Jaarvergadering", own_title=False))
    assert found("gader") == [4, 3, 2, 1]
    assert found("gader aanwezig") == [6]
    assert found("gad") == [4, 2]
    pieces = [piece for hit in asked("gader kort").hits for piece in hit.snippet]
    marked = [[words for words, is_found in piece if is_found] for piece in pieces]
    assert marked == [["gaderingsverplichting"], ["Aandeelhoudersvergadering"]]


def test_a_beginning_is_found_in_words_alone(app, kind):
    """SRCH-3: what an entry is about, of what kind it is and who may read it, nobody looks for."""
    keep(note(1, "Iets", group_id=7, company_id=7, author_id=7), note(2, " ".join(words_around("kin", "", 400))),
         note(3, " ".join(words_around("fro", "", 400))), note(4, " ".join(words_around("public", "", 400))))
    assert [found(word) for word in ("kin", "fro", "from", "public", "not")] == [[2], [3], [3], [4], []]


def test_too_many_words_with_one_part_are_told_to_the_log_without_the_part(app, kind, monkeypatch, caplog):
    """SRCH-3, SRCH-27."""
    monkeypatch.setattr(finding, "HOLDING_MOST", 20)
    monkeypatch.setattr(finding, "_forms", finding._forms.__wrapped__)
    keep(note(1, " ".join(words_around("", "gader", 30))))
    assert found("gader") == [1]
    assert "more than 20 words" in caplog.text
    assert "gader" not in caplog.text
