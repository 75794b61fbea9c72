"""The Flask extensions, created once and attached to the app by create_app."""

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_login import LoginManager
from flask_socketio import SocketIO
from flask_sqlalchemy import SQLAlchemy
from flask_sqlalchemy.session import Session
from flask_wtf.csrf import CSRFProtect
from sqlalchemy import Connection, Engine, MetaData
from sqlalchemy.orm import DeclarativeBase

NAMES = {
    "ix": "ix_%(column_0_N_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """The base class of every table."""

    metadata = MetaData(naming_convention=NAMES)


class PlanKeepingSession(Session):
    """On PostgreSQL it reads without a transaction; a service writes in one (core/transaction.py).

    There each statement sees what is committed by then, in a transaction or not. But psycopg forgets all prepared
    statements at a ROLLBACK, with which reading ends: then each statement of each page is parsed and planned anew.
    """

    def get_bind(self, *args: Any, **kwargs: Any) -> Engine | Connection:
        engine = super().get_bind(*args, **kwargs)
        if self.info.get("atomic") or engine.dialect.name == "sqlite" or isinstance(engine, Connection):
            return engine
        return _without_transaction(engine)


@lru_cache(maxsize=8)
def _without_transaction(engine: Engine) -> Engine:
    """The same connections. One each: a session takes another connection for each engine."""
    return engine.execution_options(isolation_level="AUTOCOMMIT")


# What a service committed is what its page shows; the next transaction loads everything anew (core/transaction.py).
db = SQLAlchemy(model_class=Base, disable_autonaming=True,
                session_options={"expire_on_commit": False, "class_": PlanKeepingSession})  # fmt: skip
login_manager = LoginManager()
csrf = CSRFProtect()
limiter = Limiter(key_func=get_remote_address, strategy="moving-window")
socketio = SocketIO(async_mode="threading")

if TYPE_CHECKING:

    class Model(Base):
        """What mypy sees."""

        __abstract__ = True
else:
    Model = db.Model  # what runs: Base plus the session
