"""words of meetings, names of folders and remarks can be hidden"""

import sqlalchemy as sa
from alembic import op

import app.core.db

revision = '0010'
down_revision = '0009'
branch_labels = None
depends_on = None


def upgrade() -> None:
    tie = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')
    with op.batch_alter_table('meetings') as batch_op:
        batch_op.add_column(sa.Column('hidden_at', app.core.db.UTCDateTime(), nullable=True))
        batch_op.add_column(sa.Column('rewritten_by', tie, nullable=True))
        batch_op.create_foreign_key(batch_op.f('fk_meetings_rewritten_by_ties'), 'ties', ['rewritten_by'], ['id'])
    with op.batch_alter_table('folders') as batch_op:
        batch_op.add_column(sa.Column('renamed_by', tie, nullable=True))
        batch_op.add_column(sa.Column('hidden_at', app.core.db.UTCDateTime(), nullable=True))
        batch_op.add_column(sa.Column('version', sa.Integer(), server_default=sa.text('1'), nullable=False))
        batch_op.create_foreign_key(batch_op.f('fk_folders_renamed_by_ties'), 'ties', ['renamed_by'], ['id'])
    with op.batch_alter_table('meeting_invitations') as batch_op:
        batch_op.add_column(sa.Column('hidden_at', app.core.db.UTCDateTime(), nullable=True))
        batch_op.add_column(sa.Column('version', sa.Integer(), server_default=sa.text('1'), nullable=False))


def downgrade() -> None:
    with op.batch_alter_table('meeting_invitations') as batch_op:
        batch_op.drop_column('version')
        batch_op.drop_column('hidden_at')
    with op.batch_alter_table('folders') as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_folders_renamed_by_ties'), type_='foreignkey')
        batch_op.drop_column('version')
        batch_op.drop_column('hidden_at')
        batch_op.drop_column('renamed_by')
    with op.batch_alter_table('meetings') as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_meetings_rewritten_by_ties'), type_='foreignkey')
        batch_op.drop_column('rewritten_by')
        batch_op.drop_column('hidden_at')
