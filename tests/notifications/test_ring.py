"""A new line under the bell shows at once on the pages that person has open, and on no other."""

from app.accounts import queries as people
from app.accounts import service as accounts
from app.groups import service as groups
from tests.conftest import actor_named, group_called, person_named, reply
from tests.realtime.conftest import serving, socket_of  # noqa: F401 - fixtures


def rings(socket):
    return [payload["unread"] for name, payload in socket.heard() if name == "notification"]


def test_the_bell_rings_with_the_number_for_who_wrote_before(thread, anna, bram, socket_of):  # noqa: F811
    phone, laptop = socket_of(anna), socket_of(anna)
    reply(bram, thread)
    reply(bram, thread)
    assert rings(phone) == [1, 2]
    assert rings(laptop) == [1, 2]


def test_it_rings_for_nobody_else(thread, anna, bram, carla, socket_of):  # noqa: F811
    writer, reader = socket_of(bram), socket_of(carla)
    reply(bram, thread)
    assert rings(writer) == []
    assert rings(reader) == []


def test_the_message_is_an_id_and_a_number_and_no_text(thread, anna, bram, socket_of):  # noqa: F811
    """interface.md: notification {id, unread}"""
    socket = socket_of(anna)
    reply(bram, thread, "Geheimwoord")
    ((name, payload),) = socket.heard()
    assert (name, set(payload)) == ("notification", {"id", "unread"})
    assert all(isinstance(value, int) for value in payload.values())


def test_who_left_a_confidential_group_hears_nothing_of_it(secret_thread, emma, socket_of):  # noqa: F811
    """GRP-4, trust 3: asked again at the moment of sending."""
    bert = actor_named("bert")
    reply(bert, secret_thread, "Bij ons ook.")
    groups.leave_group(bert, group_called("externe-veiligheid"))
    socket = socket_of(bert)
    socket.heard()
    reply(emma, secret_thread, "Na zijn vertrek.")
    assert socket.heard() == []


def test_who_has_no_tie_any_more_hears_nothing(thread, anna, bram, dirk, socket_of):  # noqa: F811
    """GRP-38"""
    reply(bram, thread)
    socket = socket_of(bram)
    accounts.end_tie(dirk, people.open_tie_of(person_named("bram").id))
    socket.heard()
    reply(anna, thread)
    assert socket.heard() == []
