"""Naming somebody behind an `@`: whom the box suggests, who is told, and what the writer hears of a name of nobody."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.accounts import service as accounts
from app.accounts.models import Actor, Person, SanctionKind
from app.accounts.service import Measure, take_out_own_data
from app.audit.models import AuditEntry
from app.core import markup
from app.core.clock import now
from app.core.extensions import db, limiter
from app.core.scopes import scopes_of
from app.directory.policy import can_see_person
from app.discussions.models import Mention
from app.discussions.policy import can_read_thread
from app.discussions.queries import Mentionable, first_post, people_to_mention
from app.discussions.service import (
    delete_post,
    edit_post,
    erase_deleted_posts,
    is_shared,
    mark_seen,
    names_in,
    naming,
    restore_post,
    suggestions,
)
from app.groups import service as groups
from app.groups.queries import readership
from app.notifications import queries as bell
from app.notifications import service as notifications
from tests.conftest import actor_named, group_called, new_thread, person_named, reply, words_of, written
from tests.discussions.conftest import AS_SCRIPT, posts_in, text_in_box

STARTERS = {"energie": "anna", "innovatie": "carla", "personeelsmobiliteit": "dirk", "externe-veiligheid": "emma"}
NOBODY = "Er is hier niemand met de naam “{}” die u kunt noemen."


def say(browser, thread, body, **more):
    """By the form, as someone without a script sends it."""
    return browser.post(f"/threads/{thread.id}/posts", data={"body": body, **more})


def last_of(thread):
    return posts_in(thread.id)[-1]


def lines_of(key, kind="mention"):
    actor = actor_named(key)
    return [line.item for line in bell.lines(actor, scopes_of(actor)) if line.kind == kind]


def rung(key):
    """(kind, post) of each line that this person has not read."""
    actor = actor_named(key)
    return [(line.kind, line.item) for line in bell.lines(actor, scopes_of(actor), unread_only=True)]


def named_in(post):
    db.session.rollback()
    return set(db.session.scalars(select(Mention.person_id).where(Mention.post_id == post.id)))


def suggested(browser, place, typed=""):
    answer = browser.get("/names", query_string={"place": place, "q": typed})
    return [each["name"] for each in answer.json["people"]]


def called(name, number=1, company="Vezelwerk Emmen", kind="staff"):
    return Mentionable(number, name, company, kind)


def rename(key, name):
    person_named(key).name = name
    db.session.commit()


# Writing a name


def test_who_is_named_is_told_and_the_name_leads_to_them(thread, anna, bram, sign_in):
    """DISC-24: typed in full, in small letters, with or without a script."""
    say(sign_in(bram), thread, "Dat weet @anna assink wel.")
    post = last_of(thread)
    assert f'<a class="mention" href="/people/{anna.id}">@anna assink</a> wel' in post.body_html
    assert named_in(post) == {anna.id}
    assert rung("anna") == [("mention", post.id)]
    page = words_of(sign_in(anna).get("/notifications").text)
    assert "Bram Boelens noemde u in “Restwarmte in Emmen”" in page


@pytest.mark.parametrize(("typed", "found"), [
    ("@Zoe Celik", "Zoe Celik"), ("Dag @ZOË  ÇELIK, dag", "ZOË  ÇELIK"), ("(@Zoë Çelik)", "Zoë Çelik"),
    ("**@Zoë Çelik**", "Zoë Çelik"), ("@Zoë Çelik's idee", "Zoë Çelik"), ("- @Zoë Çelik", "Zoë Çelik"),
    ("@Zoë Çelik (vezelwerk emmen)!", "Zoë Çelik (vezelwerk emmen)"), ("@Zoë Çelik (#7)", "Zoë Çelik (#7)"),
])  # fmt: skip
def test_a_name_is_known_whatever_its_accents_capitals_and_signs_around_it(typed, found):
    """DISC-24"""
    names = names_in(typed, [called("Zoë Çelik", 7), called("Bram Boelens")])
    assert names == {found: markup.Whose(7)}
    assert markup.render_names(typed, names, person_id=None).people == (7,)


@pytest.mark.parametrize("typed", [
    "> @Bram Boelens zei dat", "`@Bram Boelens`", "    @Bram Boelens", "```\n@Bram Boelens\n```",
    "[@Bram Boelens](https://brink.example)", "> > - @Bram Boelens", "bram@Bram Boelens", "https://x.nl/@Bram Boelens",
    "@Bram Boelensma", "@Bram", "@Bram\nBoelens", "\\@Bram Boelens", "<a class=\"mention\" href=\"/people/7\">x</a>",
])  # fmt: skip
def test_words_of_another_code_addresses_and_other_names_name_nobody(typed):
    """DISC-24: a quoted name was told where it was written."""
    naming = markup.render_names(typed, names_in(typed, [called("Bram Boelens", 7)]), person_id=None)
    assert naming.people == ()
    assert "<a class=" not in naming.html


def test_what_is_quoted_or_code_gives_no_warning_either():
    """The words of another are not for this writer to put right."""
    text = "> @Karel Bos\n\n`@property` en jan@karel.nl"
    assert markup.render_names(text, names_in(text, []), person_id=None).nobody == ()


@pytest.mark.parametrize(("typed", "shown"), [
    ("@Karel van der Veen zegt", "Karel van der Veen"), ("@karel zegt", "karel"), ("@Karel. Dan", "Karel"),
    ("@Karel van dat bedrijf", "Karel"), ("@J. P. Bos-de Wit, dag", "J. P. Bos-de Wit"),
    ("@Jean d'Arc!", "Jean"), ("@O'Neill is er", "O'Neill"),
])  # fmt: skip
def test_of_an_unknown_name_the_writer_sees_what_was_taken_for_it(typed, shown):
    assert markup.render_names(typed, names_in(typed, []), person_id=None).nobody == (shown,)


def test_two_of_one_name_are_told_apart_by_their_company_or_else_a_number():
    """DISC-24: readable in a mail and in the box, and sure."""
    people = [called("Jan Bos", 1, "A"), called("Jan Bos", 2, "B (NL)"), called("Kees", 3, "C"), called("Kees", 4, "C")]
    words = {each.person.person_id: each.words for each in suggestions(people, "")}
    assert words == {1: "Jan Bos (A)", 2: "Jan Bos (B (NL))", 3: "Kees (#3)", 4: "Kees (#4)"}
    for number, name in words.items():
        assert names_in(f"Dag @{name}.", people) == {name: markup.Whose(number)}
    assert names_in("@Jan Bos", people) == {"Jan Bos": markup.Whose(None)}
    assert is_shared("jan bos", people)
    assert not is_shared("Jan", people)


def test_a_name_that_two_have_names_nobody_and_the_writer_hears_how_to_choose(thread, anna, bram, sign_in):
    """DISC-24"""
    rename("otto", "Anna Assink")
    browser = sign_in(bram)
    say(browser, thread, "Weet @Anna Assink dit?")
    assert named_in(last_of(thread)) == set()
    assert "Meer dan één persoon heet hier “Anna Assink”" in words_of(browser.get(thread.link).text)
    say(browser, thread, f"Weet @Anna Assink ({anna.company_name}) dit?")
    assert named_in(last_of(thread)) == {anna.id}


def test_fifty_names_in_one_text_are_marked_and_no_more():
    people = [called(f"Persoon {number}x", number) for number in range(1, 61)]
    text = " ".join(f"@{person.name}" for person in people)
    assert len(markup.render_names(text, names_in(text, people), person_id=None).people) == 50


# Who may not read it


def test_a_text_full_of_signs_keeps_nobody_waiting():
    """DISC-24: the longest text, of nothing but names, would take a server ten seconds; an ordinary one takes all."""
    people = [called("Anna Assink")]
    text = "".join(f"@{sign}{other}" for sign in "abcdefgh" for other in ";,!?" for _ in range(208))
    naming._key.cache_clear()
    names_in(text, people)
    asked = naming._key.cache_info()
    assert asked.hits + asked.misses < 12_000
    prose = "Dat @iemand dit nog eens leest, is wel zo prettig voor wie het daarna moet nemen. " * 150
    assert names_in(f"{prose}@Anna Assink weet het.", people)["Anna Assink"].person_id == 1


def test_a_name_without_access_is_plain_text_with_a_warning_and_nobody_is_told(secret_thread, carla, emma, sign_in):
    """DISC-24, section 7 test 13: the same sentence whether there is such a person or not."""
    browser, sentences = sign_in(emma, stepped_up=True), []
    for name in ("Carla Cazemier", "Karel Bestaatniet"):
        say(browser, secret_thread, f"Vraag het @{name}.")
        assert last_of(secret_thread).body_html == f"<p>Vraag het @{name}.</p>"
        assert named_in(last_of(secret_thread)) == set()
        page = words_of(browser.get(secret_thread.link).text)
        assert NOBODY.format(name) in page
        sentences.append(NOBODY.format("") in page.replace(name, ""))
    assert sentences == [True, True]
    assert rung("carla") == []
    assert db.session.scalars(select(AuditEntry).where(AuditEntry.event == "PersonMentioned")).all() == []


def test_a_guest_names_who_takes_part_and_learns_of_nobody_else(innovatie, gijs, carla, femke, sign_in):
    """Trust 2: Femke reads along in an open group; of her a guest knows nothing."""
    thread, browser = new_thread(carla, innovatie), sign_in(gijs)
    assert can_read_thread(femke, thread)
    say(browser, thread, "Vraag het @Carla Cazemier of @Femke Folkerts.")
    assert named_in(last_of(thread)) == {carla.id}
    assert NOBODY.format("Femke Folkerts") in words_of(browser.get(thread.link).text)
    names = suggested(browser, thread.place, "f") + suggested(browser, thread.place)
    assert "Femke Folkerts" not in names
    assert "Carla Cazemier" in suggested(browser, thread.place, "caz")


def test_a_guest_is_named_in_their_group_without_a_page_to_go_to(innovatie, gijs, carla, energie, anna, sign_in):
    """DISC-24"""
    thread = new_thread(carla, innovatie)
    browser = sign_in(carla)
    say(browser, thread, "Dat weet @Gijs Gritter.")
    assert rung("gijs") == [("mention", last_of(thread).id)]
    assert '<span class="mention">@Gijs Gritter</span>' in browser.get(thread.link).text
    elsewhere = new_thread(anna, energie)
    say(sign_in(anna), elsewhere, "Dat weet @Gijs Gritter.")
    assert named_in(last_of(elsewhere)) == set()


def test_a_guest_sees_the_names_in_a_post_and_no_pages_behind_them(innovatie, gijs, carla, sign_in):
    """The directory is for staff of members."""
    thread = new_thread(carla, innovatie)
    say(sign_in(carla), thread, "Dat weet @Bram Boelens.")
    page = sign_in(gijs).get(thread.link).text
    assert '<span class="mention">@Bram Boelens</span>' in page
    assert f"/people/{actor_named('bram').id}" not in page


@pytest.mark.parametrize(("slug", "starter"), STARTERS.items())
def test_the_list_and_the_rules_agree(slug, starter, app):
    """DISC-24: exactly those who read it, of those whom the writer sees. Asked of everyone, about everyone."""
    group, readers = group_called(slug), {}
    thread = new_thread(actor_named(starter), group)
    for person in db.session.scalars(select(Person)):
        actor = Actor.of_person(person.id)
        if actor and can_read_thread(actor, thread):
            readers[person] = actor
    assert len(readers) > 3
    assert readership(group, actor_named(starter).id).people == len(readers)
    for actor in [*readers.values()][::4] + [each for each in readers.values() if each.kind == "guest"]:
        listed = {person.person_id for person in people_to_mention(actor, group)}
        assert listed == {person.id for person in readers if can_see_person(actor, person)}


def test_who_is_suspended_is_not_suggested(thread, bram, femke, sign_in):
    """They read nothing meanwhile."""
    name = person_named("otto").name
    assert name in suggested(sign_in(bram), thread.place, name)
    accounts.sanction(femke, actor_named("otto").id,
                      Measure(kind=SanctionKind.SUSPEND, days=3, rule=4, reason="Drie keer reclame."))  # fmt: skip
    assert name not in suggested(sign_in(bram), thread.place, name)


# Suggesting


def test_the_box_suggests_by_the_beginning_of_any_word_of_a_name():
    people = [called("Anna de Vries", 1), called("Bram Anker", 2), called("Zoë Çelik", 3)]

    def found(typed):
        return [each.person.person_id for each in suggestions(people, typed)]

    assert found("an") == [1, 2]
    assert found("vri") == found("DE VR") == [1]
    assert found("cel") == [3]
    assert found("nna") == found("anna vries") == []


def test_at_most_eight_are_suggested_with_their_company_and_never_oneself(thread, anna, sign_in):
    browser = sign_in(anna)
    answer = browser.get("/names", query_string={"place": thread.place, "q": ""}).json
    assert len(answer["people"]) == 8
    assert answer["said"] == "8 namen, te kiezen met de pijltjes"
    [bram] = browser.get("/names", query_string={"place": thread.place, "q": "Boel"}).json["people"]
    assert (bram["name"], bram["company"], bram["words"]) == ("Bram Boelens", "Vezelwerk Emmen", "Bram Boelens")
    assert suggested(browser, thread.place, "Assink") == []


@pytest.mark.parametrize("who", ["anna", "carla", "dirk", "femke", "gijs"])
def test_who_is_outside_a_confidential_group_gets_no_name_and_no_sign_of_it(who, secret_thread, sign_in):
    """DISC-24, trust 1 and 2"""
    browser = sign_in(actor_named(who))
    for place in (secret_thread.place, f"group:{secret_thread.group_id}", f"post:{first_post(secret_thread).id}"):
        answer = browser.get("/names", query_string={"place": place, "q": ""})
        nothing = browser.get("/names", query_string={"place": "thread:1", "q": ""})
        assert (answer.status_code, answer.headers["Content-Type"]) == (404, nothing.headers["Content-Type"])


def test_members_of_a_confidential_group_are_suggested_and_nobody_else(secret_thread, emma, sign_in):
    names = {person.name for person in people_to_mention(emma, secret_thread.group)}
    assert "Carla Cazemier" not in names
    browser = sign_in(emma, stepped_up=True)
    assert suggested(browser, secret_thread.place, "Carla") == []
    assert suggested(browser, secret_thread.place, "Bert") != []


def test_who_asks_for_names_all_the_time_is_asked_to_wait(thread, bram, sign_in, monkeypatch):
    """Trust 6: as often as a script keeps drafts, and no more."""
    monkeypatch.setattr(limiter, "enabled", True)
    browser = sign_in(bram)
    statuses = [browser.get("/names", query_string={"place": thread.place, "q": "a"}).status_code
                for _time in range(301)]  # fmt: skip
    assert (statuses[299], statuses[300]) == (200, 429)


# Telling


def test_who_wrote_there_and_is_named_gets_one_line_and_the_others_theirs(thread, anna, bram, carla, dirk):
    """DISC-24: not one as a writer and another as somebody who was named."""
    reply(dirk, thread)
    post = reply(bram, thread, "Dat weet @Anna Assink.", mentions=[anna.id])
    assert [line for line in rung("anna") if line[1] == post.id] == [("mention", post.id)]
    assert ("reply", post.id) in rung("dirk")


def test_who_names_themselves_is_not_told(thread, bram, sign_in):
    """NTF-2"""
    say(sign_in(bram), thread, "Ik, @Bram Boelens, weet het.")
    assert "class=\"mention\"" in last_of(thread).body_html
    assert rung("bram") == []


def test_a_name_twice_in_one_post_and_the_same_post_sent_twice_ring_once(thread, anna, bram, sign_in):
    """DISC-19, 24"""
    browser, client_id = sign_in(bram), "5d0f0b8e-3b1e-4d53-9b5f-0d6f0f2f8a11"
    for _time in range(2):
        say(browser, thread, "@Anna Assink en nog eens @Anna Assink.", client_id=client_id)
    assert len(lines_of("anna")) == 1


def test_the_first_post_of_a_thread_tells_too(energie, anna, bram, sign_in):
    browser = sign_in(bram)
    browser.post("/groups/energie/threads", data={"title": "Wie weet dit?", "body": "@Anna Assink, u?"})
    assert len(lines_of("anna")) == 1


def test_an_edit_tells_the_names_that_are_new_and_no_other(thread, anna, bram, dirk, sign_in):
    """DISC-38: nor who was named, left out, and named again."""
    browser = sign_in(bram)
    say(browser, thread, "Dat weet @Anna Assink.")
    post = last_of(thread)
    notifications.mark_read(anna)
    for version, body in enumerate(("Dat weten @Anna Assink en @Dirk Drenth.", "Niemand weet het.",
                                    "Toch: @Anna Assink en @Dirk Drenth."), start=1):  # fmt: skip
        browser.post(f"/posts/{post.id}/edit", data={"body": body, "version": version})
    assert last_of(thread).version == 4
    assert rung("anna") == []
    assert rung("dirk") == [("mention", post.id)]
    events = db.session.scalars(select(AuditEntry).where(AuditEntry.event == "PersonMentioned")).all()
    assert [event.details["person_ids"] for event in events] == [[anna.id], [dirk.id]]


def test_who_had_the_line_of_a_reply_and_is_named_by_an_edit_has_one_line(thread, anna, bram):
    """DISC-38: the line that says more takes its place."""
    post = reply(bram, thread, "Wie weet dit?")
    assert rung("anna") == [("reply", post.id)]
    edit_post(bram, post, written("Weet @Anna Assink dit?", mentions=[anna.id]), version=1)
    assert rung("anna") == [("mention", post.id)]


def test_a_warning_after_an_edit_stands_on_the_next_page(thread, bram, sign_in):
    """DISC-24"""
    post, browser = reply(bram, thread, "Wie weet dit?"), sign_in(bram)
    page = browser.post(f"/posts/{post.id}/edit", data={"body": "Weet @Karel Bos dit?", "version": "1"},
                        follow_redirects=True).text  # fmt: skip
    assert NOBODY.format("Karel Bos") in words_of(page)


def test_what_is_deleted_or_hidden_says_nothing_and_rings_as_before_when_it_is_back(thread, anna, bram):
    """DISC-37, NTF-13"""
    post = reply(bram, thread, "@Anna Assink?", mentions=[anna.id])
    delete_post(bram, post)
    assert rung("anna") == []
    restore_post(bram, post)
    assert rung("anna") == [("mention", post.id)]


def test_a_right_that_ended_takes_the_line_away(secret_thread, emma):
    """NTF-4, 13: asked when the line is shown."""
    post = reply(emma, secret_thread, "@Bert", mentions=[actor_named("bert").id])
    assert lines_of("bert") == [post.id]
    groups.leave_group(actor_named("bert"), secret_thread.group)
    assert lines_of("bert") == []


def test_reading_the_post_clears_the_line(thread, anna, bram, dirk, sign_in):
    """NTF-12: also of a name that came in by an edit after the post was read."""
    post = reply(bram, thread, "@Anna Assink?", mentions=[anna.id])
    mark_seen(anna, thread, post.position)
    assert rung("anna") == []
    browser = sign_in(bram)
    browser.post(f"/posts/{post.id}/edit", data={"body": "@Anna Assink en @Dirk Drenth?", "version": "1"})
    mark_seen(dirk, thread, post.position)
    answer = reply(bram, thread, "Wie nog?")
    mark_seen(dirk, thread, answer.position)
    browser.post(f"/posts/{answer.id}/edit", data={"body": "@Dirk Drenth, wie nog?", "version": "1"})
    assert rung("dirk") == [("mention", answer.id)]
    sign_in(dirk).get(thread.link)
    assert rung("dirk") == []


def test_what_is_erased_keeps_no_name(thread, anna, bram, clock):
    post = reply(bram, thread, "@Anna Assink?", mentions=[anna.id])
    delete_post(bram, post)
    clock.set(now() + timedelta(days=31))
    erase_deleted_posts()
    assert named_in(post) == set()


def test_ones_own_data_say_where_one_was_named(thread, anna, bram):
    post = reply(bram, thread, "@Anna Assink?", mentions=[anna.id])
    [line] = take_out_own_data(anna, person_named("anna"))["mentions"]
    assert line["post"] == str(post.id)


# Before it is placed


@pytest.mark.parametrize("headers", [AS_SCRIPT, {}])
def test_the_preview_shows_whom_it_names_and_warns_of_nobody(headers, thread, anna, bram, sign_in):
    """DISC-14, 24; nobody is told of a preview."""
    answer = sign_in(bram).post("/preview", data={"place": thread.place, "body": "@Anna Assink, @Karel Bos?"},
                                headers=headers)  # fmt: skip
    page = answer.json["html"] if headers else answer.text
    assert f'<a class="mention" href="/people/{anna.id}">@Anna Assink</a>, @Karel Bos?' in page
    assert NOBODY.format("Karel Bos") in words_of(page)
    assert headers or text_in_box(page) == "@Anna Assink, @Karel Bos?"
    assert rung("anna") == []


def test_a_script_hears_the_warning_where_its_page_stays_and_on_the_next_page_elsewhere(thread, bram, sign_in):
    """DISC-24: once."""
    browser, data = sign_in(bram), {"body": "@Karel Bos?"}
    stays = browser.post(f"/threads/{thread.id}/posts", data={**data, "in_place": "1"}, headers=AS_SCRIPT)
    assert NOBODY.format("Karel Bos") in stays.json["warning"]
    assert "Karel Bos” die" not in words_of(browser.get(thread.link).text)
    goes = browser.post(f"/threads/{thread.id}/posts", data={"body": "Nog eens @Karel Bos?"}, headers=AS_SCRIPT)
    assert "warning" not in goes.json
    assert NOBODY.format("Karel Bos") in words_of(browser.get(thread.link).text)


# What it costs


def test_a_text_without_a_name_costs_nothing_more_and_names_cost_the_same_however_many(
    thread, anna, bram, dirk, sign_in, count_statements
):
    """Speed: who is named is found in one statement, kept in one and told in one."""
    browser, counts = sign_in(bram), []
    for body in ("Eerst.", "Zonder naam.", "@Anna Assink.", "@Anna Assink, @Dirk Drenth en @Carla Cazemier."):
        with count_statements() as seen:
            say(browser, thread, body)
        counts.append(len(seen))
    assert counts[2] == counts[3]
    assert counts[2] <= counts[1] + 3, counts
