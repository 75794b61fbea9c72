"""flask seed ..."""

import click
from flask.cli import AppGroup

from app.demo import service

commands = AppGroup("seed", help="Fill an empty database.")


@commands.command("demo")
@click.option("--scale", default=0, type=click.IntRange(0, 20_000), help="Add this many people for load tests.")
@click.option("--if-empty", is_flag=True, help="Say nothing and do nothing when there is something already.")
def demo(scale: int, if_empty: bool) -> None:
    """The demo association, with everything it wrote in the last year and a half."""
    if service.is_empty():
        service.seed_demo()
        click.echo(f"The demo association is there. Everyone's password is {service.PASSWORD}.")
    elif not if_empty and not scale:
        raise click.ClickException("This database is not empty.")
    if scale:
        service.seed_people(scale)
        click.echo(f"{scale} people were added.")
