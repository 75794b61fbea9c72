"""A new line under the bell shows at once on the pages that person has open, and on no other."""

from app.accounts import queries as people
from app.accounts import service as accounts
from app.core.extensions import db
from app.groups import service as groups
from app.notifications.models import Notification
from app.realtime.service import connections, pass_on_signals
from tests.conftest import actor_named, group_called, new_thread, person_named, reply
from tests.realtime.conftest import serving, socket_of  # noqa: F401 - fixtures


def rings(socket):
    return [payload["unread"] for name, payload in socket.heard() if name == "notification"]


def name_anna(writer, thread):
    return reply(writer, thread, "@Anna Assink, wat vindt u?", mentions=[person_named("anna").id])


def test_the_bell_rings_with_the_number_for_who_is_named(thread, energie, anna, bram, socket_of):  # noqa: F811
    """NTF-12: of the lines under "Voor u"; twice in one thread is one line."""
    phone, laptop = socket_of(anna), socket_of(anna)
    name_anna(bram, thread)
    name_anna(bram, thread)
    name_anna(bram, new_thread(anna, energie, "Een ander onderwerp"))
    reply(bram, thread)  # she wrote there: another line, that does not count
    assert rings(phone) == [1, 1, 2, 2]
    assert rings(laptop) == [1, 1, 2, 2]


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


def test_the_number_in_the_message_is_that_of_the_line_which_can_be_read(thread, anna, bram, socket_of):  # noqa: F811
    """interface.md: /notifications/read takes it."""
    socket = socket_of(anna)
    reply(bram, thread)
    ((_name, payload),) = socket.heard()
    assert socket.browser.post("/notifications/read", data={"id": str(payload["id"])}).status_code == 303
    line = db.session.get_one(Notification, payload["id"], populate_existing=True)
    assert (line.person_id, line.read_at is not None) == (anna.id, True)


def test_with_several_processes_a_reply_costs_the_same_however_many_wrote_before(
    app, thread, anna, bram, carla, dirk, energie, count_statements, monkeypatch
):
    """decisions 25: counted by the process where somebody is connected; for the others one word is left."""
    def cost():
        with count_statements() as seen:
            reply(bram, thread)
        return len(seen)

    reply(bram, thread)
    alone = cost()
    monkeypatch.setitem(app.config, "REDIS_URL", "redis://elsewhere.invalid")
    assert cost() == alone + 1
    for person in (dirk, actor_named("emma"), actor_named("femke")):
        reply(person, thread)
    assert cost() == alone + 1


def test_another_process_rings_for_who_is_connected_there(app, thread, anna, bram, carla, socket_of, monkeypatch):  # noqa: F811
    """decisions 25: the one where it was written does not ring twice."""
    monkeypatch.setitem(app.config, "REDIS_URL", "redis://elsewhere.invalid")
    socket, other = socket_of(anna), socket_of(carla)
    name_anna(bram, thread)
    assert rings(socket) == [1]
    heard = pass_on_signals({})
    assert rings(socket) == []
    monkeypatch.setattr(connections, "process", "another")
    pass_on_signals({})
    assert rings(socket) == [1]
    pass_on_signals(heard)
    assert rings(socket) == rings(other) == []


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


def test_what_is_read_on_one_page_counts_no_more_on_the_others(thread, energie, anna, bram, carla, socket_of):  # noqa: F811
    """NTF-12, events: NotificationsRead; where nothing rang nothing is said."""
    phone, other = socket_of(anna), socket_of(carla)
    name_anna(bram, thread)
    name_anna(bram, new_thread(anna, energie, "Een ander onderwerp"))
    assert rings(phone) == [1, 2]
    phone.browser.post(f"/threads/{thread.id}/seen", data={"position": "9"})
    assert rings(phone) == [1]
    phone.browser.post("/notifications/read", data={"all": "1"})
    phone.browser.post("/notifications/read", data={"all": "1"})
    assert rings(phone) == [0]
    assert rings(other) == []


def test_another_process_counts_again_for_who_is_connected_there(app, thread, anna, bram, socket_of, monkeypatch):  # noqa: F811
    """decisions 25"""
    monkeypatch.setitem(app.config, "REDIS_URL", "redis://elsewhere.invalid")
    name_anna(bram, thread)
    socket = socket_of(anna)
    socket.browser.post("/notifications/read", data={"all": "1"})
    assert rings(socket) == [0]
    monkeypatch.setattr(connections, "process", "another")
    pass_on_signals({})
    assert rings(socket)[-1] == 0
