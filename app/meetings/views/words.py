"""The sentences of the live room, in the reader's language, for the scripts that fill in the gaps."""

from app.core.i18n import gettext as _
from app.core.i18n import ngettext


def words_of_room() -> dict[str, str]:
    return {**_line(), **_log(), **_people(), **_time()}


def _line() -> dict[str, str]:
    return {
        "connected": _("Connected"), "lost": _("Connection lost. Your text is kept."),
        "ended": _("You no longer take part in this meeting, or your session here has ended. Your text is kept."),
        "amended": _("The agenda has changed. Copy what you typed, and load this page again."),
        "sending": _("Being sent …"), "unsent": _("Not sent. Your text is kept."), "resend": _("Send once more"),
        "discard": _("Remove"), "itemOver": _("This item has ended. Place it with the current item after all?"),
        "placeAnyway": _("Place it after all"), "notDone": _("This did not reach the server. Try again."),
        "fetchedOne": ngettext("%(num)s message fetched", "%(num)s messages fetched", 1, num="{num}"),
        "fetched": ngettext("%(num)s message fetched", "%(num)s messages fetched", 2, num="{num}"),
    }  # fmt: skip


def _log() -> dict[str, str]:
    return {
        "opened": _("%(name)s opened the meeting.", name="{name}"),
        "suspended": _("%(name)s suspended the meeting.", name="{name}"),
        "suspendedBecause": _("%(name)s suspended the meeting: %(reason)s", name="{name}", reason="{reason}"),
        "resumed": _("The meeting goes on."), "closed": _("%(name)s closed the meeting.", name="{name}"),
        "chairTaken": _("%(name)s takes the chair.", name="{name}"),
        "itemStarted": _("Item %(item)s begins.", item="{item}"),
        "itemGoesOn": _("On with item %(item)s.", item="{item}"),
        "itemEnded": _("Item %(item)s has ended.", item="{item}"),
        "itemPaused": _("Item %(item)s is paused.", item="{item}"),
        "itemPostponed": _("Item %(item)s moves to a next meeting.", item="{item}"),
        "itemExtendedOne": ngettext("%(num)s minute more.", "%(num)s minutes more.", 1, num="{num}"),
        "itemExtended": ngettext("%(num)s minute more.", "%(num)s minutes more.", 2, num="{num}"),
        "word": _("%(name)s has the word.", name="{name}"), "edited": _("changed"),
        "removed": _("removed message"), "hidden": _("(hidden)"),
        "replyTo": _("in reply to %(name)s", name="{name}"),
        "chosen": _("Message of %(name)s, %(time)s", name="{name}", time="{time}"),
    }  # fmt: skip


def _people() -> dict[str, str]:
    return {
        "hall": _("in the hall"), "online": _("online"),
        "guest": _("guest · %(organisation)s", organisation="{organisation}"),
        "presentOne": ngettext("%(num)s person", "%(num)s people", 1, num="{num}"),
        "present": ngettext("%(num)s person", "%(num)s people", 2, num="{num}"),
        "companiesOne": ngettext("%(num)s company", "%(num)s companies", 1, num="{num}"),
        "companies": ngettext("%(num)s company", "%(num)s companies", 2, num="{num}"),
        "speaks": _("has the word since %(time)s", time="{time}"), "handWord": _("wants the word"),
        "handReply": _("wants to reply"), "handOrder": _("point of order"), "giveWord": _("Give the word"),
        "giveWordTo": _("Give the word to %(name)s", name="{name}"), "endWord": _("End the word"),
    }  # fmt: skip


def _time() -> dict[str, str]:
    minutes_left = [
        ngettext("%(num)s minute left for this item.", "%(num)s minutes left for this item.", count, num="{num}")
        for count in (1, 2)
    ]
    return {
        "left": _("left of %(minutes)s minutes", minutes="{minutes}"),
        "overOne": ngettext("%(num)s minute over", "%(num)s minutes over", 1, num="{num}"),
        "over": ngettext("%(num)s minute over", "%(num)s minutes over", 2, num="{num}"),
        "minutesLeftOne": minutes_left[0], "minutesLeft": minutes_left[1],
        "timeIsUp": _("The time for this item is up."), "paused": _("paused"),
        "done": _("done"), "postponed": _("postponed"),
    }  # fmt: skip
