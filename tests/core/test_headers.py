"""Pages travel compressed."""

import gzip
import re

import pytest

PAGE = "/about?lang=nl"


def words(page):
    return re.sub(r'nonce="[^"]+"', "", page)


def test_a_page_travels_compressed_to_who_takes_that(visitor):
    plain, squeezed = (visitor.get(PAGE, headers={"Accept-Encoding": how}) for how in ("identity", "br, gzip"))
    assert "Content-Encoding" not in plain.headers
    assert squeezed.headers["Content-Encoding"] == "gzip"
    assert words(gzip.decompress(squeezed.data).decode()) == words(plain.text)
    assert len(squeezed.data) < len(plain.data) / 2
    assert "Accept-Encoding" in squeezed.headers["Vary"]


@pytest.mark.parametrize("how", ["gzip;q=0", "gzip;q=0, *", "br", ""])
@pytest.mark.parametrize("address", [PAGE, "/static/css/layers.css"])
def test_who_does_not_take_that_gets_it_as_it_is(visitor, address, how):
    answer = visitor.get(address, headers={"Accept-Encoding": how})
    assert answer.status_code == 200
    assert "Content-Encoding" not in answer.headers
