"""ties ending"""

import sqlalchemy as sa
from alembic import op

revision = '0021'
down_revision = '0020'
branch_labels = None
depends_on = None


def upgrade() -> None:
    key = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')
    op.create_table('hand_overs',
    sa.Column('tie_id', key, autoincrement=False, nullable=False),
    sa.Column('kind', sa.String(length=24), nullable=False),
    sa.Column('receiver_id', key, nullable=False),
    sa.ForeignKeyConstraint(['receiver_id'], ['ties.id'], name=op.f('fk_hand_overs_receiver_id_ties')),
    sa.ForeignKeyConstraint(['tie_id'], ['ties.id'], name=op.f('fk_hand_overs_tie_id_ties')),
    sa.PrimaryKeyConstraint('tie_id', 'kind', name=op.f('pk_hand_overs'))
    )
    with op.batch_alter_table('listings') as batch_op:
        batch_op.add_column(sa.Column('kept_by', key, nullable=True))
        batch_op.create_foreign_key(batch_op.f('fk_listings_kept_by_ties'), 'ties', ['kept_by'], ['id'])


def downgrade() -> None:
    with op.batch_alter_table('listings') as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_listings_kept_by_ties'), type_='foreignkey')
        batch_op.drop_column('kept_by')
    op.drop_table('hand_overs')
