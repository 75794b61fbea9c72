"""Requests are known at the doors only, and every door has its guard."""

import ast

import pytest

from app.accounts.session import SAFE
from app.core.policy import rule, rule_lines
from app.core.sockets import messages
from tests.architecture.source import imports_of, nodes_of, place_of, python_files, where

KNOWS_REQUESTS = ("views", "sockets", "api", "cli", "session", "frame")
OF_THE_REQUEST = {
    "flask": {"request", "session", "g", "flash", "abort", "redirect", "url_for", "make_response", "after_this_request",
              "has_request_context"},
    "flask_login": {"current_user", "login_user", "logout_user", "login_required"},
    "flask_socketio": {"join_room", "leave_room", "disconnect", "emit", "send"},
    "werkzeug.exceptions": {"abort"},
}  # fmt: skip

# Anyone, signed in or not, may ask these. A page is added here by someone who thought about it.
PUBLIC = {
    "accounts.code", "accounts.login", "accounts.reset", "accounts.second_step", "accounts.send_code",
    "accounts.send_reset_code", "accounts.send_step_code", "accounts.sign_in", "accounts.sign_in_with_code",
    "accounts.take_second_step", "admin.health", "admin.readiness", "documents.document", "documents.file",
    "documents.version_file", "home.about", "home.index", "home.preferences", "home.search",
    "invitations.accept", "invitations.ask", "invitations.invitation", "notifications.stop", "notifications.stop_page",
    "notifications.take_back_stop", "static",
    "mailin.take_back", "mailin.undo",
}  # fmt: skip
# Whoever can sign in may ask these, also when their tie has ended: their own account, and what was done about them.
WITHOUT_TIE = {
    "accounts.account", "accounts.begin_second_step", "accounts.change_email", "accounts.change_password",
    "accounts.change_profile", "accounts.confirm_email", "accounts.confirm_email_page", "accounts.confirm_second_step",
    "accounts.logout", "accounts.own_data", "accounts.own_second_step", "accounts.remove_second_step",
    "accounts.renew_recovery_codes", "accounts.security", "accounts.sign_out_everywhere",
    "accounts.take_out_own_data", "moderation.file_objection", "moderation.own_actions", "moderation.show_own_action",
}  # fmt: skip
# Forms without a text that somebody would miss: a choice, a code, a password, or one's own name.
NOTHING_TO_LOSE = {
    "accounts.begin_second_step", "accounts.change_email", "accounts.change_password", "accounts.change_profile",
    "announcements.discard", "announcements.send", "announcements.try_out", "announcements.withdraw",
    "accounts.confirm_email", "accounts.confirm_second_step", "accounts.logout", "accounts.remove_second_step",
    "accounts.renew_recovery_codes", "accounts.send_code", "accounts.send_reset_code", "accounts.send_step_code",
    "accounts.sign_in", "accounts.sign_in_with_code", "accounts.sign_out_everywhere", "accounts.take_out_own_data",
    "accounts.take_second_step", "directory.keep_staff",
    "directory.accept_capability", "discussions.close_thread", "discussions.delete_post", "discussions.discard_draft",
    "discussions.mark_seen", "discussions.reopen_thread", "discussions.restore_post", "discussions.resume_thread",
    "discussions.fold_post", "discussions.set_thread_aside", "discussions.take_up_thread",
    "discussions.unfold_post", "discussions.undo_seen", "discussions.watch_overview",
    "documents.move", "documents.remove_folder",
    "documents.restore_document", "documents.restore_version", "documents.trash_document", "groups.add_member",
    "groups.approve_request", "groups.join", "groups.leave", "groups.withdraw_request", "home.preferences",
    "home.send_sample",
    "invitations.ask", "invitations.discard_import", "invitations.resend", "invitations.revoke",
    "invitations.save_groups", "invitations.save_mail", "invitations.send_import", "invitations.skip_mail",
    "invitations.try_import", "mailin.take_back", "marketplace.accept_proposal", "marketplace.decline_proposal",
    "marketplace.discard",
    "marketplace.pause", "marketplace.renew", "marketplace.resume", "marketplace.stop_taking_part",
    "marketplace.take_part", "marketplace.withdraw_proposal", "meetings.start_writing", "meetings.stop_writing",
    "moderation.claim_case", "moderation.give_back_case", "notifications.stop", "notifications.take_back_stop",
}  # fmt: skip


def test_only_the_doors_know_that_a_request_exists():
    """architecture.md: views, sockets, api, cli, session (and frame, decisions 9) and core."""
    knowing = [
        f"{where(path, found.line)} takes {name}"
        for path in python_files() for found in imports_of(path) for name in found.names
        if place_of(path)[0] not in ("", "core") and place_of(path)[1] not in KNOWS_REQUESTS
        and name in OF_THE_REQUEST.get(found.module, ())
    ]  # fmt: skip
    assert knowing == []


def test_no_service_asks_flask_for_the_request_by_a_longer_way():
    """`import flask` and then flask.request, or flask.globals."""
    sly = [
        where(path, found.line) for path in python_files() for found in imports_of(path)
        if (found.module in ("flask", "flask_login") and not found.names) or found.module == "flask.globals"
    ]  # fmt: skip
    assert sly == []


def test_every_page_is_guarded_or_on_the_list(app_of_store):
    """trust 1: what is not on these two lists asks for a signed-in person with a live tie."""
    views = app_of_store.view_functions
    assert {name for name, view in views.items() if getattr(view, "is_public", False)} == PUBLIC
    assert {name for name, view in views.items() if getattr(view, "is_without_tie", False)} == WITHOUT_TIE
    assert "guard" in {function.__name__ for function in app_of_store.before_request_funcs[None]}


def test_what_looks_changes_nothing_and_what_changes_is_posted(app_of_store):
    """interface.md: GET for pages, POST for actions, one address per action."""
    methods = {frozenset(rule.methods) for rule in app_of_store.url_map.iter_rules()}
    assert methods == {frozenset({"GET", "HEAD", "OPTIONS"}), frozenset({"POST", "OPTIONS"})}
    assert set(SAFE) == {"GET", "HEAD", "OPTIONS"}


def test_every_form_with_a_text_says_which_one_so_that_it_survives_a_session(app_of_store):
    """decisions 15: a POST view either keeps what was typed, or stands on the list of those with nothing to lose."""
    posts = {rule.endpoint for rule in app_of_store.url_map.iter_rules() if "POST" in rule.methods}
    keeping = {name for name in posts if hasattr(app_of_store.view_functions[name], "form_class")}
    assert posts - keeping == NOTHING_TO_LOSE


def test_a_view_that_reads_a_form_keeps_that_very_form():
    """A view that makes `ReplyForm()` says @keeps_typed(ReplyForm)."""
    wrong = []
    for path in python_files():
        if place_of(path)[1] != "views":
            continue
        for node in nodes_of(path):
            if not isinstance(node, ast.FunctionDef):
                continue
            decorators = {ast.unparse(each) for each in node.decorator_list}
            kept = {each[len("keeps_typed("):-1] for each in decorators if each.startswith("keeps_typed(")}
            is_post = any(".post(" in each for each in decorators)
            made = {
                call.func.id for call in ast.walk(node)
                if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id.endswith("Form")
                and not call.args and not call.keywords
            }  # fmt: skip
            if is_post and kept and made - kept:
                wrong.append(f"{where(path, node.lineno)} {node.name}")
    assert wrong == []


def test_every_socket_message_is_registered_through_the_one_door():
    """trust: Flask-SocketIO asks nothing by itself, so `socketio.on` is used by core and for the connection only."""
    direct = [
        f"{where(path, node.lineno)} {ast.unparse(node)}"
        for path in python_files() for node in nodes_of(path)
        if isinstance(node, ast.Call) and ast.unparse(node.func) in ("socketio.on", "socketio.event",
                                                                       "socketio.on_event")
    ]  # fmt: skip
    assert sorted(line.split(" ", 1)[1] for line in direct) == [
        "socketio.on('connect')", "socketio.on('disconnect')", "socketio.on(name)"]  # fmt: skip
    assert messages


def test_every_rule_says_in_a_sentence_who_may():
    """GRP-24: the table of rules is made of these sentences, which a member can read."""
    for line in rule_lines():
        assert line.sentence.endswith("."), line
        assert line.sentence[0].isupper(), line
        assert len(line.sentence.split()) >= 3, line


def test_no_two_packages_have_a_rule_of_one_name():
    """Templates ask a rule by its name: of two they would get either."""

    def can_close_thread(_actor, _thread):
        """Everybody closes everything."""
        return True

    with pytest.raises(ValueError, match="close_thread"):
        rule(can_close_thread)
