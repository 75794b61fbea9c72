"""flask search ..."""

import click
from flask.cli import AppGroup

from app.search import service

commands = AppGroup("search", help="The index of what can be found.")


@commands.command("rebuild")
@click.option("--afresh", is_flag=True, help="Take everything out first: for an index that is damaged.")
def rebuild(afresh: bool) -> None:
    """Make the index say what is there. The site goes on meanwhile; stopped, it can be asked for again."""
    for kind, count in sorted(service.rebuild(afresh=afresh).items()):
        click.echo(f"{kind}: {count}")
