"""Who leaves hands over what they keep. Features say what that is; accounts knows none of it (GRP-39)."""

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from app.accounts import queries
from app.accounts.models import Actor, Tie

# How many of these whoever asks may know of, kept by this tie.
Count = Callable[[Actor, Tie], int]
# Tie → how much it has to do with them already, as far as whoever asks may know.
Suits = Callable[[Actor, Tie], Mapping[int, int]]
# Give them, for this person or for the clock (None), to the colleague if they may have them, else to the contact.
Move = Callable[[int | None, Tie, Tie | None, Tie | None], None]


class Kept(NamedTuple):
    """A kind of things that somebody keeps. `label` is said in the reader's language."""

    kind: str
    label: Callable[[], str]
    how_many: Count
    suits: Suits
    move: Move


class Proposal(NamedTuple):
    """For the form: how many there are for whoever asks, and the colleague who fits best."""

    kind: str
    label: str
    how_many: int
    receiver_id: int


_kept: dict[str, Kept] = {}


def hands_over(kind: str, *, label: Callable[[], str], how_many: Count, suits: Suits, move: Move) -> None:
    """Register what somebody keeps, so that it goes on without them."""
    _kept[kind] = Kept(kind, label, how_many, suits, move)


def kinds_handed_over() -> list[str]:
    return list(_kept)


def proposals(actor: Actor, tie: Tie, colleagues: Sequence[Tie]) -> list[Proposal]:
    """One colleague for each kind; of two who fit as well the first."""
    found = []
    for each in _kept.values() if colleagues else ():
        fit = each.suits(actor, tie)
        best = max(colleagues, key=lambda colleague: fit.get(colleague.id, 0))
        found.append(Proposal(each.kind, each.label(), each.how_many(actor, tie), best.id))
    return found


def hand_over(actor_id: int | None, tie: Tie, receivers: Mapping[str, int]) -> None:
    """All that is there now, inside the transaction that ends the tie. Who is gone by then receives nothing."""
    colleagues = queries.colleagues_of(tie)
    contact = next((each for each in colleagues if each.is_contact), None)
    by_id = {each.id: each for each in colleagues}
    for each in _kept.values():
        each.move(actor_id, tie, by_id.get(receivers.get(each.kind, 0)), contact)
