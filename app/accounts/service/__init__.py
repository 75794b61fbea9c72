"""Changing people, companies, passwords and sessions. Each function is one thing a person can do."""

from app.accounts.service.credentials import change_password, hash_password, password_trouble, verify_password
from app.accounts.service.emails import ask_new_email, confirm_new_email
from app.accounts.service.handing_over import Proposal, hands_over, proposals
from app.accounts.service.people import (
    change_board,
    change_company_state,
    change_profile,
    create_company,
    create_person,
    end_companies_that_left,
    own_data,
    start_tie,
    take_out_own_data,
)
from app.accounts.service.sanctions import Measure, lift, sanction
from app.accounts.service.second_steps import (
    address_of,
    await_second_step,
    begin_second_step,
    confirm_second_step,
    install_second_step,
    open_second_step,
    present_code,
    remove_second_step,
    renew_recovery_codes,
    reset_second_step,
    secret_of,
    step_up,
    try_second_step,
    use_up,
)
from app.accounts.service.sessions import (
    CodeTry,
    end_other_sessions,
    is_password_of,
    note_use,
    send_code,
    sign_in_with_code,
    sign_in_with_password,
    sign_out,
    start_session,
)
from app.accounts.service.ties import change_tie, end_tie, end_ties_past_their_last_day, plan_end, withdraw_end

__all__ = [
    "CodeTry", "Measure", "Proposal", "address_of", "ask_new_email", "await_second_step", "begin_second_step",
    "change_board", "change_company_state", "change_password", "change_profile", "change_tie", "confirm_new_email",
    "confirm_second_step", "create_company", "create_person", "end_companies_that_left", "end_other_sessions",
    "end_tie", "end_ties_past_their_last_day", "hands_over", "hash_password", "install_second_step", "is_password_of",
    "lift", "note_use", "open_second_step", "own_data", "password_trouble", "plan_end", "present_code", "proposals",
    "remove_second_step", "renew_recovery_codes", "reset_second_step", "sanction", "secret_of", "send_code",
    "sign_in_with_code", "sign_in_with_password", "sign_out", "start_session", "start_tie", "step_up",
    "take_out_own_data", "try_second_step", "use_up", "verify_password", "withdraw_end",
]  # fmt: skip
