"""Pages of documents: lists and folders, one document, and the forms that write."""

from app.documents.views import arranging, showing, writing
from app.documents.views.blueprint import blueprint

__all__ = ["arranging", "blueprint", "showing", "writing"]
