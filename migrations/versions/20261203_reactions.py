"""reactions"""

import sqlalchemy as sa
from alembic import op

import app.core.db

revision = '0017'
down_revision = '0016'
branch_labels = None
depends_on = None


def upgrade() -> None:
    key = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')
    op.create_table('reactions',
    sa.Column('post_id', key, autoincrement=False, nullable=False),
    sa.Column('person_id', key, autoincrement=False, nullable=False),
    sa.Column('kind', sa.String(length=24), nullable=False),
    sa.Column('created_by', key, nullable=False),
    sa.Column('created_at', app.core.db.UTCDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['created_by'], ['ties.id'], name=op.f('fk_reactions_created_by_ties')),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_reactions_person_id_people')),
    sa.ForeignKeyConstraint(['post_id'], ['posts.id'], name=op.f('fk_reactions_post_id_posts')),
    sa.PrimaryKeyConstraint('post_id', 'person_id', 'kind', name=op.f('pk_reactions'))
    )
    op.create_index('ix_reactions_person', 'reactions', ['person_id'])


def downgrade() -> None:
    op.drop_index('ix_reactions_person', 'reactions')
    op.drop_table('reactions')
