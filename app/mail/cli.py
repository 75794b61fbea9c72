"""flask mail ..."""

from flask.cli import AppGroup

from app.mail.tasks import send_waiting_letters

commands = AppGroup("mail", help="Letters.")


@commands.command("send")
def send() -> None:
    """Send every letter that is due."""
    send_waiting_letters()
