"""titles to find"""

import sqlalchemy as sa
from alembic import op

import app.core.db

revision = '0015'
down_revision = '0014'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('thread_versions') as batch_op:
        batch_op.add_column(sa.Column('found_at', app.core.db.UTCDateTime(), nullable=True))
        batch_op.create_index('ix_thread_versions_to_find', ['found_at'], sqlite_where=sa.text('found_at IS NULL'),
                              postgresql_where=sa.text('found_at IS NULL'))
    op.execute(sa.text("UPDATE thread_versions SET found_at = created_at"))


def downgrade() -> None:
    with op.batch_alter_table('thread_versions') as batch_op:
        batch_op.drop_index('ix_thread_versions_to_find')
        batch_op.drop_column('found_at')
