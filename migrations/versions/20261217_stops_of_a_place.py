"""stops of a place

Mail about being named, and about tasks, was stopped everywhere until now, whatever place the stop names.
"""

import sqlalchemy as sa
from alembic import op

revision = '0031'
down_revision = '0030'
branch_labels = None
depends_on = None

STOPS = sa.table('stops', *(sa.column(name) for name in ('person_id', 'what', 'place', 'created_at', 'undone_at')))
BOXES = sa.table('preferences', sa.column('person_id'), sa.column('sort'), sa.column('channel'),
                 sa.column('is_on', sa.Boolean))  # fmt: skip


def upgrade() -> None:
    of_a_place = STOPS.update().where(STOPS.c.what.in_(('named', 'task')), STOPS.c.place != '',
                                      STOPS.c.undone_at.is_(None))  # fmt: skip
    still_holds = sa.exists().where(BOXES.c.person_id == STOPS.c.person_id, BOXES.c.sort == STOPS.c.what,
                                    BOXES.c.channel == 'mail', ~BOXES.c.is_on)  # fmt: skip
    op.execute(of_a_place.where(still_holds).values(place=''))
    # whoever ticked the box again since wants that mail
    op.execute(of_a_place.values(undone_at=STOPS.c.created_at))


def downgrade() -> None:
    pass
