"""bell lines"""

import sqlalchemy as sa
from alembic import op

revision = '0027'
down_revision = '0026'
branch_labels = None
depends_on = None

LINE = ['person_id', 'tab', 'kind', 'place', 'id', 'scope']
UNREAD = sa.text('read_at IS NULL')


def upgrade() -> None:
    op.create_index('ix_notifications_unread_lines', 'notifications', LINE, sqlite_where=UNREAD, postgresql_where=UNREAD)
    op.create_index('ix_notifications_lines', 'notifications', LINE)
    op.create_index('ix_notifications_newest', 'notifications', ['person_id', 'tab', 'id'])
    op.drop_index('ix_notifications_unread', 'notifications')
    op.drop_index('ix_notifications_person', 'notifications')


def downgrade() -> None:
    op.create_index('ix_notifications_person', 'notifications', ['person_id', 'id'])
    op.create_index('ix_notifications_unread', 'notifications', ['person_id', 'scope'],
                    sqlite_where=UNREAD, postgresql_where=UNREAD)  # fmt: skip
    op.drop_index('ix_notifications_newest', 'notifications')
    op.drop_index('ix_notifications_lines', 'notifications')
    op.drop_index('ix_notifications_unread_lines', 'notifications')
