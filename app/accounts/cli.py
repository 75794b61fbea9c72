"""flask people ..."""

import click
from email_validator import EmailNotValidError, validate_email
from flask import current_app
from flask.cli import AppGroup
from sqlalchemy import select

from app.accounts import queries, service
from app.accounts.models import Company, Office
from app.core.extensions import db
from app.core.transaction import atomic

commands = AppGroup("people", help="People and their companies.")


@commands.command("create-admin")
@click.argument("email")
@click.option("--name", default="", help="The name people see.")
def create_admin(email: str, name: str) -> None:
    """Make the first administrator, with the association's own company. They sign in by mailed code."""
    try:
        validate_email(email, check_deliverability=False, test_environment=True)
    except EmailNotValidError:
        raise click.ClickException(f"{email!r} is not an e-mail address.") from None
    if len(email) > 254:
        raise click.ClickException("This address is too long.")
    if queries.person_by_email(email):
        raise click.ClickException(f"{email} is somebody already.")
    make_admin(email, name or email.split("@")[0])
    click.echo(f"{email} is administrator and can sign in with a code by mail. A second step is asked then.")


@commands.command("board")
@click.argument("email")
@click.option("--leave", is_flag=True, help="Out of the board instead of into it.")
def board(email: str, leave: bool) -> None:
    """Make someone a member of the board, whose desk takes the reports that nobody nearer is free of."""
    person = queries.person_by_email(email)
    if person is None:
        raise click.ClickException(f"There is nobody with the address {email}.")
    service.change_board(person, is_member=not leave)
    click.echo(f"{email} is {'no longer' if leave else 'now'} a member of the board.")


@commands.command("reset-second-step")
@click.argument("email")
@click.option("--reason", required=True, help="Mailed to the person, and kept.")
def reset_second_step(email: str, reason: str) -> None:
    """Take away the second step of someone who lost it, such as the only administrator."""
    person = queries.person_by_email(email)
    if person is None:
        raise click.ClickException(f"There is nobody with the address {email}.")
    if not 10 <= len(reason.strip()) <= 500:
        raise click.ClickException("The reason needs 10 to 500 characters.")
    if not service.reset_second_step(None, person, reason.strip()):
        raise click.ClickException(f"{email} has no second step.")
    click.echo(f"The second step of {email} is taken away. They are signed out everywhere and were mailed.")


@atomic
def make_admin(email: str, name: str) -> None:
    own = db.session.scalar(select(Company).where(Company.vote_weight == 0).limit(1))
    company = own or service.create_company(None, name=current_app.config["SITE_NAME"], vote_weight=0)
    person = service.create_person(None, email=email, name=name, office=Office.ADMIN)
    service.start_tie(None, person, company)
