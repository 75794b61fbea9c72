"""The tables of people, companies and signing in."""

from app.accounts.models.actor import Actor, Visitor
from app.accounts.models.hand_overs import HandOver
from app.accounts.models.people import Company, CompanyState, Office, Person, Tie, TieEnd, TieKind, said_for
from app.accounts.models.sanctions import RunningSanction, Sanction, SanctionKind
from app.accounts.models.second_steps import FactorKind, RecoveryCode, SecondFactor
from app.accounts.models.signing_in import Challenge, Purpose, Session

__all__ = [
    "Actor", "Challenge", "Company", "CompanyState", "FactorKind", "HandOver", "Office", "Person", "Purpose",
    "RecoveryCode", "RunningSanction", "Sanction", "SanctionKind", "SecondFactor", "Session", "Tie", "TieEnd",
    "TieKind", "Visitor", "said_for",
]  # fmt: skip
