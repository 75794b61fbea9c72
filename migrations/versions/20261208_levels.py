"""levels"""

import sqlalchemy as sa
from alembic import op

revision = '0022'
down_revision = '0021'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('watches') as batch_op:
        set_by = sa.Column('set_by', sa.String(length=24), server_default=sa.text("'person'"), nullable=False)
        batch_op.add_column(set_by)
        batch_op.create_index('ix_watches_place', ['place'])


def downgrade() -> None:
    with op.batch_alter_table('watches') as batch_op:
        batch_op.drop_index('ix_watches_place')
        batch_op.drop_column('set_by')
