"""search"""

import sqlalchemy as sa
from alembic import op

import app.core.db

revision = '0008'
down_revision = '0007'
branch_labels = None
depends_on = None

WORD = sa.String(length=64).with_variant(sa.String(length=64, collation='C'), 'postgresql')


def upgrade() -> None:
    op.create_table('search_entries',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('kind', sa.String(length=24), nullable=False),
    sa.Column('ref_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('part', sa.Integer(), nullable=False),
    sa.Column('piece', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('group_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('company_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('author_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('at', app.core.db.UTCDateTime(), nullable=False),
    sa.Column('until', app.core.db.UTCDateTime(), nullable=True),
    sa.Column('state', sa.String(length=20), nullable=False),
    sa.Column('lang', sa.String(length=2), nullable=False),
    sa.Column('own_title', sa.Boolean(), nullable=False),
    sa.Column('allow', sa.JSON(), nullable=False),
    sa.Column('deny', sa.JSON(), nullable=False),
    sa.Column('link', sa.String(length=200), nullable=False),
    sa.Column('title', sa.String(length=200), nullable=False),
    sa.Column('body', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_search_entries')),
    sa.UniqueConstraint('kind', 'ref_id', 'part', 'piece', name=op.f('uq_search_entries_kind_ref_id_part_piece'))
    )
    with op.batch_alter_table('search_entries', schema=None) as batch_op:
        batch_op.create_index('ix_search_entries_author', ['author_id', 'group_id'], unique=False)
        batch_op.create_index('ix_search_entries_until', ['until'], unique=False, sqlite_where=sa.text('until IS NOT NULL'), postgresql_where=sa.text('until IS NOT NULL'))
        batch_op.create_index(batch_op.f('ix_search_entries_version'), ['version'], unique=False)

    op.create_table('search_word_parts',
    sa.Column('part', WORD, nullable=False),
    sa.Column('word', WORD, nullable=False),
    sa.PrimaryKeyConstraint('part', 'word', name=op.f('pk_search_word_parts')),
    sqlite_with_rowid=False
    )
    op.create_table('search_words',
    sa.Column('word', WORD, nullable=False),
    sa.Column('stem', WORD, nullable=False),
    sa.PrimaryKeyConstraint('word', name=op.f('pk_search_words')),
    sqlite_with_rowid=False
    )
    with op.batch_alter_table('search_words', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_search_words_stem'), ['stem'], unique=False)

    if op.get_bind().dialect.name == 'sqlite':
        op.execute("CREATE VIRTUAL TABLE search_index USING fts5("
                   "words, content='', columnsize=0, prefix='3', tokenize=\"ascii tokenchars ':+-/_'\")")
    else:
        op.execute("CREATE TABLE search_index (rowid BIGINT CONSTRAINT pk_search_index PRIMARY KEY, words TSVECTOR NOT NULL)")
        op.execute("CREATE INDEX ix_search_index_words ON search_index USING gin (words)")



def downgrade() -> None:
    op.drop_table('search_index')
    with op.batch_alter_table('search_words', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_search_words_stem'))

    op.drop_table('search_words')
    op.drop_table('search_word_parts')
    with op.batch_alter_table('search_entries', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_search_entries_version'))
        batch_op.drop_index('ix_search_entries_author')
        batch_op.drop_index('ix_search_entries_until', sqlite_where=sa.text('until IS NOT NULL'), postgresql_where=sa.text('until IS NOT NULL'))

    op.drop_table('search_entries')
