"""Mail en meldingen: one page says what reaches a person, and each part of it can be chosen."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select
from werkzeug.datastructures import MultiDict

from app.accounts.service import take_out_own_data
from app.audit.models import AuditEntry
from app.core.clock import today
from app.core.extensions import db
from app.core.scopes import scopes_of
from app.groups.service import leave_group
from app.invitations.forms import RHYTHMS
from app.notifications import queries, service
from app.notifications.models import Channel, DigestSetting, Level, Rhythm, Sort, Tab
from app.notifications.policy import SORTS
from app.notifications.service import Times
from tests.conftest import actor_named, group_called, new_thread, person_named, reply, words_of

PAGE = "/account/notifications"
WEEKLY = {"rhythm": "weekly", "days": ["2", "5"], "hour": "7", "paused_until": ""}
BOXES = [f"{sort.value}:{channel.value}" for sort, way in SORTS.items() for channel in way.chosen]


def chosen_times(key="anna"):
    db.session.rollback()
    return db.session.get(DigestSetting, person_named(key).id)


def level_at(key, place):
    db.session.rollback()
    return queries.chosen_level(person_named(key).id, place)


def events(name):
    db.session.rollback()
    found = db.session.scalars(select(AuditEntry).where(AuditEntry.event == name).order_by(AuditEntry.number))
    return [entry.details for entry in found]


def in_short(browser):
    page = browser.get(PAGE).text
    part = page[page.index('id="in-short"') : page.index('id="overview"')]
    return [words_of(line) for line in re.findall(r"<li>.*?</li>", part)]


def form_of(browser, action):
    """What a browser sends of this form as the page shows it."""
    page = browser.get(PAGE).text
    form = next(each for each in re.findall(r"<form.*?</form>", page, re.DOTALL) if f'action="{action}"' in each)
    sent = MultiDict()
    for tag in re.findall(r"<input[^>]*>", form):
        name, value = (re.search(rf'{what}="([^"]*)"', tag) for what in ("name", "value"))
        if name and ("checked" in tag or not re.search(r'type="(checkbox|radio)"', tag)):
            sent.add(name[1], value[1])
    for select_tag in re.findall(r"<select.*?</select>", form, re.DOTALL):
        name, value = re.search(r'name="([^"]*)"', select_tag)[1], re.search(r'value="([^"]*)" selected', select_tag)
        sent.add(name, value[1])
    sent.pop("csrf_token", None)
    return sent


# In short


def test_who_chose_nothing_reads_what_is_usual(bram, sign_in):
    """Section 5; GRP-56: nobody chose an overview for them."""
    assert in_short(sign_in(bram)) == [
        "U krijgt geen overzicht per mail.",
        "U krijgt geen mail over losse berichten; die vindt u op de site.",
        "U krijgt mail als iemand u noemt, en als er iets van u gevraagd wordt.",
    ]


OVERVIEWS = [
    (Times(Rhythm.DAILY, (2,), 8), "U krijgt elke dag om 8 uur een overzicht."),
    (Times(Rhythm.WEEKLY, (2,), 8), "U krijgt elke dinsdag om 8 uur een overzicht."),
    (Times(Rhythm.WEEKLY, (5, 2), 0), "U krijgt elke dinsdag en vrijdag om 0 uur een overzicht."),
    (Times(Rhythm.MONTHLY, (2,), 23), "U krijgt elke maand, op de eerste dinsdag om 23 uur, een overzicht."),
    (Times(Rhythm.NEVER, (2,), 8), "U krijgt geen overzicht per mail."),
]


@pytest.mark.parametrize(("times", "sentence"), OVERVIEWS)
def test_the_first_sentence_says_when_the_overview_comes(bram, sign_in, times, sentence):
    """Section 5"""
    service.choose_times(bram, times)
    assert in_short(sign_in(bram))[0] == sentence


def test_a_pause_is_said_until_it_is_over(bram, sign_in, clock):
    until = today() + timedelta(days=9)
    service.choose_times(bram, Times(Rhythm.DAILY, (2,), 8, until))
    assert in_short(sign_in(bram))[0].startswith("Uw overzicht staat stil tot ")
    clock.forward(days=9)
    assert in_short(sign_in(bram))[0] == "U krijgt elke dag om 8 uur een overzicht."


def test_the_second_sentence_counts_the_places_that_mail_at_once(bram, anna, energie, innovatie, sign_in):
    """Section 5; NTF-6: a group of new threads counts, one that is silent does not."""
    service.choose_level(bram, energie.scope, Level.NEW_THREADS)
    service.choose_level(bram, innovatie.scope, Level.SILENT)
    browser = sign_in(bram)
    assert in_short(browser)[1] == "U krijgt direct mail uit 1 werkgroep."
    for number in range(2):
        service.choose_level(bram, new_thread(anna, energie, f"Onderwerp {number}").room, Level.ALL_MAIL)
    assert in_short(browser)[1] == "U krijgt direct mail uit 1 werkgroep en 2 onderwerpen."
    service.choose_level(bram, energie.scope, None)
    assert in_short(browser)[1] == "U krijgt direct mail uit 2 onderwerpen."
    service.choose_boxes(bram, {(Sort.POST, Channel.MAIL): False})
    assert in_short(browser)[1] == "U krijgt geen mail over losse berichten; die vindt u op de site."


def test_the_third_sentence_follows_the_boxes(bram, sign_in):
    browser, seen = sign_in(bram), set()
    for named in (True, False):
        for asked in (True, False):
            service.choose_boxes(bram, {(Sort.NAMED, Channel.MAIL): named, (Sort.TASK, Channel.MAIL): asked})
            seen.add(in_short(browser)[2])
    assert len(seen) == 4


# The overview


def test_bram_chooses_two_days_and_an_hour(bram, sign_in):
    """NTF-26's setting; section 4, row 1"""
    browser = sign_in(bram)
    answer = browser.post(f"{PAGE}/overview", data=WEEKLY)
    assert (answer.status_code, answer.location) == (303, PAGE)
    made = chosen_times("bram")
    assert (made.rhythm, made.days, made.hour, made.paused_until) == (Rhythm.WEEKLY, [2, 5], 7, None)
    assert "Opgeslagen." in words_of(browser.get(PAGE).text)
    assert events("DigestChanged") == [{"person_id": bram.id}]


def test_saving_what_stands_there_changes_nothing(bram, sign_in):
    """And the audit hears of nothing."""
    browser = sign_in(bram)
    service.choose_times(bram, Times(Rhythm.MONTHLY, (3,), 9, today() + timedelta(days=3)))
    before = chosen_times("bram").set_at
    browser.post(f"{PAGE}/overview", data=form_of(browser, f"{PAGE}/overview"))
    assert chosen_times("bram").set_at == before
    assert len(events("DigestChanged")) == 1


def test_an_overview_of_every_day_keeps_the_days_for_later(bram, sign_in):
    service.choose_times(bram, Times(Rhythm.WEEKLY, (4,), 9))
    sign_in(bram).post(f"{PAGE}/overview", data={"rhythm": "daily", "hour": "9"})
    assert (chosen_times("bram").rhythm, chosen_times("bram").days) == (Rhythm.DAILY, [4])


REFUSED = {
    "no day of the week": {**WEEKLY, "days": []}, "a day that is none": {**WEEKLY, "days": ["8"]},
    "an hour that is none": {**WEEKLY, "hour": "24"}, "a word for an hour": {**WEEKLY, "hour": "acht"},
    "a rhythm that is none": {**WEEKLY, "rhythm": "hourly"}, "nothing at all": {},
    "a day that is past": {**WEEKLY, "paused_until": "2020-01-01"},
    "a day that is none of the calendar": {**WEEKLY, "paused_until": "31-02-2027"},
    "a day after the next ones": {**WEEKLY, "paused_until": "9999-12-31"},
}  # fmt: skip


@pytest.mark.parametrize("typed", REFUSED.values(), ids=REFUSED.keys())
def test_what_cannot_be_is_refused_in_words_and_changes_nothing(bram, sign_in, typed):
    answer = sign_in(bram).post(f"{PAGE}/overview", data=typed)
    assert answer.status_code == 422
    assert "Dit is nog niet opgeslagen." in words_of(answer.text)
    assert chosen_times("bram") is None


def test_of_a_form_that_is_refused_nothing_is_lost(bram, sign_in):
    """look.md: text first."""
    typed = {**WEEKLY, "paused_until": "31-02-2027"}
    page = sign_in(bram).post(f"{PAGE}/overview", data=typed).text
    assert 'value="31-02-2027"' in page
    assert re.findall(r'name="days" value="(\d)" checked', page) == ["2", "5"]
    assert re.search(r'value="7" selected', page)
    assert 'value="weekly" checked' in page


def test_the_choice_of_a_first_sign_in_keeps_the_hour_that_was_chosen(bram):
    """GRP-56: asked again, it says only how often."""
    service.choose_times(bram, Times(Rhythm.DAILY, (3,), 17))
    service.choose_digest(bram, Rhythm.WEEKLY)
    made = chosen_times("bram")
    assert (made.rhythm, made.days, made.hour) == (Rhythm.WEEKLY, [3], 17)
    assert set(RHYTHMS) == {each.value for each in Rhythm}


# The working groups


def test_bram_chooses_for_two_groups_in_one_form(bram, energie, innovatie, sign_in):
    """NTF-6, section 5"""
    browser = sign_in(bram)
    sent = {"level": [f"{energie.id}:all_mail", f"{innovatie.id}:silent"]}
    assert browser.post(f"{PAGE}/groups", data=sent).status_code == 303
    assert [level_at("bram", each.scope) for each in (energie, innovatie)] == [Level.ALL_MAIL, Level.SILENT]
    assert [each["level"] for each in events("LevelChanged")] == ["all_mail", "silent"]
    browser.post(f"{PAGE}/groups", data=form_of(browser, f"{PAGE}/groups"))
    assert len(events("LevelChanged")) == 2  # the same again
    browser.post(f"{PAGE}/groups", data={"level": [f"{energie.id}:as_wider"]})
    assert [level_at("bram", each.scope) for each in (energie, innovatie)] == [None, Level.SILENT]


def test_each_group_says_which_choice_rules(bram, energie, sign_in):
    """NTF-6"""
    browser = sign_in(bram)
    assert "de standaard van deze werkgroep." in words_of(browser.get(PAGE).text)
    service.choose_level(bram, energie.scope, Level.SILENT)
    assert "Stil: dat koos u voor deze werkgroep." in words_of(browser.get(PAGE).text)


def test_a_group_that_one_reads_along_in_stands_there_only_with_a_choice(carla, energie, sign_in):
    browser = sign_in(carla)
    assert f"level-{energie.id}" not in browser.get(PAGE).text
    service.choose_level(carla, energie.scope, Level.NEW_THREADS)
    assert f"level-{energie.id}" in browser.get(PAGE).text


def test_a_group_that_is_not_there_for_someone_is_no_choice(carla, externe_veiligheid, sign_in):
    """GRP-4: nor does the page say that it exists."""
    answer = sign_in(carla).post(f"{PAGE}/groups", data={"level": [f"{externe_veiligheid.id}:all_mail"]})
    assert answer.status_code == 422
    assert externe_veiligheid.name not in answer.text
    assert level_at("carla", externe_veiligheid.scope) is None


def test_who_left_a_confidential_group_finds_nothing_of_it_here(emma, externe_veiligheid, sign_in):
    """GRP-4, NTF-13"""
    bert = actor_named("bert")
    service.choose_level(bert, externe_veiligheid.scope, Level.ALL_MAIL)
    made = new_thread(emma, externe_veiligheid, "Bijna-ongeval")
    service.choose_level(bert, made.room, Level.ALL_MAIL)
    assert "Bijna-ongeval" in sign_in(bert).get(PAGE).text
    leave_group(bert, group_called("externe-veiligheid"))
    page = sign_in(actor_named("bert")).get(PAGE).text
    assert "Bijna-ongeval" not in page
    assert "Externe veiligheid" not in page


@pytest.mark.parametrize("level", ["", "x", "all_mail", "1:all_mail", "0:", ":", "9" * 30 + ":silent"])
def test_a_level_that_is_none_is_refused(bram, energie, sign_in, level):
    answer = sign_in(bram).post(f"{PAGE}/groups", data={"level": [f"{energie.id}:silent", level]})
    assert answer.status_code == 422
    assert level_at("bram", energie.scope) is None
    assert f'value="{energie.id}:silent" selected' in answer.text  # what was chosen stands there still


# Threads


def test_a_thread_with_a_choice_of_its_own_goes_back_to_its_group(bram, anna, energie, sign_in):
    """NTF-6, 8: also one that an answer chose for."""
    made = new_thread(anna, energie, "Restwarmte")
    reply(bram, made)
    browser = sign_in(bram)
    page = words_of(browser.get(PAGE).text)
    assert "U krijgt alles per mail, omdat u hier antwoordde." in page
    answer = browser.post(f"{PAGE}/threads", data={"thread": made.id}, follow_redirects=True)
    assert "“Restwarmte” volgt weer de werkgroep." in words_of(answer.text)
    assert level_at("bram", made.room) is None
    assert "Onderwerpen met een eigen keuze" not in browser.get(PAGE).text


@pytest.mark.parametrize("number", ["", "x", "-1", "1", str(2**70)])
def test_a_thread_that_is_none_is_not_found(bram, sign_in, number):
    assert sign_in(bram).post(f"{PAGE}/threads", data={"thread": number}).status_code == 404


def test_many_threads_stand_on_more_than_one_page(bram, anna, energie, sign_in, count_statements):
    """architecture: as many statements for many as for few."""
    browser = sign_in(bram)
    service.choose_level(bram, new_thread(anna, energie, "Nummer 0").room, Level.SILENT)
    browser.get(PAGE)
    with count_statements() as few:
        browser.get(PAGE)
    for number in range(1, 22):
        service.choose_level(bram, new_thread(anna, energie, f"Nummer {number}").room, Level.SILENT)
    browser.get(PAGE)  # the counts of the rail are new
    with count_statements() as many:
        first = browser.get(PAGE).text
    assert len(many) == len(few)
    assert first.count('name="thread"') == 20
    assert browser.get(f"{PAGE}?page=2").text.count('name="thread"') == 2
    assert browser.get(f"{PAGE}?page=x").text.count('name="thread"') == 20


# The boxes


def test_every_box_of_the_table_stands_there_and_nothing_else_does(bram, sign_in):
    """Section 2: what cannot be switched off has no box."""
    browser = sign_in(bram)
    sent = form_of(browser, f"{PAGE}/boxes")
    assert sorted(sent.getlist("shown")) == sorted(sent.getlist("on")) == sorted(BOXES)
    page = browser.get(PAGE).text
    table = page[page.index("<table") : page.index("</table>")]
    assert len(re.findall("<tr>", table)) == 1 + len(Sort)
    assert table.count("altijd") == sum(
        (way.tab is not None and Channel.BELL not in way.chosen) + (way.mails and Channel.MAIL not in way.chosen)
        for way in SORTS.values())  # fmt: skip


@pytest.mark.parametrize("box", BOXES)
def test_a_box_is_unticked_and_ticked_again(anna, bram, sign_in, box):
    """Section 2, ○"""
    sort, channel = box.split(":")
    browser, sort, channel = sign_in(bram), Sort(sort), Channel(channel)
    sent = form_of(browser, f"{PAGE}/boxes")
    without = MultiDict(sent)
    without.setlist("on", [each for each in sent.getlist("on") if each != box])
    assert browser.post(f"{PAGE}/boxes", data=without).status_code == 303
    assert queries.switched_off(bram.id) == {(sort, channel)}
    assert not queries.is_on(bram.id, sort, channel)
    assert queries.muted_among([bram.id, anna.id], sort, channel) == {bram.id}
    assert form_of(browser, f"{PAGE}/boxes") == without
    browser.post(f"{PAGE}/boxes", data=sent)
    assert queries.is_on(bram.id, sort, channel)
    told = {"person_id": bram.id, "sort": sort.value, "channel": channel.value}
    assert events("PreferenceChanged") == [{**told, "is_on": False}, {**told, "is_on": True}]


@pytest.mark.parametrize("sent", [
    {}, {"shown": ["call:mail"]}, {"shown": ["x"]}, {"shown": BOXES, "on": ["task:bell"]},
])  # fmt: skip
def test_what_is_no_box_is_refused_and_a_form_without_boxes_switches_nothing_off(bram, sign_in, sent):
    """Section 2, ●"""
    answer = sign_in(bram).post(f"{PAGE}/boxes", data=sent)
    assert answer.status_code == 422
    assert queries.switched_off(bram.id) == set()


def test_what_cannot_be_chosen_stays_on_whatever_is_asked(bram):
    """Section 2, ●"""
    service.choose_boxes(bram, {(sort, channel): False for sort in Sort for channel in Channel})
    assert queries.switched_off(bram.id) == {(sort, channel) for sort, way in SORTS.items() for channel in way.chosen}
    for sort, way in SORTS.items():
        assert queries.is_on(bram.id, sort, Channel.BELL) == (way.tab is not None and Channel.BELL not in way.chosen)
        assert queries.is_on(bram.id, sort, Channel.MAIL) == (way.mails and Channel.MAIL not in way.chosen)


@pytest.mark.parametrize("is_on", [True, False])
@pytest.mark.parametrize("sort", Sort)
def test_the_bell_shows_what_is_on_in_its_tab_and_nothing_that_is_off(thread, anna, bram, sort, is_on, monkeypatch):
    """Section 8.1, the half of the bell: a line and its count, or neither; the row is kept for the mail."""
    monkeypatch.setattr(service.bell, "sort_of", lambda kind: sort)
    service.choose_boxes(anna, {(sort, Channel.BELL): is_on})
    service.notify([anna.id], kind="reply", item=thread.id, actor_id=bram.id, actor_tie_id=bram.tie_id,
                   scope=thread.group.scope, place=thread.room)  # fmt: skip
    shows = is_on or Channel.BELL not in SORTS[sort].chosen
    scopes = scopes_of(anna)
    for tab in Tab:
        expected = int(shows and tab is SORTS[sort].tab)
        assert len(queries.lines(anna, scopes, tab=tab)) == expected
        assert queries.unread_count(anna.id, scopes, tab) == expected
    line, number = queries.line_and_unread(anna.id, "reply", thread.id, scopes)
    assert (line is not None, number) == (shows, int(shows and SORTS[sort].tab is Tab.FOR_ME))


# The sample, and what is kept


def test_a_sample_goes_to_oneself_with_what_one_chose(bram, sign_in, outbox):
    """Section 5"""
    service.choose_times(bram, Times(Rhythm.WEEKLY, (2,), 8))
    answer = sign_in(bram).post(f"{PAGE}/sample", follow_redirects=True)
    assert "Een voorbeeld is onderweg naar bram@brink.example." in words_of(answer.text)
    letter = outbox()[-1]
    assert letter["To"] == "bram@brink.example"
    for part in ("plain", "html"):
        body = letter.get_body((part,)).get_content()
        assert "U krijgt elke dinsdag om 8 uur een overzicht." in body
        assert "/account/notifications" in body


def test_own_data_hold_what_one_chose(bram):
    until = today() + timedelta(days=3)
    service.choose_times(bram, Times(Rhythm.MONTHLY, (1,), 6, until))
    service.choose_boxes(bram, {(Sort.REACTION, Channel.BELL): False})
    taken = take_out_own_data(bram, person_named("bram"))
    assert taken["overview"] == {"rhythm": "monthly", "days": [1], "hour": 6, "paused_until": until.isoformat()}
    [kept] = taken["preferences"]
    assert (kept["sort"], kept["channel"], kept["is_on"]) == ("reaction", "bell", False)


def test_who_reads_english_reads_all_of_it_in_english(bram, energie, sign_in):
    """Issue A, 5"""
    person_named("bram").locale = "en"
    db.session.commit()
    service.choose_times(actor_named("bram"), Times(Rhythm.WEEKLY, (2,), 8))
    browser = sign_in(actor_named("bram"))
    assert in_short(browser)[0] == "You get an overview every Tuesday at 8:00."
    assert "Under the bell" in browser.get(PAGE).text
