"""When a right ends, the lines that stood on it are cut."""

from app.accounts.events import CompanyStateChanged, SessionsEnded, TieEnded
from app.accounts.queries import people_of_company
from app.core.events import after_commit, on
from app.realtime.events import LinesCut
from app.realtime.service import cut, cut_off


@on(SessionsEnded)
def cut_sessions(event: SessionsEnded) -> None:
    cut_off(*(f"session:{session_id}" for session_id in event.session_ids))


@on(TieEnded)
def cut_person(event: TieEnded) -> None:
    cut_off(f"person:{event.person_id}")


@on(CompanyStateChanged)
def cut_company(event: CompanyStateChanged) -> None:
    """Whatever the new state: whose right stands comes back by itself."""
    cut_off(*(f"person:{person_id}" for person_id in people_of_company(event.company_id)))


@after_commit(LinesCut)
def cut_them_here(event: LinesCut) -> None:
    for room in event.rooms:
        cut(room)
