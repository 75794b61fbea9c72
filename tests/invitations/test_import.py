"""A list of people: a trial that sends nothing, then what was right in it, and nothing twice."""

import csv
import io
import re
from csv import reader

import pytest
from sqlalchemy import delete, func, select

from app.accounts import service as accounts
from app.accounts.models import Company, Tie
from app.core.errors import Invalid
from app.core.extensions import db
from app.groups.models import Theme, Visibility, WorkingGroup
from app.groups.service import GroupSettings, create_group
from app.invitations import service
from app.invitations.models import ImportRun, Invitation, InvitationClash, InvitationGroup, Verdict
from app.invitations.service import go_on_with_import, importing, lists
from app.invitations.tasks import forget_lists, go_on_with_lists
from app.mail.models import Letter
from tests.conftest import actor_named, together, words_of
from tests.invitations.conftest import HEADER, csv_of
from tests.trust.traces import differences, everything

GOOD = "Rosa Reitsma; rosa@nieuw.example; Vezelwerk Emmen; monteur; Energie | Innovatie; contactpersoon"


def run_of(actor, content):
    return service.try_import(actor, "lijst.csv", content)


def codes(lines):
    return [[finding.code for finding in line.findings] for line in lines]


def letters():
    """Of invitations: a task of somebody else may make one besides."""
    return db.session.scalar(select(func.count(Letter.id)).where(Letter.kind.startswith("invitations/")))


def upload(browser, content, name="lijst.csv"):
    return browser.post("/invitations/import", data={"file": (io.BytesIO(content), name)},
                        content_type="multipart/form-data")  # fmt: skip


def test_three_plain_pages_from_the_file_to_what_was_sent(sign_in, anna):
    """GRP-32 to 34"""
    browser = sign_in(anna)
    shown = upload(browser, csv_of(GOOD, "Zonder adres; geen; Vezelwerk Emmen; ; ; "))
    page = browser.get(shown.location)
    assert "Proefrun: 1 goed, 1 fout" in words_of(page.text)
    assert "Stuur 1 uitnodiging" in words_of(page.text)
    assert "E-mailadres: “geen” is geen e-mailadres." in words_of(page.text)
    assert letters() == 0
    assert browser.post(f"{shown.location}/send").status_code == 303
    done = words_of(browser.get(shown.location).text)
    assert "1 uitnodiging verstuurd" in done
    assert "1 regel is overgeslagen." in done
    invitation = db.session.scalars(select(Invitation)).one()
    assert (invitation.name, invitation.function, invitation.as_contact) == ("Rosa Reitsma", "monteur", True)
    named = select(WorkingGroup.slug).join(InvitationGroup, InvitationGroup.group_id == WorkingGroup.id)
    assert set(db.session.scalars(named)) == {"energie", "innovatie"}
    assert letters() == 1


def test_what_is_wrong_stands_first_each_under_the_number_of_its_line(sign_in, anna):
    """GRP-33: nobody looks through three hundred lines for one."""
    browser = sign_in(anna)
    shown = upload(browser, csv_of(GOOD, "Al lid; bram@brink.example; ; ; ; ", "Zonder adres; geen; ; ; ; "))
    page = browser.get(shown.location).text
    assert re.findall(r'<th scope="row">(\d+)</th>', page) == ["4", "3", "2"]
    assert "eerst wat fout is" in page


def test_the_trial_writes_nothing_but_the_page_itself(anna):
    """GRP-33, test 7: the hash of the database, but for the run."""
    before = everything()
    run_of(anna, csv_of(GOOD, "Carla; carla@brink.example; Vezelwerk Emmen; ; ; "))
    assert set(differences(before, everything())) == {"import_runs"}
    before = everything()
    service.dry_run(anna, csv_of(GOOD))
    assert differences(before, everything()) == {}


LINES = {
    "; leeg@nieuw.example; Vezelwerk Emmen; ; ; ": ["no_name"],
    f"{'x' * 81}; lang@nieuw.example; Vezelwerk Emmen; {'y' * 81}; ; ": ["too_long", "too_long"],
    "Kees; geen adres; Vezelwerk Emmen; ; ; ": ["no_email"],
    "Kees; k1@nieuw.example; Polymeer Coevorden; ; ; ": ["not_own_company"],
    "Kees; k2@nieuw.example; Vezelwerk Emmen; ; Externe veiligheid; ": ["unknown_group"],
    "Kees; k3@nieuw.example; Vezelwerk Emmen; ; Bestaat niet; ": ["unknown_group"],
    "Kees; k4@nieuw.example; Vezelwerk Emmen; ; ; baas": ["unknown_role"],
    "=1+1; k5@nieuw.example; Vezelwerk Emmen; @SUM(A1); ; ": ["formula", "formula"],
    "Kees; k6@nieuw.example; Vezelwerk Emmen; ; ; ; te veel": ["too_many_cells"],
    "Bram; bram@brink.example; Vezelwerk Emmen; ; ; ": ["member"],
    "Carla; carla@brink.example; Vezelwerk Emmen; ; ; ": ["elsewhere"],
    "Kees; k7@nieuw.example; ; -; ENERGIE; Afgevaardigde": [],
}


def test_every_line_gets_its_verdict_and_cause_in_one_pass(anna):
    """GRP-33, section 5: number, column and cause; one line does not hide the next."""
    lines = service.dry_run(anna, csv_of(*LINES, "Kees; K7@Nieuw.example; ; ; ; "))
    assert codes(lines) == [*LINES.values(), ["double"]]
    assert [line.number for line in lines] == list(range(2, len(LINES) + 3))
    verdicts = {tuple(found): line.verdict for found, line in zip(codes(lines), lines, strict=True)}
    assert verdicts[()] is Verdict.OK
    assert lines[5].findings[0].word == "Bestaat niet"
    assert verdicts[("member",)] is Verdict.WARNING
    assert [line.number for line in lines if line.verdict is Verdict.WARNING] == [11]


def test_a_broken_line_is_named_and_the_lines_after_it_are_read(anna):
    """Section 5: a quotation mark left open may not eat the rest."""
    lines = service.dry_run(anna, csv_of('"Kees; k1@nieuw.example; ; ; ; ', *[
        f"Kees; k{number}@nieuw.example; ; ; ; " for number in range(2, 60)]))  # fmt: skip
    assert codes(lines) == [["broken"], *[[]] * 58]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
@pytest.mark.parametrize("separator", [";", ","])
def test_a_list_is_read_as_spreadsheets_write_it(encoding, separator, anna):
    """GRP-32, test 7: with its mark or without, Windows-1252, both separators, newlines in quotes."""
    text = f'{HEADER}\r\n"Zoë\r\nDaniëls"; zoe@nieuw.example; Vezelwerk Emmen; coördinator; Energie; \r\n'
    text += "Kees; kees@nieuw.example; ; ; ; \r\n"
    lines = service.dry_run(anna, text.replace(";", separator).encode(encoding))
    assert codes(lines) == [[], []]
    assert (lines[0].values["name"], lines[0].values["function"]) == ("Zoë Daniëls", "coördinator")
    assert [line.number for line in lines] == [2, 4]


REFUSED = {
    "no header": b"Rosa;rosa@nieuw.example\r\n", "nothing": b"", "only a header": csv_of(),
    "1,001 lines": csv_of(*[f"K; k{number}@nieuw.example; ; ; ; " for number in range(1001)]),
    "2 MB and a byte": csv_of(GOOD).ljust(2_000_001, b"\n"), "no text": b"\x00\x01\x02" * 50,
    "utf-16": HEADER.encode("utf-16"), "a picture": b"\x89PNG\r\n\x1a\n" + bytes(range(256)),
}  # fmt: skip


@pytest.mark.parametrize("what", REFUSED)
def test_what_is_no_list_is_refused_with_a_sentence(what, sign_in, anna):
    """Limits: 1 to 1,000 lines, 2 MB; never a 5xx."""
    with pytest.raises(Invalid):
        service.dry_run(anna, REFUSED[what])
    answer = upload(sign_in(anna), REFUSED[what])
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
    assert db.session.scalars(select(ImportRun)).all() == []


def test_a_thousand_lines_and_two_megabytes_are_taken(sign_in, anna):
    content = csv_of(*[f"Kees; k{number}@nieuw.example; ; ; ; " for number in range(1000)]).ljust(2_000_000, b"\n")
    answer = upload(sign_in(anna), content)
    assert answer.status_code == 303
    assert "Stuur 1.000 uitnodigingen" in words_of(sign_in(anna).get(answer.location).text)


def test_the_trial_asks_as_many_questions_however_long_the_list_is(anna, count_statements):
    """The trial of 1,000 lines within 5 s: a fixed number of statements, whatever the machine."""
    counts = []
    for length in (3, 1000):
        content = csv_of(*[f"Kees; k{number}@nieuw.example; ; ; Energie; " for number in range(length)])
        anna.memory.clear()
        with count_statements() as seen:
            service.dry_run(anna, content)
        counts.append(len(seen))
    assert counts[0] == counts[1] <= 6


def test_the_same_list_again_sends_nothing(anna):
    """GRP-35"""
    content = csv_of(GOOD, "Kees; kees@nieuw.example; ; ; ; ")
    service.send_import(anna, run_of(anna, content))
    again = run_of(anna, content)
    assert [line.verdict for line in again.lines] == [Verdict.WARNING] * 2
    service.send_import(anna, again)
    assert letters() == db.session.scalar(select(func.count(Invitation.id))) == 2


def test_two_imports_of_one_list_at_once_and_a_button_pressed_twice_send_each_letter_once(app, anna):
    """GRP-35, test 8"""
    content = csv_of(*[f"Kees; k{number}@nieuw.example; ; ; ; " for number in range(60)])
    runs = [run_of(anna, content).id for _ in range(2)]
    answers = together(app, *[
        lambda run=run: service.send_import(actor_named("anna"), db.session.get_one(ImportRun, run))
        for run in (*runs, *runs)
    ])  # fmt: skip
    assert answers == [None] * 4
    assert letters() == db.session.scalar(select(func.count(Invitation.id))) == 60
    sent = [sum(line.outcome == "sent" for line in db.session.get_one(ImportRun, run).lines) for run in runs]
    assert sum(sent) == 60


def test_after_an_interruption_the_button_says_how_many_are_left_and_sends_those(sign_in, anna, monkeypatch):
    """GRP-34, 35: the real number, and no letter twice."""
    run = run_of(anna, csv_of(*[f"Kees; k{number}@nieuw.example; ; ; ; " for number in range(60)]))
    monkeypatch.setattr(importing, "_finish", fail)
    with pytest.raises(ZeroDivisionError):
        service.send_import(anna, run)
    lines = run.lines
    run.lines = [*lines[:50], *(line._replace(outcome="") for line in lines[50:])]
    db.session.execute(delete(Invitation).where(Invitation.email.in_([line.values["email"] for line in lines[50:]])))
    db.session.commit()
    monkeypatch.undo()
    browser, place = sign_in(anna), f"/invitations/import/{run.id}"
    assert "Stuur 10 uitnodigingen" in words_of(browser.get(place).text)
    before = letters()
    browser.post(f"{place}/send")
    assert letters() == before + 10
    assert "60 uitnodigingen verstuurd" in words_of(browser.get(place).text)


LONG = [f"Kees; k{number}@nieuw.example; ; ; ; " for number in range(120)]


def test_a_long_list_is_sent_beside_the_pages_and_says_how_far_it_is(sign_in, anna, monkeypatch):
    """Look, Progress: and when its worker was stopped the clock goes on with it, each letter once."""
    monkeypatch.setattr("app.invitations.subscribers.later", lambda *_: None)
    run, browser = run_of(anna, csv_of(*LONG, "x; geen; ; ; ; ")), sign_in(anna)
    place = f"/invitations/import/{run.id}"
    for _time in range(2):
        assert browser.post(f"{place}/send").status_code == 303
    page = words_of(browser.get(place).text)
    assert "Onderweg: 0 van 121 regels" in page
    assert "Stuur 120" not in page
    assert letters() == 0
    for _minute in range(2):
        go_on_with_lists()
    assert "120 uitnodigingen verstuurd" in words_of(browser.get(place).text)
    assert letters() == 120


def test_a_long_list_goes_no_further_than_the_right_of_who_read_it_in(app, anna, dirk, monkeypatch):
    """Rights are asked at the moment of sending."""
    monkeypatch.setattr("app.invitations.subscribers.later", lambda *_: None)
    for end in (lambda run: accounts.end_tie(dirk, db.session.get_one(Tie, anna.tie_id)),
                lambda run: service.discard_import(actor_named("dirk"), run)):  # fmt: skip
        actor = anna if letters() == 0 and actor_named("anna").tie_id else actor_named("dirk")
        run = run_of(actor, csv_of(*(line.replace("; ; ; ;", "; Vezelwerk Emmen; ; ;") for line in LONG)))
        service.start_import(actor, run)
        number = run.id
        end(run)
        go_on_with_lists()
        go_on_with_import(number)
        assert letters() == 0


def test_a_right_that_ends_meanwhile_ends_the_sending(anna, dirk, monkeypatch):
    """Each part of it asks anew; what was sent stays sent."""
    run, send_some = run_of(anna, csv_of(*LONG)), importing._send_some

    def send_and_leave(*given):
        send_some(*given)
        accounts.end_tie(actor_named("dirk"), db.session.get_one(Tie, anna.tie_id))

    monkeypatch.setattr("app.invitations.subscribers.later", lambda *_: None)
    monkeypatch.setattr(importing, "_send_some", send_and_leave)
    service.start_import(anna, run)
    for _minute in range(2):
        go_on_with_lists()
    assert letters() == 50
    assert not run.sent_at


def test_a_long_list_is_sent_by_the_job_that_its_button_makes(sign_in, anna):
    """With a queue at hand nobody waits for the minute."""
    run = run_of(anna, csv_of(*LONG))
    sign_in(anna).post(f"/invitations/import/{run.id}/send")
    assert letters() == 120


def fail(*_given):
    raise ZeroDivisionError


def test_each_line_is_checked_again_when_it_is_sent(anna, dirk):
    """GRP-34: what was good at the trial may be wrong now; the task for the coordinator is made only then."""
    run = run_of(anna, csv_of(GOOD, "Carla; carla@brink.example; ; ; ; "))
    assert db.session.scalars(select(InvitationClash)).all() == []
    rosa = csv_of(GOOD.replace("Vezelwerk Emmen", "Polymeer Coevorden"))
    service.send_import(dirk, run_of(dirk, rosa))
    service.send_import(anna, run)
    assert codes(db.session.get_one(ImportRun, run.id).lines) == [["elsewhere"], ["elsewhere"]]
    assert letters() == 1
    assert set(db.session.scalars(select(InvitationClash.email))) == {"rosa@nieuw.example", "carla@brink.example"}


def test_lines_with_an_error_come_back_as_a_list_in_which_nothing_is_a_formula(sign_in, anna):
    """GRP-34, section 5: exported cells get a leading quote; put right, the list can be read in again."""
    browser = sign_in(anna)
    place = upload(browser, csv_of(GOOD, "=HYPERLINK(1); +1@nieuw.example; Vezelwerk Emmen; @x; ; ")).location
    answer = browser.get(f"{place}/errors.csv")
    assert answer.headers["Content-Disposition"].startswith("attachment")
    header, row = list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig")), delimiter=";"))
    assert header[:6] == HEADER.split("; ")
    assert row[:4] == ["'=HYPERLINK(1)", "'+1@nieuw.example", "Vezelwerk Emmen", "'@x"]
    assert "lijkt" not in row[6]
    assert "begint als een formule" in row[6]
    right = answer.data.decode("utf-8-sig").replace("'=HYPERLINK(1)", "Henk").replace("'+1", "h").replace("'@x", "")
    assert codes(service.dry_run(anna, right.encode())) == [[]]


def test_values_are_shown_as_text(sign_in, anna):
    browser = sign_in(anna)
    place = upload(browser, csv_of("<script>alert(1)</script>; x; <b>y</b>; ; <i>z</i>; ")).location
    page = browser.get(place).text
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_a_coordinator_names_companies_and_gets_the_nearest_names(dirk):
    """GRP-36: of a name that is not there."""
    lines = service.dry_run(dirk, csv_of(
        "Kees; k1@nieuw.example; polymeer coevorden; ; Personeelsmobiliteit; ",
        "Kees; k2@nieuw.example; Polymeer Coevoorden; ; ; ", "Kees; k3@nieuw.example; ; ; ; "))  # fmt: skip
    assert codes(lines) == [[], ["unknown_company", "nearest"], ["no_company"]]
    assert lines[1].findings[1].word.startswith("Polymeer Coevorden")


def test_a_list_is_its_makers_alone_and_gone_after_a_day(sign_in, anna, dirk, femke, clock):
    run = run_of(anna, csv_of(GOOD))
    address = f"/invitations/import/{run.id}"
    for actor in (dirk, femke):
        assert sign_in(actor).get(address).status_code == 404
        assert sign_in(actor).post(f"{address}/send").status_code == 404
    clock.forward(hours=25)
    assert sign_in(anna).get(address).status_code == 404
    forget_lists()
    assert db.session.scalars(select(ImportRun)).all() == []


def test_a_list_is_forgotten_when_its_maker_says_so(sign_in, anna):
    run = run_of(anna, csv_of(GOOD))
    assert sign_in(anna).post(f"/invitations/import/{run.id}/discard").status_code == 303
    assert db.session.scalars(select(ImportRun)).all() == []


@pytest.mark.parametrize("who", ["bram", "gijs"])
def test_who_is_no_contact_reads_in_nothing(sign_in, app, who):
    browser = sign_in(actor_named(who))
    assert browser.get("/invitations/import").status_code == 403
    assert upload(browser, csv_of(GOOD)).status_code == 403


@pytest.mark.parametrize("is_dry", [True, False])
def test_the_command_does_the_same(is_dry, app, tmp_path):
    """interface: flask people import FILE.csv [--dry-run]"""
    file = tmp_path / "lijst.csv"
    file.write_bytes(csv_of(GOOD, "Zonder adres; geen; Vezelwerk Emmen; ; ; "))
    db.session.rollback()
    done = app.test_cli_runner().invoke(args=["people", "import", str(file), *(["--dry-run"] if is_dry else [])])
    assert done.exit_code == 0, done.output
    assert "1 good, 1 wrong, of 2 lines." in done.output
    assert "3: error" in done.output
    assert letters() == (0 if is_dry else 1)
    if not is_dry:
        invitation = db.session.scalars(select(Invitation)).one()
        assert db.session.get_one(Company, invitation.company_id).slug == "vezelwerk-emmen"
        assert invitation.inviter.person.name == "Femke Folkerts"


def test_the_command_says_what_is_wrong_with_the_file(app, tmp_path):
    file = tmp_path / "lijst.csv"
    file.write_bytes(b"niets")
    done = app.test_cli_runner().invoke(args=["people", "import", str(file)])
    assert done.exit_code == 1
    assert "kolommen" in done.output


def test_a_list_parted_by_tabs_is_read_too(anna):
    """GRP-32: as it comes out of a spreadsheet by copying."""
    lines = service.dry_run(anna, csv_of(GOOD).replace(b"; ", b"\t"))
    assert codes(lines) == [[]]
    assert lines[0].values["function"] == "monteur"


def test_a_column_that_is_named_twice_is_refused(anna):
    """GRP-32: which of the two counts would be a guess."""
    with pytest.raises(Invalid):
        service.dry_run(anna, csv_of("Rosa;rosa@nieuw.example;kees@nieuw.example", header="naam;e-mail;E-mailadres"))


def test_working_groups_whose_names_hold_a_comma_and_many_of_them_are_all_found(anna, dirk):
    """GRP-32: 0 to 20 groups, of names of up to 80 characters; none falls off the end."""
    names = ["Water, lucht en bodem", *[f"Groep {number} {'x' * 70}" for number in range(19)]]
    for number, name in enumerate(names):
        settings = GroupSettings(purpose="Samen minder lozen.", theme=Theme.ENERGY, visibility=Visibility.OPEN)
        create_group(actor_named("dirk"), name=name, code=f"Q{chr(65 + number)}", lead_id=dirk.id, settings=settings)
    content = csv_of(f"Rosa; rosa@nieuw.example; ; ; {' | '.join(names)}; ", 
                     "Kees; k@nieuw.example; ; ; Energie, Innovatie; ")
    service.send_import(anna, run_of(actor_named("anna"), content))
    of = dict(db.session.execute(
        select(Invitation.name, func.count()).join(InvitationGroup, InvitationGroup.invitation_id == Invitation.id)
        .group_by(Invitation.name)).all())  # fmt: skip
    assert of == {"Rosa": 20, "Kees": 2}


def test_a_cell_that_is_far_too_long_is_named_and_not_cut_in_silence(anna):
    """GRP-33"""
    [line] = service.dry_run(anna, csv_of(f"Rosa; rosa@nieuw.example; ; ; {'Energie | ' * 300}; "))
    assert "cut" in codes([line])[0]


def test_nobody_becomes_more_or_less_than_the_word_in_the_list(dirk):
    """GRP-42: a guest is of a partner; who stands in the list as one does not become staff of a member."""
    lines = service.dry_run(dirk, csv_of(
        "Rosa; r1@nieuw.example; Vezelwerk Emmen; ; ; gast", "Rosa; r2@nieuw.example; Kenniskring Noord; ; ; gast",
        "Rosa; r3@nieuw.example; Kenniskring Noord; ; ; contactpersoon",
        "Rosa; r4@nieuw.example; Kenniskring Noord; ; ; Gast | Afgevaardigde"))  # fmt: skip
    assert codes(lines) == [["role_elsewhere"], [], ["role_elsewhere"], ["role_elsewhere"]]


def test_a_line_that_cannot_be_taken_apart_comes_back_as_it_was(sign_in, anna):
    """GRP-34: what was typed is not lost, also of cells beyond the last column."""
    browser = sign_in(anna)
    broken = '"Kees; kees@nieuw.example; ; ; ; '
    place = upload(browser, csv_of(GOOD, broken, "Jan; jan@nieuw.example; ; ; ; ; 06-123; x")).location
    page = words_of(browser.get(place).text)
    assert "Kees; kees@nieuw.example" in page
    assert "06-123, x" in page
    answer = browser.get(f"{place}/errors.csv").data.decode("utf-8-sig")
    given = list(csv.reader(io.StringIO(answer), delimiter=";"))
    assert given[1][0].startswith('"Kees; kees@nieuw.example')
    assert "06-123, x" in given[2][6]


def test_of_two_companies_with_one_name_none_is_guessed(dirk):
    """GRP-32: the address of its page tells them apart."""
    for slug in ("tweeling-noord", "tweeling-zuid"):
        accounts.create_company(None, name="Tweeling", address=slug)
    lines = service.dry_run(dirk, csv_of("A B; a@nieuw.example; Tweeling; ; ; ",
                                         "C D; c@nieuw.example; tweeling-zuid; ; ; "))  # fmt: skip
    assert [codes([line])[0][:1] for line in lines] == [["unknown_company"], []]


def test_signs_of_other_keyboards_are_formulas_too(sign_in, anna):
    """Section 5: what a spreadsheet takes for the same sign."""
    [line] = service.dry_run(anna, csv_of("＝1+1; rosa@nieuw.example; ; ＠SUM; ; "))
    assert codes([line]) == [["formula", "formula"]]


def test_a_file_of_nothing_but_empty_lines_costs_no_reading(anna, monkeypatch):
    """A file of 2 MB may not keep the server busy: an empty line is passed over, whatever its separators."""
    read = []
    monkeypatch.setattr(lists.csv, "reader", lambda *given, **more: read.append(1) or reader(*given, **more))
    for row in (b"\r\n", b";;;;;\r\n", b" ; ; \r\n", b"\r"):
        lines = service.dry_run(anna, csv_of(GOOD) + row * 20_000 + b"Kees;kees@nieuw.example")
        assert codes(lines) == [[], []]
    assert len(read) < 30


@pytest.mark.parametrize("size", [2_200_000, 5_000_000])
def test_a_file_that_is_far_too_large_is_refused_before_it_is_read(size, sign_in, anna):
    """Limits: 413 with a sentence; nothing is kept of it."""
    answer = upload(sign_in(anna), csv_of(GOOD).ljust(size, b"\n"))
    assert answer.status_code == 413
    assert "te groot" in words_of(answer.text)
    assert db.session.scalars(select(ImportRun)).all() == []
