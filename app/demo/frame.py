"""The sign-in page of a demo says who one can be."""

from functools import cache
from typing import Any

from flask import Flask

from app.demo.service import PASSWORD, demo_code, sign_ins


def register(app: Flask) -> None:
    if app.config["DEMO"]:
        app.extensions["demo_people"] = demo_people
        app.extensions["demo_code"] = demo_code


@cache
def demo_people() -> dict[str, Any]:
    return {"people": sign_ins(), "demo_password": PASSWORD}
