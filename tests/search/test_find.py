"""What is found, and in which order."""

from tests.search.conftest import found, keep, note


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
