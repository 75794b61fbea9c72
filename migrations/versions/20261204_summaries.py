"""summaries"""

import sqlalchemy as sa
from alembic import op

import app.core.db

revision = '0018'
down_revision = '0017'
branch_labels = None
depends_on = None


def upgrade() -> None:
    key = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')
    op.create_table('thread_summaries',
    sa.Column('id', key, autoincrement=False, nullable=False),
    sa.Column('thread_id', key, nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('body_md', sa.Text(), nullable=False),
    sa.Column('body_html', sa.Text(), nullable=False),
    sa.Column('up_to_position', sa.Integer(), nullable=False),
    sa.Column('created_at', app.core.db.UTCDateTime(), nullable=False),
    sa.Column('created_by', key, nullable=False),
    sa.Column('hidden_at', app.core.db.UTCDateTime(), nullable=True),
    sa.ForeignKeyConstraint(['created_by'], ['ties.id'], name=op.f('fk_thread_summaries_created_by_ties')),
    sa.ForeignKeyConstraint(['thread_id'], ['threads.id'], name=op.f('fk_thread_summaries_thread_id_threads')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_thread_summaries')),
    sa.UniqueConstraint('thread_id', 'number', name=op.f('uq_thread_summaries_thread_id_number'))
    )
    with op.batch_alter_table('threads') as batch_op:
        batch_op.add_column(sa.Column('summarized_at', app.core.db.UTCDateTime(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table('threads') as batch_op:
        batch_op.drop_column('summarized_at')
    op.drop_table('thread_summaries')
