"""writers_in_order"""

from alembic import op

revision = '0032'
down_revision = '0031'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_index('ix_posts_writers', 'posts')
    op.create_index('ix_posts_writers', 'posts', ['thread_id', 'author_id', 'position'])


def downgrade() -> None:
    op.drop_index('ix_posts_writers', 'posts')
    op.create_index('ix_posts_writers', 'posts', ['thread_id', 'author_id'])
