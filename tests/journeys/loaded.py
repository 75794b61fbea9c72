"""All of Brink, imported: the servers of the journeys begin as copies of a process that has it.

A new process for each of a hundred and fifty servers would import it as often, for two seconds each.
"""

import gc
from importlib import import_module

import app.__main__  # noqa: F401
from app.factory import FLOORS, parts_of

for _feature in (feature for floor in FLOORS for feature in floor):
    parts_of(_feature)
for _name in ("app.accounts.session", "app.jobs.service", "app.realtime.sockets", "gunicorn.arbiter",
              "gunicorn.workers.gthread", "sqlalchemy.dialects.sqlite"):  # fmt: skip
    import_module(_name)
gc.collect()
gc.freeze()  # what the servers share stays shared
