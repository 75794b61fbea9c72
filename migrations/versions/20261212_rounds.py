"""rounds, and why a letter waits"""

import sqlalchemy as sa
from alembic import op

import app.core.db

revision = '0026'
down_revision = '0025'
branch_labels = None
depends_on = None

TROUBLES = ('unreachable', 'not_secure', 'login_refused', 'sender_refused', 'cut_off', 'put_off', 'receiver_refused',
            'text_refused', 'no_answer', 'worker_gone', 'too_late', 'not_sendable')


def upgrade() -> None:
    op.create_table('rounds',
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('due_at', app.core.db.UTCDateTime(), nullable=False),
    sa.PrimaryKeyConstraint('name', name=op.f('pk_rounds')),
    )
    with op.batch_alter_table('letters') as batch_op:
        trouble = sa.Enum(*TROUBLES, name='trouble', native_enum=False, length=24)
        batch_op.add_column(sa.Column('trouble', trouble, nullable=True))
        batch_op.add_column(sa.Column('reply_code', sa.Integer(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table('letters') as batch_op:
        batch_op.drop_column('reply_code')
        batch_op.drop_column('trouble')
    op.drop_table('rounds')
