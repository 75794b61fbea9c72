"""What a person chose to hear, in three plain sentences."""

from app.core.clock import today
from app.core.i18n import day, ngettext, weekdays
from app.core.i18n import gettext as _
from app.notifications.models import DigestSetting, Rhythm


def overview_sentence(chosen: DigestSetting | None) -> str:
    """When the overview comes, or that it does not."""
    if chosen is None or chosen.rhythm is Rhythm.NEVER:
        return _("You get no overview by mail.")
    if chosen.paused_until is not None and chosen.paused_until > today():
        return _("Your overview pauses until %(day)s. After that: %(when)s.", day=day(chosen.paused_until),
                 when=_when(chosen))  # fmt: skip
    return _("You get an overview %(when)s.", when=_when(chosen))


def direct_sentence(groups: int, threads: int) -> str:
    """Of how many places each post, or each new thread, is mailed."""
    if not groups and not threads:
        return _("You get no mail about single posts; those you find on the site.")
    in_groups = ngettext("%(num)s working group", "%(num)s working groups", groups)
    in_threads = ngettext("%(num)s thread", "%(num)s threads", threads)
    if not threads:
        return _("You get mail at once from %(places)s.", places=in_groups)
    if not groups:
        return _("You get mail at once from %(places)s.", places=in_threads)
    return _("You get mail at once from %(groups)s and %(threads)s.", groups=in_groups, threads=in_threads)


def personal_sentence(*, named: bool, asked: bool) -> str:
    """Whether what is for this person themselves is mailed."""
    if named and asked:
        return _("You get mail when someone names you, and when something is asked of you.")
    if named:
        return _("You get mail when someone names you, and not when something is asked of you.")
    if asked:
        return _("You get mail when something is asked of you, and not when someone names you.")
    return _("You get no mail when someone names you or asks something of you.")


def _when(chosen: DigestSetting) -> str:
    hour = str(chosen.hour)
    if chosen.rhythm is Rhythm.DAILY:
        return _("every day at %(hour)s:00", hour=hour)
    if chosen.rhythm is Rhythm.WEEKLY:
        return _("every %(days)s at %(hour)s:00", days=weekdays(chosen.days), hour=hour)
    if len(chosen.days) == 1:
        return _("every month, on the first %(day)s at %(hour)s:00", day=weekdays(chosen.days), hour=hour)
    return _("every month at %(hour)s:00, on the first of these days: %(days)s", days=weekdays(chosen.days), hour=hour)
