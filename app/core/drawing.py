"""Parts of pages that are drawn once and kept, under everything they show."""

from flask import current_app
from markupsafe import Markup

from app.core.assets import static_url
from app.core.markup import as_rendered


def drawn(template: str, **shown: object) -> Markup:
    """A part of a page by its own template, which escapes what it is given. It sees nothing else of the request."""
    made = current_app.jinja_env.get_template(template).render(sprite=static_url("icons/sprite.svg"), **shown)
    return as_rendered(made)
