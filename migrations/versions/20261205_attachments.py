"""attachments"""

import sqlalchemy as sa
from alembic import op

import app.core.db

revision = '0019'
down_revision = '0018'
branch_labels = None
depends_on = None


def upgrade() -> None:
    key = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')
    op.create_table('attachments',
    sa.Column('id', key, autoincrement=False, nullable=False),
    sa.Column('post_id', key, nullable=True),
    sa.Column('draft_id', key, nullable=True),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('created_at', app.core.db.UTCDateTime(), nullable=False),
    sa.Column('created_by', key, nullable=False),
    sa.ForeignKeyConstraint(['created_by'], ['ties.id'], name=op.f('fk_attachments_created_by_ties')),
    sa.ForeignKeyConstraint(['draft_id'], ['drafts.id'], name=op.f('fk_attachments_draft_id_drafts'),
                            ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['post_id'], ['posts.id'], name=op.f('fk_attachments_post_id_posts')),
    sa.ForeignKeyConstraint(['sha256'], ['file_contents.sha256'],
                            name=op.f('fk_attachments_sha256_file_contents')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_attachments'))
    )
    for column in ('draft_id', 'post_id', 'sha256'):
        op.create_index(op.f(f'ix_attachments_{column}'), 'attachments', [column])
    op.add_column('posts', sa.Column('file_count', sa.Integer(), nullable=False, server_default=sa.text('0')))
    op.add_column('post_versions', sa.Column('files', sa.JSON(), nullable=False, server_default=sa.text("'[]'")))
    op.create_index('ix_posts_with_files', 'posts', ['thread_id'], sqlite_where=sa.text('file_count > 0'),
                    postgresql_where=sa.text('file_count > 0'))


def downgrade() -> None:
    op.drop_index('ix_posts_with_files', 'posts')
    op.drop_column('post_versions', 'files')
    op.drop_column('posts', 'file_count')
    op.drop_table('attachments')
