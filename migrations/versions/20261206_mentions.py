"""mentions"""

import sqlalchemy as sa
from alembic import op

import app.core.db

revision = '0020'
down_revision = '0019'
branch_labels = None
depends_on = None


def upgrade() -> None:
    key = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')
    op.create_table('mentions',
    sa.Column('post_id', key, autoincrement=False, nullable=False),
    sa.Column('person_id', key, autoincrement=False, nullable=False),
    sa.Column('created_at', app.core.db.UTCDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_mentions_person_id_people')),
    sa.ForeignKeyConstraint(['post_id'], ['posts.id'], name=op.f('fk_mentions_post_id_posts')),
    sa.PrimaryKeyConstraint('post_id', 'person_id', name=op.f('pk_mentions'))
    )
    op.create_index('ix_mentions_person', 'mentions', ['person_id'])


def downgrade() -> None:
    op.drop_index('ix_mentions_person', 'mentions')
    op.drop_table('mentions')
