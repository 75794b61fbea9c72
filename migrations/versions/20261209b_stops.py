"""stops"""

import sqlalchemy as sa
from alembic import op

from app.core.db import UTCDateTime

revision = '0024'
down_revision = '0023'
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')


def upgrade() -> None:
    op.create_table(
        'stops',
        sa.Column('id', KEY, autoincrement=False, nullable=False),
        sa.Column('person_id', KEY, nullable=False),
        sa.Column('what', sa.String(length=24), nullable=False),
        sa.Column('place', sa.String(length=60), nullable=False),
        sa.Column('before', sa.JSON(), nullable=False),
        sa.Column('undone_at', UTCDateTime(), nullable=True),
        sa.Column('created_at', UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_stops_person_id_people')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_stops')),
    )
    op.create_index('ix_stops_person', 'stops', ['person_id', 'what', 'place'])


def downgrade() -> None:
    op.drop_index('ix_stops_person', 'stops')
    op.drop_table('stops')
