"""editing"""

import sqlalchemy as sa
from alembic import op

import app.core.db

revision = '0011'
down_revision = '0010'
branch_labels = None
depends_on = None


def upgrade() -> None:
    key = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')
    op.create_table('post_versions',
    sa.Column('post_id', key, autoincrement=False, nullable=False),
    sa.Column('number', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('body_md', sa.Text(), nullable=False),
    sa.Column('created_at', app.core.db.UTCDateTime(), nullable=False),
    sa.Column('created_by', key, nullable=False),
    sa.ForeignKeyConstraint(['created_by'], ['ties.id'], name=op.f('fk_post_versions_created_by_ties')),
    sa.ForeignKeyConstraint(['post_id'], ['posts.id'], name=op.f('fk_post_versions_post_id_posts')),
    sa.PrimaryKeyConstraint('post_id', 'number', name=op.f('pk_post_versions'))
    )
    op.create_table('thread_versions',
    sa.Column('thread_id', key, autoincrement=False, nullable=False),
    sa.Column('number', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('title', sa.String(length=150), nullable=False),
    sa.Column('kind', sa.String(length=24), nullable=False),
    sa.Column('created_at', app.core.db.UTCDateTime(), nullable=False),
    sa.Column('created_by', key, nullable=False),
    sa.ForeignKeyConstraint(['created_by'], ['ties.id'], name=op.f('fk_thread_versions_created_by_ties')),
    sa.ForeignKeyConstraint(['thread_id'], ['threads.id'], name=op.f('fk_thread_versions_thread_id_threads')),
    sa.PrimaryKeyConstraint('thread_id', 'number', name=op.f('pk_thread_versions'))
    )
    with op.batch_alter_table('posts') as batch_op:
        batch_op.add_column(sa.Column('taken_up_at', app.core.db.UTCDateTime(), nullable=True))
        batch_op.create_index('ix_posts_deleted', ['deleted_at'], sqlite_where=sa.text('deleted_at IS NOT NULL'),
                              postgresql_where=sa.text('deleted_at IS NOT NULL'))
    with op.batch_alter_table('drafts') as batch_op:
        batch_op.add_column(sa.Column('base_version', key, nullable=True))


def downgrade() -> None:
    with op.batch_alter_table('drafts') as batch_op:
        batch_op.drop_column('base_version')
    with op.batch_alter_table('posts') as batch_op:
        batch_op.drop_index('ix_posts_deleted')
        batch_op.drop_column('taken_up_at')
    op.drop_table('thread_versions')
    op.drop_table('post_versions')
