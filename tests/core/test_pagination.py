"""Pages of a list."""

import pytest

from app.core.pagination import Pagination, page_of


@pytest.mark.parametrize(("current", "last", "links"), [
    (1, 1, [1]), (1, 2, [1, 2]), (1, 9, [1, 2, None, 9]), (5, 9, [1, None, 4, 5, 6, None, 9]),
    (3, 9, [1, 2, 3, 4, None, 9]), (4, 9, [1, 2, 3, 4, 5, None, 9]), (9, 9, [1, None, 8, 9]), (2, 3, [1, 2, 3]),
])  # fmt: skip
def test_the_links_name_the_ends_and_the_neighbours(current, last, links):
    assert list(Pagination(current, last, str).links) == links


@pytest.mark.parametrize(("position", "page"), [(0, 1), (1, 1), (25, 1), (26, 2), (50, 2), (51, 3)])
def test_a_position_stands_on_its_page(position, page):
    assert page_of(position, 25) == page


def test_the_ends_lead_no_further():
    first, last = Pagination(1, 3, "/x?page={}".format), Pagination(3, 3, "/x?page={}".format)
    assert (first.has_previous, first.has_next, first.next_url) == (False, True, "/x?page=2")
    assert (last.has_previous, last.has_next, last.previous_url) == (True, False, "/x?page=2")
