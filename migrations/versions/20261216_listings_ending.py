"""listings_ending"""

import sqlalchemy as sa
from alembic import op

revision = '0030'
down_revision = '0029'
branch_labels = None
depends_on = None
GOES_ON = sa.text('published_at IS NOT NULL AND close_reason IS NULL AND hidden_at IS NULL')


def upgrade() -> None:
    op.create_index('ix_listings_ending', 'listings', ['expires_on'], sqlite_where=GOES_ON, postgresql_where=GOES_ON)


def downgrade() -> None:
    op.drop_index('ix_listings_ending', 'listings')
