"""what threads came to"""

import sqlalchemy as sa
from alembic import op

import app.core.db

revision = '0012'
down_revision = '0011'
branch_labels = None
depends_on = None


def upgrade() -> None:
    key = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')
    op.create_table('thread_settlements',
    sa.Column('id', key, autoincrement=False, nullable=False),
    sa.Column('thread_id', key, nullable=False),
    sa.Column('body', sa.Text(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('created_at', app.core.db.UTCDateTime(), nullable=False),
    sa.Column('created_by', key, nullable=False),
    sa.Column('resumed_at', app.core.db.UTCDateTime(), nullable=True),
    sa.Column('resumed_by', key, nullable=True),
    sa.Column('hidden_at', app.core.db.UTCDateTime(), nullable=True),
    sa.ForeignKeyConstraint(['created_by'], ['ties.id'], name=op.f('fk_thread_settlements_created_by_ties')),
    sa.ForeignKeyConstraint(['resumed_by'], ['ties.id'], name=op.f('fk_thread_settlements_resumed_by_ties')),
    sa.ForeignKeyConstraint(['thread_id'], ['threads.id'], name=op.f('fk_thread_settlements_thread_id_threads')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_thread_settlements'))
    )
    op.create_index(op.f('ix_thread_settlements_thread_id'), 'thread_settlements', ['thread_id'])
    with op.batch_alter_table('threads') as batch_op:
        batch_op.add_column(sa.Column('settled_at', app.core.db.UTCDateTime(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table('threads') as batch_op:
        batch_op.drop_column('settled_at')
    op.drop_index(op.f('ix_thread_settlements_thread_id'), 'thread_settlements')
    op.drop_table('thread_settlements')
