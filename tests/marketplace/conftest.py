"""A listing of Vezelwerk by Bram, out for all members, and how to make others of each category."""

import io
from datetime import timedelta

import pytest
from markupsafe import Markup
from PIL import Image

from app.core.clock import today
from app.core.extensions import db
from app.core.settings import Setting
from app.marketplace import queries, service
from app.marketplace.models import Audience, Category, FileRole, Kind, Listing
from app.marketplace.service import Typed, Version


def in_days(number):
    return (today() + timedelta(days=number)).isoformat()


BODY = "Schoon en droog, en al jaren dezelfde kwaliteit. U kunt een monster ophalen."
COMMON = {"area": "southeast", "site": "Emmen", "audience": "members"}
NEXT_MONTH = in_days(30)
# What people fill in, for each category, so that it can be placed.
TYPED = {
    "residual_stream": {
        "form": "fibre", "main_component": "polyester", "quantity_min": "40", "unit": "t", "rhythm": "per_year",
        "use_certain": "yes", "usable_directly": "yes", "part_of_production": "yes", "use_lawful": "yes",
    },
    "material": {"condition": "surplus", "waste_status": "product", "quantity_min": "1.250,5", "unit": "kg"},
    "equipment": {"what": "platenwarmtewisselaar", "make": "Alfa", "year": "2014", "condition": "used", "way": "loan"},
    "capacity": {"technique": "extruderen", "throughput": "150", "throughput_unit": "kg/h", "atex": "none"},
    "test_facility": {"technique": "drogen", "batch": "20", "batch_unit": "kg", "operates": "together"},
    "personnel": {
        "role": "procesoperator", "level": "mbo3", "persons": "2", "fte": "0,80", "settlement": "cost",
        "waadi": "registered", "from": NEXT_MONTH, "until": NEXT_MONTH, "certificates": ["vca", "bhv"],
    },
    "service": {"capability": "trillingen meten", "where_done": "on_site", "lead_time": "14"},
    "energy": {"medium": "warm_water", "power": "1,2", "supply": "60", "profile": "continuous"},
    "joint_purchase": {"product": "veiligheidsschoenen", "deadline": NEXT_MONTH, "negotiator": "Inkoopkring Noord",
                       "market_share": "up_to_15"},
}  # fmt: skip


def typed_for(category, **more):
    return {"title": f"Een plaatsing: {category}", "body": BODY, **COMMON, **TYPED[category], **more}


def fields(category="material", kind="offer", **more):
    """What a browser sends."""
    return {"kind": kind, "category": category, **typed_for(category, **more)}


def version(category="material", kind="offer", **more):
    """As a form accepted it."""
    named = {name: more.pop(name) for name in ("audience", "group_id", "company_ids") if name in more}
    values = {"area": "southeast", "site": "Emmen", **more.pop("values", {})}
    return Version(kind=Kind(kind), category=Category(category), title=more.pop("title", "Polyestervezels over"),
                   body_md=BODY, body_html=Markup("<p>{}</p>").format(BODY), values={**values, **more},
                   **named)  # fmt: skip


def draft(actor, category="material", kind="offer", **more):
    typed = Typed(kind=Kind(kind), category=Category(category), fields=typed_for(category, **more))
    return service.save_listing(actor, None, typed)


def place_draft(actor, made):
    """As it was typed, with the readers it names."""
    group = made.typed.get("group") if made.typed["audience"] == "group" else None
    named = {"audience": Audience.GROUP, "group_id": int(group)} if group else {}
    values = {"deadline": NEXT_MONTH, "market_share": "up_to_15"} if made.category is Category.JOINT_PURCHASE else {}
    service.place_listing(actor, made, version(made.category, made.kind, title=made.title, values=values, **named))


def placed(actor, category="material", kind="offer", moderation="off", **more):
    """A listing that is out, whatever the setting says."""
    made = draft(actor, category, kind, **({"title": more["title"]} if "title" in more else {}))
    with_setting(moderation)
    service.place_listing(actor, made, version(category, kind, **more))
    return queries.get_listing(actor, made.id)


def with_setting(which):
    db.session.merge(Setting(key="market.moderation", value=which, version=1))
    db.session.commit()


def photo(size=(2400, 1200), **more):
    made = io.BytesIO()
    Image.new("RGB", size, "teal").save(made, "JPEG", **more)
    made.seek(0)
    return made


def listings():
    return db.session.query(Listing).order_by(Listing.created_at, Listing.id).all()


@pytest.fixture
def offer(bram):
    return placed(bram)


PHOTO, FILE = FileRole.PHOTO, FileRole.FILE
