"""Joining an open group, by button or by writing, and leaving it."""

import pytest
from sqlalchemy import func, select

from app.core.errors import Forbidden
from app.core.extensions import db
from app.discussions.models import Post
from app.groups import service
from app.groups.models import GroupMembership, Role, WorkingGroup
from app.groups.policy import standing_in
from tests.conftest import actor_named, group_called, new_thread, reply, together


def places(actor, group, *, open_only=True):
    statement = select(func.count(GroupMembership.id)).where(
        GroupMembership.group_id == group.id, GroupMembership.tie_id == actor.tie_id)  # fmt: skip
    return db.session.scalar(statement.where(GroupMembership.left_at.is_(None)) if open_only else statement)


def test_carla_joins_an_open_group_with_one_button(app, carla, energie, sign_in):
    """GRP-2"""
    answer = sign_in(carla).post("/groups/energie/join")
    assert (answer.status_code, answer.location) == (303, "/groups/energie")
    assert standing_in(carla.refreshed(), energie).role is Role.MEMBER


def test_every_staff_member_of_a_member_company_reads_an_open_group(app, thread, sign_in):
    """GRP-2"""
    address = thread.link
    assert {sign_in(actor_named(who)).get(address).status_code for who in ("carla", "emma", "femke", "dirk")} == {200}


def test_a_guest_reads_only_the_group_that_was_named(app, gijs, thread, innovatie, bram, sign_in):
    """GRP-2, GRP-42: Gijs is a guest in innovatie."""
    other = new_thread(bram, innovatie, "Over de proef")
    mine, not_mine = other.link, thread.link
    browser = sign_in(gijs)
    assert [browser.get(mine).status_code, browser.get(not_mine).status_code] == [200, 404]
    assert browser.post("/groups/energie/join").status_code == 404
    assert "Energie" not in browser.get("/groups").text


def test_writing_in_an_open_group_makes_one_a_member_in_the_same_transaction(app, carla, thread, energie, sign_in):
    """GRP-2"""
    assert sign_in(carla).post(f"/threads/{thread.id}/posts", data={"body": "Ik doe mee."}).status_code == 303
    assert places(carla, group_called("energie")) == 1


def test_a_refused_text_makes_nobody_a_member(app, carla, thread, energie, sign_in):
    """GRP-2: one transaction, so neither of the two."""
    assert sign_in(carla).post(f"/threads/{thread.id}/posts", data={"body": "  "}).status_code == 422
    assert places(carla, group_called("energie")) == 0


def test_a_failure_while_placing_undoes_the_joining(app, carla, thread, energie):
    """GRP-2: text and place stand or fall together; here the text fails in the database itself."""
    with pytest.raises(Exception):  # noqa: B017, PT011 - each database has its own complaint
        reply(carla, thread, None)
    db.session.rollback()
    assert places(carla, group_called("energie")) == 0
    assert db.session.scalar(select(func.count(Post.id)).where(Post.author_id == carla.id)) == 0


def test_joining_twice_changes_nothing(app, bram, energie, sign_in):
    browser = sign_in(bram)
    assert browser.post("/groups/energie/join").status_code == 303
    assert browser.post("/groups/energie/join").status_code == 303
    assert places(bram, group_called("energie"), open_only=False) == 1


def test_joining_ten_times_at_one_moment_gives_one_place(app, carla, energie):
    """trust, races"""
    group_id = energie.id
    done = together(app, *[lambda: service.join_group(carla, db.session.get_one(WorkingGroup, group_id))] * 10)
    assert done == [None] * 10
    assert places(carla, group_called("energie"), open_only=False) == 1


def test_the_first_texts_of_a_newcomer_sent_at_one_moment_give_one_place(app, carla, thread):
    """GRP-2, trust, races"""
    thread_id = thread.id

    def write(number):
        from app.discussions.models import Thread

        return reply(carla, db.session.get_one(Thread, thread_id), f"Tekst {number}").position

    assert sorted(together(app, *[lambda number=number: write(number) for number in range(5)])) == [2, 3, 4, 5, 6]
    assert places(carla, group_called("energie"), open_only=False) == 1


@pytest.mark.parametrize(("slug", "status"), [("personeelsmobiliteit", 403), ("externe-veiligheid", 404),
                                              ("bestaat-niet", 404)])  # fmt: skip
def test_a_group_that_is_not_open_cannot_be_joined_by_button(app, carla, sign_in, slug, status):
    """GRP-3, GRP-4"""
    assert sign_in(carla).post(f"/groups/{slug}/join").status_code == status


def test_bram_leaves_with_one_button_and_his_texts_stay(app, bram, thread, sign_in):
    """GRP-12"""
    reply(bram, thread, "Een laatste woord.")
    browser, address = sign_in(bram), thread.link
    answer = browser.post("/groups/energie/leave")
    assert (answer.status_code, answer.location) == (303, "/groups")
    assert places(bram, group_called("energie")) == 0
    assert "Een laatste woord." in browser.get(address).text  # the group is open: he still reads along


def test_who_leaves_a_confidential_group_is_out_at_once(app, secret_thread, sign_in):
    """GRP-4"""
    browser, address = sign_in(actor_named("bert")), secret_thread.link
    assert browser.get(address).status_code == 200
    browser.post("/groups/externe-veiligheid/leave")
    assert browser.get(address).status_code == 404
    assert browser.get("/groups/externe-veiligheid").status_code == 404


def test_leaving_twice_or_where_one_never_was_is_refused(app, carla, bram, sign_in):
    browser = sign_in(bram)
    browser.post("/groups/energie/leave")
    assert browser.post("/groups/energie/leave").status_code == 403
    assert sign_in(carla).post("/groups/energie/leave").status_code == 403
    assert sign_in(carla).post("/groups/externe-veiligheid/leave").status_code == 404


def test_a_guest_does_not_leave_alone(app, gijs, innovatie):
    with pytest.raises(Forbidden):
        service.leave_group(gijs, innovatie)


def test_who_comes_back_gets_a_new_place(app, bram, energie, sign_in):
    browser = sign_in(bram)
    browser.post("/groups/energie/leave")
    browser.post("/groups/energie/join")
    assert places(bram, group_called("energie"), open_only=False) == 2
    assert places(bram, group_called("energie")) == 1
