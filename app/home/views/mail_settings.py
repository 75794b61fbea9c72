"""Mail en meldingen: when the overview comes, what reaches one of which place, and by which channel."""

from typing import Any, NamedTuple

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from limits import RateLimitItemPerHour
from sqlalchemy import select

from app.accounts.models import Actor
from app.accounts.session import current_actor, say
from app.core.errors import NotFound, TooMany
from app.core.extensions import db
from app.core.forms import keeps_typed
from app.core.i18n import gettext as _
from app.core.pagination import Pagination, page_asked, page_of
from app.core.ratelimit import count, seconds_until_free
from app.discussions import queries as discussions
from app.discussions.service import reply_sentence
from app.groups.models import WorkingGroup, group_scope
from app.groups.policy import standings
from app.groups.views.pages import level_sentence, own_rule
from app.home.views.blueprint import blueprint
from app.notifications import queries
from app.notifications import service as notifications
from app.notifications.forms import (
    AS_WIDER,
    LEVEL_LABELS,
    SORT_LABELS,
    BoxesForm,
    GroupLevelsForm,
    OverviewForm,
    StopBackForm,
    ThreadBackForm,
    level_choice,
)
from app.notifications.models import Channel, DigestSetting, Level, SetBy, Sort
from app.notifications.policy import SORTS
from app.notifications.service.summary import direct_sentence, overview_sentence, personal_sentence

Off = set[tuple[Sort, Channel]]  # the boxes that are not ticked
SAMPLES = RateLimitItemPerHour(5)  # of one person
THREADS = 20


class GroupChoice(NamedTuple):
    group: WorkingGroup
    rule_sentence: str
    level: Level  # the one that rules
    options: list[tuple[str, str, bool]]  # value, label, whether it is chosen


@blueprint.get("/account/notifications")
def mail_settings() -> ResponseReturnValue:
    return settings_page()


@blueprint.post("/account/notifications/overview")
@keeps_typed(OverviewForm)
def choose_overview() -> ResponseReturnValue:
    form = OverviewForm()
    if not form.validate():
        return settings_page(overview=form), 422
    notifications.choose_times(current_actor(), form.times)
    return saved()


@blueprint.post("/account/notifications/groups")
@keeps_typed(GroupLevelsForm)
def choose_group_levels() -> ResponseReturnValue:
    """A group that one may not read any more, or never might, is no choice."""
    actor, form = current_actor(), GroupLevelsForm()
    offered = groups_to_choose(actor)
    form.offer([group.id for group, _chosen in offered])
    if not form.validate():
        return settings_page(levels=form), 422
    wanted = form.chosen
    for group, _chosen in offered:
        if group.id in wanted:
            notifications.choose_level(actor, group.scope, wanted[group.id])
    return saved()


@blueprint.post("/account/notifications/threads")
@keeps_typed(ThreadBackForm)
def leave_thread_to_group() -> ResponseReturnValue:
    form = ThreadBackForm()
    if form.number is None:
        raise NotFound
    shown = discussions.get_thread(current_actor(), form.number)
    notifications.choose_level(current_actor(), shown.room, None)
    say(_("“%(title)s” follows its working group again.", title=shown.title))
    return redirect(url_for(".mail_settings", _anchor="threads"), 303)


@blueprint.post("/account/notifications/boxes")
@keeps_typed(BoxesForm)
def choose_boxes() -> ResponseReturnValue:
    form = BoxesForm()
    if not form.validate():
        return settings_page(boxes=form), 422
    notifications.choose_boxes(current_actor(), form.boxes)
    return saved()


@blueprint.post("/account/notifications/stops")
@keeps_typed(StopBackForm)
def take_back_stop() -> ResponseReturnValue:
    form = StopBackForm()
    if form.number is None:
        raise NotFound
    if notifications.take_back(notifications.get_stop(current_actor(), form.number)):
        say(_("You get this mail again, as you did before."))
    return redirect(url_for(".mail_settings", _anchor="stops"), 303)


@blueprint.post("/account/notifications/sample")
def send_sample() -> ResponseReturnValue:
    actor = current_actor()
    if not count(SAMPLES, "sample", str(actor.id)):
        raise TooMany(_("This was done very often within an hour. Try again later."),
                      retry_after=seconds_until_free(SAMPLES, "sample", str(actor.id)))  # fmt: skip
    notifications.send_sample(actor, in_short(queries.digest_of(actor.id), group_choices(actor),
                                              queries.switched_off(actor.id),
                                              discussions.chosen_thread_counts(actor)[1]))  # fmt: skip
    say(_("A sample is on its way to %(address)s.", address=actor.email))
    return redirect(url_for(".mail_settings"), 303)


def saved() -> ResponseReturnValue:
    say(_("Saved."))
    return redirect(url_for(".mail_settings"), 303)


def settings_page(*, overview: OverviewForm | None = None, levels: GroupLevelsForm | None = None,
                  boxes: BoxesForm | None = None) -> str:  # fmt: skip
    """With what was typed in a form that was refused, and the other parts as they are."""
    actor = current_actor()
    groups, chosen, off = group_choices(actor, levels), queries.digest_of(actor.id), queries.switched_off(actor.id)
    thread_count, mailed_threads = discussions.chosen_thread_counts(actor)
    last = page_of(thread_count, THREADS)
    page = page_asked(request.args.get("page"), last)
    return render_template(
        "home/mail_settings.html", sentences=in_short(chosen, groups, off, mailed_threads), groups=groups,
        levels=levels, boxes=boxes, overview=overview or OverviewForm.of(chosen), table=table_of(off, boxes),
        stops=stop_lines(actor),
        threads=[thread_line(line) for line in discussions.chosen_threads(actor, page=page, size=THREADS)],
        pages=Pagination(page, last, lambda number: url_for(".mail_settings", page=number, _anchor="threads")),
    )  # fmt: skip


def in_short(chosen: DigestSetting | None, groups: list[GroupChoice], off: Off, mailed_threads: int) -> list[str]:
    """Three sentences, as things stand."""
    posts, news = ((sort, Channel.MAIL) not in off for sort in (Sort.POST, Sort.NEW_THREAD))
    mailed = {Level.ALL_MAIL: posts or news, Level.NEW_THREADS: news}
    return [
        overview_sentence(chosen),
        direct_sentence(sum(mailed.get(choice.level, False) for choice in groups), mailed_threads if posts else 0),
        personal_sentence(named=(Sort.NAMED, Channel.MAIL) not in off, asked=(Sort.TASK, Channel.MAIL) not in off),
    ]  # fmt: skip


def groups_to_choose(actor: Actor) -> list[tuple[WorkingGroup, Level | None]]:
    """One's own working groups, and those one reads along in and chose for, each with that choice."""
    readable = {each.group_id: each for each in standings(actor).values() if each.may_read}
    scopes = {group_id: group_scope(group_id) for group_id in readable}
    chosen = queries.levels_at(actor.id, list(scopes.values()))
    ids = [group_id for group_id, each in readable.items() if each.is_member or scopes[group_id] in chosen]
    found = db.session.scalars(select(WorkingGroup).where(WorkingGroup.id.in_(ids)).order_by(WorkingGroup.name))
    return [(group, chosen.get(group.scope)) for group in found]


def group_choices(actor: Actor, typed: GroupLevelsForm | None = None) -> list[GroupChoice]:
    lines = []
    for group, chosen in groups_to_choose(actor):
        rule, wider = own_rule(actor, group, chosen), own_rule(actor, group, None)
        picked = chosen.value if chosen else AS_WIDER
        if typed is not None and group.id in typed_levels(typed):
            picked = typed_levels(typed)[group.id]
        labels = {**LEVEL_LABELS, AS_WIDER: _("As is usual here (%(level)s)", level=LEVEL_LABELS[wider.level.value])}
        options = [(level_choice(group.id, level), str(label), level == picked) for level, label in labels.items()]
        lines.append(GroupChoice(group, level_sentence(rule), rule.level, options))
    return lines


def typed_levels(form: GroupLevelsForm) -> dict[int, str]:
    """Of a form that was refused: what of it can be read."""
    pairs = [choice.partition(":") for choice in form.level.data or ()]
    return {int(number): level for number, _colon, level in pairs if number.isdecimal()}


def thread_line(line: discussions.ChosenThread) -> dict[str, object]:
    words = LEVEL_LABELS[line.level.value] if line.set_by is SetBy.PERSON else reply_sentence(is_own=line.is_own)
    return {"id": line.id, "title": line.title, "group_name": line.group_name, "words": words}


def stop_lines(actor: Actor) -> list[dict[str, object]]:
    """Mail that was stopped by links in letters, each for one place; of one that may not be read only its kind."""
    stops = notifications.stopped_places(actor.id)
    names = notifications.names_of(actor, {each.place for each in stops})
    return [{"id": each.id, "words": SORT_LABELS[Sort(each.what)], "place": names.get(each.place),
             "is_of_thread": each.place.startswith("thread:")} for each in stops]  # fmt: skip


def table_of(off: Off, typed: BoxesForm | None) -> list[dict[str, Any]]:
    """Each sort, with what stands under the bell and under mail: a box, always, or nothing."""

    def cell(sort: Sort, channel: Channel) -> dict[str, object]:
        way, name = SORTS[sort], f"{sort.value}:{channel.value}"
        if channel in way.chosen:
            is_on = (sort, channel) not in off if typed is None else name in (typed.on.data or ())
            return {"name": name, "is_on": is_on}
        return {"name": "", "is_on": way.goes_by(channel)}

    return [{"sort": sort.value, "label": label, "bell": cell(sort, Channel.BELL), "mail": cell(sort, Channel.MAIL)}
            for sort, label in SORT_LABELS.items()]  # fmt: skip
