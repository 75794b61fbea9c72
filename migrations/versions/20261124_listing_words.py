"""The words of listings in a table of their own."""

import sqlalchemy as sa
from alembic import op

revision = 'market2'
down_revision = '0008'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('listing_words',
    sa.Column('listing_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('words', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['listing_id'], ['listings.id'], name=op.f('fk_listing_words_listing_id_listings')),
    sa.PrimaryKeyConstraint('listing_id', name=op.f('pk_listing_words'))
    )
    op.execute("INSERT INTO listing_words (listing_id, words) SELECT id, find FROM listings WHERE find <> ''")
    with op.batch_alter_table('listings', schema=None) as batch_op:
        batch_op.drop_column('find')


def downgrade() -> None:
    with op.batch_alter_table('listings', schema=None) as batch_op:
        batch_op.add_column(sa.Column('find', sa.Text(), server_default=sa.text("''"), nullable=False))
    op.execute("UPDATE listings SET find = coalesce("
               "(SELECT words FROM listing_words WHERE listing_id = listings.id), '')")
    op.drop_table('listing_words')
