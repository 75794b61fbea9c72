"""announcements"""

import sqlalchemy as sa
from alembic import op

from app.core.db import UTCDateTime

revision = '0028'
down_revision = '0027'
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')
WAITING = sa.text("state = 'waiting'")


def upgrade() -> None:
    op.create_table(
        'announcements',
        sa.Column('id', KEY, autoincrement=False, nullable=False),
        sa.Column('kind', sa.String(length=24), nullable=False),
        sa.Column('audience', sa.String(length=24), nullable=False),
        sa.Column('reason', sa.String(length=24), nullable=True),
        sa.Column('title', sa.String(length=150), nullable=False),
        sa.Column('body_md', sa.Text(), nullable=False),
        sa.Column('body_html', sa.Text(), nullable=False),
        sa.Column('state', sa.String(length=24), nullable=False),
        sa.Column('send_at', UTCDateTime(), nullable=True),
        sa.Column('sent_at', UTCDateTime(), nullable=True),
        sa.Column('created_at', UTCDateTime(), nullable=False),
        sa.Column('created_by', KEY, nullable=False),
        sa.Column('version', sa.Integer(), server_default=sa.text('1'), nullable=False),
        sa.ForeignKeyConstraint(['created_by'], ['ties.id'], name=op.f('fk_announcements_created_by_ties')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_announcements')),
    )
    with op.batch_alter_table('announcements') as batch_op:
        batch_op.create_index('ix_announcements_waiting', ['send_at'], sqlite_where=WAITING, postgresql_where=WAITING)
    op.create_table(
        'announcement_groups',
        sa.Column('announcement_id', KEY, autoincrement=False, nullable=False),
        sa.Column('group_id', KEY, autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(['announcement_id'], ['announcements.id'],
                                name=op.f('fk_announcement_groups_announcement_id_announcements')),
        sa.ForeignKeyConstraint(['group_id'], ['groups.id'], name=op.f('fk_announcement_groups_group_id_groups')),
        sa.PrimaryKeyConstraint('announcement_id', 'group_id', name=op.f('pk_announcement_groups')),
    )


def downgrade() -> None:
    op.drop_table('announcement_groups')
    op.drop_table('announcements')
