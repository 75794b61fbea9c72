"""What the index keeps: replaced, forgotten, made anew, and never answered from another version."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select, update
from sqlalchemy import text as sql

from app import __main__ as main
from app.core.clock import now
from app.core.db import rows
from app.core.extensions import db
from app.core.transaction import atomic
from app.documents import service as documents
from app.search import service as search
from app.search.models import PIECE_MOST, Entry, Findable
from app.search.service import rebuilding
from app.search.tasks import join_lists as join_search_lists
from tests.conftest import new_thread, reply
from tests.documents.conftest import text
from tests.search.conftest import AT, EVERYONE, asked, drop, found, keep, note

rescope = atomic(search.rescope)


def everything_kept():
    return rows(select(Findable.__table__).order_by(Findable.id), {}).mappings().all()


def notes_kept():
    return [row for row in everything_kept() if row["kind"] == "note"]


def test_what_is_indexed_again_is_found_by_its_new_words_only(app, kind):
    """SRCH-29."""
    keep(note(1, "Een rode kraan", "Hijsen"), note(2, "Een rode pomp"))
    keep(note(1, "Een blauwe kraan", "Tillen"))
    assert found("rode") == [2]
    assert found("hijsen") == []
    assert found("blauwe tillen") == [1]


def test_what_is_forgotten_is_gone_and_may_be_forgotten_twice(app, kind):
    """SRCH-29: hidden, deleted or erased."""
    keep(note(1, "Een kraan"), note(2, "Een kraan"))
    drop(1)
    drop(1)
    assert found("kraan") == [2]
    assert [row["ref_id"] for row in notes_kept()] == [2]


def test_a_kind_that_nobody_named_is_a_mistake(app):
    with pytest.raises(LookupError):
        keep(note(1))
    with pytest.raises(LookupError):
        drop(1)


def test_other_readers_need_no_new_text(app, kind):
    """The service: rescope; SRCH-21: one of allow, and none of deny."""
    keep(note(1, "Een kraan", allow=("group:1",)))
    group = search.Reader(("group:1", "company:2"), None)
    assert (found("kraan"), found("kraan", group)) == ([], [1])
    rescope("note", 1, ("public", "group:1"), ("company:2",))
    assert (found("kraan"), found("kraan", group)) == ([1], [])
    assert found("kraan", search.Reader(("group:12",), None)) == []


def test_a_scope_with_other_signs_is_refused():
    with pytest.raises(ValueError, match="not a scope"):
        Entry(kind="note", ref_id=1, title="", body="", allow=('group:1" OR "x',), at=AT)


def test_the_best_come_first_and_of_those_the_newest(app, kind):
    """SRCH-5."""
    keep(note(1, "x", "De oude ketel"), note(2, "x", "Ketel, oude"), note(3, "De oude ketel"),
         note(4, "x", "Oude ketels"), note(5, "Oude ketels"), note(6, "Oude stoomketel"), note(7, "De oude ketel"),
         note(8, "Oude", "Ketel", own_title=False), note(9, "Verouderd"))  # fmt: skip
    hits = asked("oude ketel").hits
    assert [(hit.ref_id, hit.why.value) for hit in hits] == [
        (1, "title_phrase"), (2, "title_exact"), (7, "exact"), (3, "exact"), (4, "title_stem"), (5, "stem"),
        (8, "part"), (6, "part")]  # fmt: skip


def test_a_code_stands_on_top_where_it_is_the_title(app, kind):
    """SRCH-6."""
    keep(note(1, "x", "Besluit EN-2026-07"), note(2, "Wij verwijzen naar EN-2026-07."), note(3, "EN-2026-08"))
    for written in ("EN-2026-07", "en 2026 07", "EN202607", "en.2026.07"):
        assert found(written) == [1, 2], written


def test_it_is_found_until_its_last_moment(app, kind, clock):
    """Decision 30."""
    keep(note(1, "Tijdelijk", until=now() + timedelta(hours=1)), note(2, "Tijdelijk"))
    assert found("tijdelijk") == [2, 1]
    clock.forward(hours=2)
    assert found("tijdelijk") == [2]
    assert asked("tijdelijk").counts == {"note": 1}


def test_a_long_text_is_found_anywhere_and_counts_once(app, kind):
    """Decision 30: in parts."""
    body = "begin " + "vulling " * (PIECE_MOST // 8) + "midden " + "vulling " * (PIECE_MOST // 8) + "slot"
    keep(note(1, body, "Lang"), note(2, "begin midden slot"))
    assert len(notes_kept()) == 4
    for word in ("begin", "midden", "slot", "lang"):
        assert (found(word)[-1], asked(word).total) == (1, 2 if word != "lang" else 1)
    keep(note(1, "kort", "Lang"))
    assert len(notes_kept()) == 2
    assert found("midden") == [2]


def test_of_many_at_one_moment_each_has_its_place(app, kind):
    keep(*(note(number, "gelijk", at=AT) for number in range(60)))
    again = [hit.ref_id for page in (1, 2, 3) for hit in asked("gelijk", page=page).hits]
    assert sorted(again) == list(range(60))
    keep(*(note(number, "gelijk!", at=AT) for number in range(60)))
    assert again == [hit.ref_id for page in (1, 2, 3) for hit in asked("gelijk", page=page).hits]


WORDS = ("ketel", "stoomketel", "ketels", "pomp", "pompen", "coördinator", "EN-2026-07")
NOTES = st.builds(lambda number, words, title: (number, " ".join(words), title), st.integers(1, 6),
                  st.lists(st.sampled_from(WORDS), max_size=4), st.sampled_from(("", *WORDS)))  # fmt: skip
EVENTS = st.lists(st.one_of(NOTES, st.integers(1, 6)), max_size=12)


@pytest.mark.slow
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(EVENTS)
def test_after_anything_the_index_is_what_a_rebuild_makes(app, kind, events):
    """Tests 6: made, edited, forgotten in any order."""
    there = {}
    search.register("note", lambda: list(there.values()))
    for number in range(1, 7):
        drop(number)
    for event in events:
        if isinstance(event, int):
            drop(event)
            there.pop(event, None)
        else:
            number, body, title = event
            there[number] = note(number, body, title)
            keep(there[number])
    before, answers = everything_kept(), [found(word) for word in WORDS]
    search.rebuild()
    assert (everything_kept(), [found(word) for word in WORDS]) == (before, answers)
    search.rebuild(afresh=True)
    assert (everything_kept(), [found(word) for word in WORDS]) == (before, answers)


def test_the_night_leaves_one_list_of_words_and_the_same_answers(app, kind):
    """trust, and performance: each text that comes begins lists of its own, and a question looks in all of them."""
    for number in range(1, 13):
        keep(note(number, f"een kraan, nummer {number}"))
    drop(5)
    before = lists_of_words(), found("kraan")
    join_search_lists()
    assert found("kraan") == before[1] == [12, 11, 10, 9, 8, 7, 6, 4, 3, 2, 1]
    assert lists_of_words() == 1 if before[0] else before[0] is None
    assert before[0] is None or before[0] > 1


def lists_of_words():
    """FTS5 alone keeps more than one."""
    if db.engine.dialect.name != "sqlite":
        return None
    return db.session.scalar(sql("SELECT count(DISTINCT segid) FROM search_index_idx"))


def test_a_rebuild_mends_what_is_missing_too_much_or_old(app, kind):
    """SRCH-31: equal to what there is; `flask check` tells before."""
    there = [note(number, f"nummer {number}") for number in range(1, 6)]
    search.register("note", lambda: there)
    keep(*there[:3], note(9, "te veel"), note(4, "oud"))
    assert search.differences() == {"note": 2}
    assert search.rebuild()["note"] == 5
    assert search.differences() == {}
    assert found("nummer") == [5, 4, 3, 2, 1]
    assert found("oud") == found("veel") == []


def test_posts_and_documents_come_back_as_they_were(app, anna, bram, energie, thread):
    """SRCH-31: the command, with what is not to be found left out."""
    documents.add_page(anna, energie, None, "Jaarplan", text("Wij delen restwarmte."))
    reply(bram, thread, "Wij hebben stoom.")
    new_thread(anna, energie, "Weg", "Weg ermee.").hidden_at = AT
    db.session.commit()
    before = search.rebuild()
    kept = everything_kept()
    runner = app.test_cli_runner()
    answer = runner.invoke(args=["search", "rebuild", "--afresh"])
    assert answer.output == "".join(f"{kind}: {count}\n" for kind, count in sorted(before.items()))
    assert everything_kept() == kept
    assert (before["document"], before["post"], before["thread"]) == (1, 2, 1)
    assert "search: everything is in the index" in runner.invoke(args=["check"]).output


def test_a_rebuild_goes_on_where_it_was_stopped(app, kind, monkeypatch):
    """SRCH-31: after an older analysis nothing is found twice, and in the end everything is."""
    there = [note(number, "ketel") for number in range(1, 8)]
    search.register("note", lambda: there, load_some=lambda refs: [each for each in there if each.ref_id in refs])
    keep(*there)
    make_older()
    stop_after(monkeypatch, 1)
    with pytest.raises(KeyboardInterrupt):
        search.rebuild()
    assert 0 < len(found("ketel")) < 7
    assert not search.is_current()
    monkeypatch.undo()
    assert search.rebuild()["note"] == 7
    assert found("ketel") == [7, 6, 5, 4, 3, 2, 1]
    assert search.is_current()


def stop_after(monkeypatch, times):
    monkeypatch.setattr(rebuilding, "AT_ONCE", 2)
    real, done = rebuilding.renew, []

    def replace(kind, refs):
        if len(done) == times:
            raise KeyboardInterrupt
        done.append(refs)
        real(kind, refs)

    monkeypatch.setattr(rebuilding, "renew", replace)


def make_older():
    db.session.execute(update(Findable).values(version=-1))
    db.session.commit()


def test_the_server_does_not_start_on_an_index_of_another_version(app, kind):
    """SRCH-4: refused with a sentence that says what to do."""
    keep(note(1, "ketel"))
    main.refuse_old_index()
    make_older()
    with pytest.raises(SystemExit, match="flask --app app search rebuild"):
        main.refuse_old_index()
    assert "search: FAILED" in app.test_cli_runner().invoke(args=["check"]).output
    search.register("note", lambda: [note(1, "ketel")])
    search.rebuild()
    main.refuse_old_index()
    assert found("ketel") == [1]


def test_a_database_from_before_the_search_is_indexed_at_the_first_start(thread, anna):
    rebuilding._take_all_out()
    db.session.execute(delete(Findable))
    db.session.commit()
    assert search.is_empty()
    main.refuse_old_index()
    assert asked("restwarmte", search.Reader((thread.group.scope,), anna)).counts == {"thread": 1}


def test_who_reads_nothing_finds_nothing(app, kind):
    keep(note(1, "ketel"))
    assert found("ketel", search.Reader((), None)) == []
    assert EVERYONE.scopes


def test_a_new_text_costs_few_statements(app, kind, count_statements):
    """Speed: indexing happens inside the transaction of a reply."""
    keep(note(1, "alle woorden zijn bekend"))
    with count_statements() as seen:
        keep(note(2, "alle woorden zijn bekend"))
    assert len(seen) <= 4
    with count_statements() as seen:
        keep(note(3, "zeven nieuwe woorden die niemand eerder schreef"))
    assert len(seen) <= 6
    with count_statements() as seen:
        keep(note(3, "zeven nieuwe woorden die niemand eerder schreef"))
    assert len(seen) <= 1
