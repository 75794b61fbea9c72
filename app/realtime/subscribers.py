"""When a right ends, the lines that stood on it are cut: here after the commit, elsewhere by a signal."""

from app.accounts.events import CompanyStateChanged, SessionsEnded, TieEnded
from app.accounts.queries import people_of_company
from app.core.events import after_commit, on
from app.realtime.service import CUT, cut, leave_signal


@on(SessionsEnded)
def tell_other_processes_of_sessions(event: SessionsEnded) -> None:
    for session_id in event.session_ids:
        leave_signal(f"session:{session_id}", CUT, {})


@on(TieEnded)
def tell_other_processes_of_a_tie(event: TieEnded) -> None:
    leave_signal(f"person:{event.person_id}", CUT, {})


@after_commit(SessionsEnded)
def cut_sessions(event: SessionsEnded) -> None:
    for session_id in event.session_ids:
        cut(f"session:{session_id}")


@after_commit(TieEnded)
def cut_person(event: TieEnded) -> None:
    cut(f"person:{event.person_id}")


@on(CompanyStateChanged)
def tell_other_processes_of_a_company(event: CompanyStateChanged) -> None:
    for person_id in people_of_company(event.company_id):
        leave_signal(f"person:{person_id}", CUT, {})


@after_commit(CompanyStateChanged)
def cut_company(event: CompanyStateChanged) -> None:
    """Whatever the new state: whose right stands comes back by itself."""
    for person_id in people_of_company(event.company_id):
        cut(f"person:{person_id}")
