"""A page and a file in energie, by Anna, and how to make more."""

import io

import pytest
from markupsafe import Markup

from app.documents import service
from app.documents.service import WrittenPage
from app.files import service as files


def text(body):
    return WrittenPage(body, Markup("<p>{}</p>").format(body))


def upload(name="verslag.txt", body=b"Verslag van dinsdag"):
    return files.Upload(files.store(io.BytesIO(body), most=1 << 20), name)


@pytest.fixture
def page(anna, energie):
    return service.add_page(anna, energie, None, "Jaarplan", text("Wij delen restwarmte."))


@pytest.fixture
def file(anna, energie):
    return service.add_files(anna, energie, None, [upload()])[0]
