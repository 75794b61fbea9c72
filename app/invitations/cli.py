"""flask people import"""

from pathlib import Path

import click

from app.accounts.cli import commands as people
from app.accounts.models import Actor
from app.accounts.queries import person_by_email
from app.core.errors import Refusal
from app.invitations import queries, service
from app.invitations.forms import COLUMNS, sentence_of
from app.invitations.models import ImportLine, Verdict
from app.invitations.models.imports import FILE_MOST
from app.invitations.service.importing import SENT


@people.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Only say what is the matter with each line.")
@click.option("--by", default="", metavar="EMAIL", help="Who invites; an administrator where nobody is named.")
def import_people(file: Path, dry_run: bool, by: str) -> None:
    """Invite everyone on a list. Lines with an error are skipped and named."""
    actor = _inviter(by)
    with file.open("rb") as source:
        content = source.read(FILE_MOST + 1)
    try:
        if dry_run:
            _say(service.dry_run(actor, content))
            return
        run = service.try_import(actor, file.name, content)
        service.send_import(actor, run)
    except Refusal as refusal:
        raise click.ClickException(str(refusal) or "This person may not read in lists.") from None
    _say(run.lines)
    click.echo(f"{sum(line.outcome == SENT for line in run.lines)} invitations were sent.")


def _inviter(email: str) -> Actor:
    person = person_by_email(email) if email else None
    actor = queries.inviter_of_commands() if not email else Actor.of_person(person.id) if person else None
    if actor is None:
        raise click.ClickException("Nobody can invite: name someone with --by, or make an administrator first.")
    return actor


def _say(lines: list[ImportLine]) -> None:
    for line in lines:
        found = "; ".join(f"{COLUMNS[finding.column]}: {sentence_of(finding)}" for finding in line.findings)
        click.echo(f"{line.number}: {line.verdict.value}{f' ({found})' if found else ''}")
    wrong = sum(line.verdict is Verdict.ERROR for line in lines)
    click.echo(f"{sum(line.verdict is Verdict.OK for line in lines)} good, {wrong} wrong, of {len(lines)} lines.")
