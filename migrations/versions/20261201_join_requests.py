"""join requests"""

import sqlalchemy as sa
from alembic import op

import app.core.db

revision = '0013'
down_revision = '0012'
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')


def upgrade() -> None:
    op.create_table('join_requests',
    sa.Column('id', NUMBER, autoincrement=False, nullable=False),
    sa.Column('group_id', NUMBER, nullable=False),
    sa.Column('tie_id', NUMBER, nullable=False),
    sa.Column('answer', sa.String(length=500), nullable=False),
    sa.Column('state', sa.String(length=24), nullable=False),
    sa.Column('decline_reason', sa.String(length=500), nullable=True),
    sa.Column('answered_at', app.core.db.UTCDateTime(), nullable=True),
    sa.Column('answered_by', NUMBER, nullable=True),
    sa.Column('coordinators_told_at', app.core.db.UTCDateTime(), nullable=True),
    sa.Column('created_at', app.core.db.UTCDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['answered_by'], ['ties.id'], name=op.f('fk_join_requests_answered_by_ties')),
    sa.ForeignKeyConstraint(['group_id'], ['groups.id'], name=op.f('fk_join_requests_group_id_groups')),
    sa.ForeignKeyConstraint(['tie_id'], ['ties.id'], name=op.f('fk_join_requests_tie_id_ties')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_join_requests'))
    )
    with op.batch_alter_table('join_requests', schema=None) as batch_op:
        batch_op.create_index('ix_join_requests_tie', ['tie_id', 'group_id'], unique=False)
        batch_op.create_index('uq_join_requests_pending', ['group_id', 'tie_id'], unique=True, sqlite_where=sa.text("state = 'pending'"), postgresql_where=sa.text("state = 'pending'"))


def downgrade() -> None:
    op.drop_table('join_requests')
