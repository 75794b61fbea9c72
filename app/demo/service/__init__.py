"""Filling an empty database, through the same services that people use, with the clock set back."""

from app.demo.service.association import (
    PASSWORD,
    SIGN_INS,
    STARTED,
    STEP_SECRET,
    demo_code,
    is_empty,
    make_cast,
    make_groups,
    seed_demo,
    seed_people,
    sign_ins,
)

__all__ = [
    "PASSWORD", "SIGN_INS", "STARTED", "STEP_SECRET", "demo_code", "is_empty", "make_cast", "make_groups", "seed_demo",
    "seed_people", "sign_ins",
]  # fmt: skip
