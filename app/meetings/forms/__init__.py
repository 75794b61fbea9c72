"""What people type about meetings, and what they do in the live room."""

from app.meetings.forms.pages import (
    ANSWERS,
    NOBODY,
    PURPOSES,
    QUORUMS,
    STATES,
    VIAS,
    AnswerForm,
    BlockForm,
    ChangeMeetingForm,
    ConfirmForm,
    FilesForm,
    ItemForm,
    MeetingForm,
    MomentField,
    MoveMeetingForm,
    PlanForm,
    ReasonForm,
    TimesForm,
    with_people,
)
from app.meetings.forms.room import ACTS, ActForm, JoinForm, SayForm

__all__ = [
    "ACTS", "ANSWERS", "NOBODY", "PURPOSES", "QUORUMS", "STATES", "VIAS", "ActForm", "AnswerForm", "BlockForm",
    "ChangeMeetingForm", "ConfirmForm", "FilesForm", "ItemForm", "JoinForm", "MeetingForm", "MomentField",
    "MoveMeetingForm", "PlanForm", "ReasonForm", "SayForm", "TimesForm", "with_people",
]  # fmt: skip
