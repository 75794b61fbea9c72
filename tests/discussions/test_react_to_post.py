"""Short reactions: one press gives or takes back, nobody gets mail, and everybody can see whose they are."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from app.accounts import service as accounts
from app.accounts.models import SanctionKind
from app.accounts.service import Measure, take_out_own_data
from app.audit.models import AuditEntry
from app.core.clock import now
from app.core.errors import Conflict, Forbidden
from app.core.extensions import db
from app.core.scopes import scopes_of
from app.discussions.models import Post, PostVersion, Reaction, ReactionKind
from app.discussions.policy import can_react_to_post, can_read_thread, may_react
from app.discussions.service import close_thread, delete_post, edit_post, hide_post, react_to_post, restore_post
from app.groups.policy import is_member_of
from app.notifications import queries as bell
from tests.conftest import actor_named, person_named, reply, together, words_of, written
from tests.discussions.conftest import AS_FRAGMENT, AS_SCRIPT, fill

AGREE, THANKS = ReactionKind.AGREE, ReactionKind.THANKS
WORDS = ["Eens", "Dank", "Herkenbaar", "Goed idee", "Vraag", "Gezien"]
REASON = "Drie keer reclame gemaakt."
EVERYBODY = ("anna", "bram", "carla", "dirk", "emma", "femke", "gijs", "otto", "wietske")


@pytest.fixture
def post(thread, bram):
    return reply(bram, thread, "Wij hebben zestig graden over.")


def given():
    db.session.rollback()
    found = db.session.scalars(select(Reaction).order_by(Reaction.created_at))
    return {(each.post_id, each.person_id, each.kind) for each in found}


def buttons(page, post_id):
    """(word, number, pressed) of each word below the post, as the page has them."""
    below = page.partition(f'id="post-{post_id}"')[2].partition("</article>")[0]
    found = re.findall(r'<button class="reaction"[^>]*aria-pressed="(\w+)">([\w ]+?)(?: <b>(\d+)</b>)?</button>', below)
    return [(word, int(number or 0), pressed == "true") for pressed, word, number in found]


def rung(key):
    actor = actor_named(key)
    return [(line.kind, line.item) for line in bell.lines(actor, scopes_of(actor), unread_only=True)]


def closed(post):
    close_thread(actor_named("anna"), post.thread)


def frozen(post):
    post.thread.frozen_at = now()
    db.session.commit()


def archived(post):
    post.thread.group.archived_at = now()
    db.session.commit()


def hidden(post):
    hide_post(post)
    db.session.commit()


def deleted(post):
    delete_post(actor_named("bram"), post)


def silenced(post):
    accounts.sanction(actor_named("femke"), actor_named("otto").id,
                      Measure(kind=SanctionKind.SILENCE, days=3, rule=4, reason=REASON))  # fmt: skip


def test_one_press_gives_and_one_takes_back(post, anna, sign_in):
    """DISC-28: without a script, by the button that the page has."""
    browser = sign_in(anna)
    page = browser.get(post.thread.link).text
    assert [word for word, _number, _pressed in buttons(page, post.id)] == WORDS
    for pressed in (True, False):
        target = re.search(rf'formaction="(/posts/{post.id}/react\?to=\w+)" name="kind" value="agree"', page)[1]
        answer = browser.post(target, data={"kind": "agree"})
        assert (answer.status_code, answer.location) == (303, f"{post.thread.link}?page=1#post-{post.id}")
        page = browser.get(post.thread.link).text
        assert buttons(page, post.id)[0] == ("Eens", int(pressed), pressed)
    assert given() == set()


def test_without_saying_which_a_press_changes_what_there_is(post, anna, sign_in):
    """DISC-28: as a program may send it."""
    browser = sign_in(anna)
    answers = [browser.post(f"/posts/{post.id}/react", data={"kind": "thanks"}, headers=AS_SCRIPT)
               for _time in range(2)]  # fmt: skip
    assert [answer.json["is_given"] for answer in answers] == [True, False]


def test_the_same_button_pressed_twice_gives_once(post, anna):
    """A double click, or a page that is old."""
    for _press in range(2):
        assert react_to_post(anna, post, AGREE, gives=True)
    assert given() == {(post.id, anna.id, AGREE)}
    for _press in range(2):
        assert not react_to_post(anna, post, AGREE, gives=False)
    assert given() == set()
    lines = db.session.scalars(select(AuditEntry.event).where(AuditEntry.event.like("Reaction%"))).all()
    assert lines == ["ReactionGiven", "ReactionTakenBack"]


def test_ten_presses_at_one_moment_give_one(app, post, anna):
    """DISC-28"""
    number, actor_id = post.id, anna.id

    def press():
        return react_to_post(actor_named("anna"), db.session.get_one(Post, number), AGREE, gives=True)

    together(app, *[press] * 10)
    assert given() == {(number, actor_id, AGREE)}


def test_a_person_gives_several_and_everyone_sees_how_many_and_whose(post, anna, sign_in):
    """DISC-28, section 4: in words, with numbers, and the names behind them."""
    react_to_post(anna, post, AGREE)
    react_to_post(anna, post, THANKS)
    react_to_post(actor_named("otto"), post, AGREE)
    browser = sign_in(actor_named("otto"))
    page = browser.get(post.thread.link).text
    assert buttons(page, post.id)[:3] == [("Eens", 2, True), ("Dank", 1, False), ("Herkenbaar", 0, False)]
    assert f'href="/posts/{post.id}/reactions"' in page
    names = words_of(browser.get(f"/posts/{post.id}/reactions").text)
    agree, _sep, thanks = names.partition("Korte reacties")[2].partition("Dank 1")
    assert "Anna Assink" in agree
    assert "Otto Oosting" in agree
    assert "Vezelwerk Emmen" in thanks
    assert "Otto Oosting" not in thanks


def test_a_post_without_any_has_a_page_that_says_so(post, anna, sign_in):
    """Issue A, 5: the empty state."""
    browser = sign_in(anna)
    assert f"/posts/{post.id}/reactions" not in browser.get(post.thread.link).text
    page = browser.get(f"/posts/{post.id}/reactions")
    assert "Niemand heeft nog kort op dit bericht gereageerd." in words_of(page.text)


@pytest.mark.parametrize("typed", [{}, {"kind": ""}, {"kind": "like"}, {"kind": "Eens"}, {"kind": "agree\x00"}])
def test_another_word_is_refused_with_a_sentence(post, anna, sign_in, typed):
    """Bad input"""
    answer = sign_in(anna).post(f"/posts/{post.id}/react", data=typed)
    assert answer.status_code == 422
    assert "Kies een van de korte reacties." in words_of(answer.text)
    assert given() == set()


def test_who_reads_an_open_group_joins_it_by_reacting_and_is_told(post, sign_in):
    """Section 3, GRP-2"""
    carla = actor_named("carla")
    assert not is_member_of(carla, post.thread.group)
    answer = sign_in(carla).post(f"/posts/{post.id}/react?to=give", data={"kind": "agree"}, follow_redirects=True)
    assert "U doet nu mee in deze werkgroep." in words_of(answer.text)
    assert is_member_of(actor_named("carla"), post.thread.group)


@pytest.mark.parametrize("key", EVERYBODY)
@pytest.mark.parametrize("state", [None, closed, frozen, archived, hidden, deleted])
def test_the_page_offers_what_the_rule_allows(post, key, state, sign_in):
    """The twin of can_react_to_post, asked of a whole page, says the same; and so does what is pressed."""
    if state:
        state(post)
    actor = actor_named(key)
    reads, may = can_read_thread(actor, post.thread), can_react_to_post(actor, post)
    assert may == (may_react(actor, post.thread) and post.is_in_sight and reads)
    browser = sign_in(actor)
    if reads:
        assert bool(buttons(browser.get(post.thread.link, follow_redirects=True).text, post.id)) == may
    status = browser.post(f"/posts/{post.id}/react", data={"kind": "agree"}).status_code
    assert (status == 303) == may
    assert status in ({303} if may else {403, 409} if reads else {404})
    assert bool(given()) == may


@pytest.mark.parametrize(("state", "status", "sentence"), [(frozen, 409, "staat stil"), (silenced, 403, REASON)])
def test_a_refusal_says_why_to_page_and_script(post, state, status, sentence, sign_in):
    """MOD-9, MOD-24"""
    state(post)
    browser = sign_in(actor_named("otto"))
    for headers in ({}, AS_SCRIPT):
        answer = browser.post(f"/posts/{post.id}/react", data={"kind": "agree"}, headers=headers)
        assert answer.status_code == status
        assert sentence in (answer.json["error"] if headers else words_of(answer.text))
    assert given() == set()
    assert not buttons(browser.get(post.thread.link).text, post.id)


def test_a_thread_frozen_meanwhile_takes_none(post, anna):
    """MOD-24"""
    frozen(post)
    with pytest.raises(Conflict):
        react_to_post(anna, post, AGREE)
    with pytest.raises(Forbidden):
        react_to_post(actor_named("gijs"), post, AGREE)


def test_reactions_of_a_post_out_of_sight_are_seen_by_nobody_and_come_back_with_it(post, anna, bram, sign_in):
    """DISC-37, MOD-13"""
    react_to_post(anna, post, AGREE)
    browser = sign_in(anna)
    delete_post(bram, post)
    page = browser.get(post.thread.link).text.partition(f'id="post-{post.id}"')[2]
    assert "Eens" not in page.partition("</article>")[0]
    assert browser.get(f"/posts/{post.id}/reactions").status_code == 404
    restore_post(bram, post)
    assert buttons(browser.get(post.thread.link).text, post.id)[0] == ("Eens", 1, True)


def test_the_author_hears_of_it_once_under_the_bell_and_never_by_mail(post, anna, bram, outbox, sign_in):
    """DISC-28, NTF-2; notifications, section 2"""
    before = len(outbox())
    react_to_post(anna, post, AGREE)
    react_to_post(actor_named("otto"), post, AGREE)
    react_to_post(bram, post, THANKS)  # of one's own act nobody hears
    assert rung("bram") == [("reaction", post.id)]
    assert ("reaction", post.id) not in rung("anna")
    browser = sign_in(bram)
    page = browser.get("/notifications?tab=other").text
    assert "Uw bericht in “Restwarmte in Emmen” kreeg een korte reactie" in words_of(page)
    browser.get(f"/posts/{post.id}", follow_redirects=True)
    assert rung("bram") == []
    react_to_post(actor_named("otto"), post, THANKS)
    assert rung("bram") == []  # once
    assert len(outbox()) == before


def test_what_was_taken_back_rings_no_more(post, anna):
    """Notifications, section 2: a line about nothing would lead nowhere."""
    react_to_post(anna, post, AGREE)
    react_to_post(anna, post, AGREE)
    assert rung("bram") == []
    react_to_post(anna, post, THANKS)
    assert rung("bram") == [("reaction", post.id)]


def test_a_line_goes_and_comes_back_with_its_post(post, anna, bram):
    """NTF-13"""
    react_to_post(anna, post, AGREE)
    delete_post(bram, post)
    assert rung("bram") == []
    restore_post(bram, post)
    assert rung("bram") == [("reaction", post.id)]
    react_to_post(anna, post, AGREE)
    delete_post(bram, post)
    restore_post(bram, post)
    assert rung("bram") == []


@pytest.mark.parametrize("is_reacted_to", [True, False])
def test_a_post_that_was_reacted_to_is_never_changed_silently(post, anna, bram, is_reacted_to, clock):
    """DISC-33, section 7.10: in minute four, also where the reaction was taken back since."""
    clock.forward(minutes=1)
    if is_reacted_to:
        react_to_post(anna, post, AGREE)
        react_to_post(anna, post, AGREE)
    clock.forward(minutes=3)
    edit_post(bram, post, written("Wij hebben vijftig graden over."), version=1)
    assert len(db.session.scalars(select(PostVersion).where(PostVersion.post_id == post.id)).all()) == 2 * is_reacted_to


def test_reactions_come_with_the_posts_in_one_statement(thread, anna, bram, sign_in, count_statements):
    """Speed: a page costs the same, however many reacted."""
    fill(thread, 25, bram)
    posts = db.session.scalars(select(Post).where(Post.thread_id == thread.id).order_by(Post.position)).all()
    browser, counts, address = sign_in(actor_named("otto")), [], f"{thread.link}?page=1"
    for _reading in range(2):
        browser.get(address)
    for some in ([], posts[:1], posts[1:]):
        for each in some:
            react_to_post(anna, each, AGREE)
        with count_statements() as seen:
            page = browser.get(address).text
        counts.append(len(seen))
    assert counts == [counts[0]] * 3
    assert page.count("Eens <b>1</b>") == 25


def test_an_open_page_fetches_the_post_with_its_reactions(post, anna, sign_in):
    """DISC-53: through the ordinary page."""
    react_to_post(anna, post, AGREE)
    page = sign_in(actor_named("otto")).get(f"{post.thread.link}?after=1", headers=AS_FRAGMENT).text
    assert buttons(page, post.id)[0] == ("Eens", 1, False)


def test_who_only_reads_sees_the_given_words_and_no_button(post, anna, sign_in):
    """Section 4: in an archived group the numbers stay."""
    react_to_post(anna, post, AGREE)
    archived(post)
    page = sign_in(anna).get(post.thread.link).text
    assert buttons(page, post.id) == []
    assert '<span class="reaction">Eens <b>1</b></span>' in page


def test_own_data_hold_what_one_gave(post, anna, bram):
    """accounts.own_data"""
    react_to_post(anna, post, AGREE)
    [line] = take_out_own_data(anna, person_named("anna"))["reactions"]
    assert (line["thread"], line["post"], line["reaction"]) == ("Restwarmte in Emmen", str(post.id), "agree")
    assert take_out_own_data(bram, person_named("bram"))["reactions"] == []


def test_who_reads_english_reads_it_in_english(post, anna, sign_in):
    """Issue A, 5"""
    person = person_named("bram")
    accounts.change_profile(actor_named("bram"), person, name=person.name, phone=None, locale="en", text_size=18)
    react_to_post(anna, post, AGREE)
    browser = sign_in(actor_named("bram"))
    page = browser.get(post.thread.link).text
    assert [word for word, _number, _pressed in buttons(page, post.id)] == [
        "Agree", "Thanks", "Familiar", "Good idea", "Question", "Seen"]  # fmt: skip
    assert "was given a reaction" in words_of(browser.get("/notifications?tab=other").text)
    assert "Agree 1" in words_of(browser.get(f"/posts/{post.id}/reactions").text)


def test_an_old_reaction_still_counts(post, anna, sign_in, clock):
    """DISC-28: it has no end of life while the post exists."""
    react_to_post(anna, post, AGREE)
    clock.forward(days=400)
    assert given() == {(post.id, anna.id, AGREE)}
    assert now() > post.created_at + timedelta(days=399)
