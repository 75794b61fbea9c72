"""market"""

import sqlalchemy as sa
from alembic import op

import app.core.db

revision = '0006'
down_revision = '0005'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('listings',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('company_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('client_id', sa.String(length=36), nullable=True),
    sa.Column('kind', sa.String(length=24), nullable=False),
    sa.Column('category', sa.String(length=24), nullable=False),
    sa.Column('title', sa.String(length=120), server_default=sa.text("''"), nullable=False),
    sa.Column('body_md', sa.Text(), server_default=sa.text("''"), nullable=False),
    sa.Column('body_html', sa.Text(), server_default=sa.text("''"), nullable=False),
    sa.Column('details', sa.JSON(), nullable=False),
    sa.Column('audience', sa.String(length=24), nullable=False),
    sa.Column('group_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('area', sa.String(length=24), nullable=True),
    sa.Column('site', sa.String(length=40), nullable=True),
    sa.Column('rhythm', sa.String(length=24), nullable=True),
    sa.Column('kg_per_year', sa.BigInteger(), nullable=True),
    sa.Column('first_day', sa.Date(), nullable=True),
    sa.Column('last_day', sa.Date(), nullable=True),
    sa.Column('typed', sa.JSON(), nullable=False),
    sa.Column('typed_at', app.core.db.UTCDateTime(), nullable=False),
    sa.Column('waiting', sa.JSON(none_as_null=True), nullable=True),
    sa.Column('submitted_at', app.core.db.UTCDateTime(), nullable=True),
    sa.Column('published_at', app.core.db.UTCDateTime(), nullable=True),
    sa.Column('expires_on', sa.Date(), nullable=True),
    sa.Column('renewals', sa.Integer(), server_default=sa.text('0'), nullable=False),
    sa.Column('paused_at', app.core.db.UTCDateTime(), nullable=True),
    sa.Column('closed_at', app.core.db.UTCDateTime(), nullable=True),
    sa.Column('close_reason', sa.String(length=24), nullable=True),
    sa.Column('hidden_at', app.core.db.UTCDateTime(), nullable=True),
    sa.Column('created_at', app.core.db.UTCDateTime(), nullable=False),
    sa.Column('created_by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('version', sa.Integer(), server_default=sa.text('1'), nullable=False),
    sa.ForeignKeyConstraint(['company_id'], ['companies.id'], name=op.f('fk_listings_company_id_companies')),
    sa.ForeignKeyConstraint(['created_by'], ['ties.id'], name=op.f('fk_listings_created_by_ties')),
    sa.ForeignKeyConstraint(['group_id'], ['groups.id'], name=op.f('fk_listings_group_id_groups')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_listings')),
    sa.UniqueConstraint('created_by', 'client_id', name=op.f('uq_listings_created_by_client_id'))
    )
    with op.batch_alter_table('listings', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_listings_company_id'), ['company_id'], unique=False)
        batch_op.create_index('ix_listings_out', ['published_at', 'id', 'expires_on', 'kind', 'category', 'area', 'site', 'rhythm', 'kg_per_year', 'company_id', 'audience', 'group_id', 'created_by', 'paused_at', 'closed_at', 'hidden_at'], unique=False, sqlite_where=sa.text('published_at IS NOT NULL AND paused_at IS NULL AND closed_at IS NULL AND hidden_at IS NULL'), postgresql_where=sa.text('published_at IS NOT NULL AND paused_at IS NULL AND closed_at IS NULL AND hidden_at IS NULL'))
        batch_op.create_index('ix_listings_waiting', ['submitted_at'], unique=False, sqlite_where=sa.text('submitted_at IS NOT NULL'), postgresql_where=sa.text('submitted_at IS NOT NULL'))

    op.create_table('listing_companies',
    sa.Column('listing_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('company_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.ForeignKeyConstraint(['company_id'], ['companies.id'], name=op.f('fk_listing_companies_company_id_companies')),
    sa.ForeignKeyConstraint(['listing_id'], ['listings.id'], name=op.f('fk_listing_companies_listing_id_listings')),
    sa.PrimaryKeyConstraint('listing_id', 'company_id', name=op.f('pk_listing_companies'))
    )
    op.create_table('listing_files',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('listing_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('role', sa.String(length=24), nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('alt', sa.String(length=200), server_default=sa.text("''"), nullable=False),
    sa.Column('is_kept', sa.Boolean(), server_default=sa.text('true'), nullable=False),
    sa.Column('is_out', sa.Boolean(), server_default=sa.text('false'), nullable=False),
    sa.Column('created_at', app.core.db.UTCDateTime(), nullable=False),
    sa.Column('created_by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.ForeignKeyConstraint(['created_by'], ['ties.id'], name=op.f('fk_listing_files_created_by_ties')),
    sa.ForeignKeyConstraint(['listing_id'], ['listings.id'], name=op.f('fk_listing_files_listing_id_listings')),
    sa.ForeignKeyConstraint(['sha256'], ['file_contents.sha256'], name=op.f('fk_listing_files_sha256_file_contents')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_listing_files'))
    )
    with op.batch_alter_table('listing_files', schema=None) as batch_op:
        batch_op.create_index('ix_listing_files_of', ['listing_id', 'role', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_listing_files_sha256'), ['sha256'], unique=False)

    op.create_table('listing_notices',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('listing_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('kind', sa.String(length=24), nullable=False),
    sa.Column('expires_on', sa.Date(), nullable=True),
    sa.Column('reason', sa.String(length=24), server_default=sa.text("''"), nullable=False),
    sa.Column('body', sa.Text(), server_default=sa.text("''"), nullable=False),
    sa.Column('created_at', app.core.db.UTCDateTime(), nullable=False),
    sa.Column('created_by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.ForeignKeyConstraint(['created_by'], ['ties.id'], name=op.f('fk_listing_notices_created_by_ties')),
    sa.ForeignKeyConstraint(['listing_id'], ['listings.id'], name=op.f('fk_listing_notices_listing_id_listings')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_listing_notices')),
    sa.UniqueConstraint('listing_id', 'kind', 'expires_on', name=op.f('uq_listing_notices_listing_id_kind_expires_on'))
    )
    op.create_table('listing_participations',
    sa.Column('listing_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('company_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('created_at', app.core.db.UTCDateTime(), nullable=False),
    sa.Column('created_by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.ForeignKeyConstraint(['company_id'], ['companies.id'], name=op.f('fk_listing_participations_company_id_companies')),
    sa.ForeignKeyConstraint(['created_by'], ['ties.id'], name=op.f('fk_listing_participations_created_by_ties')),
    sa.ForeignKeyConstraint(['listing_id'], ['listings.id'], name=op.f('fk_listing_participations_listing_id_listings')),
    sa.PrimaryKeyConstraint('listing_id', 'company_id', name=op.f('pk_listing_participations'))
    )
    op.create_table('listing_words',
    sa.Column('listing_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('words', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['listing_id'], ['listings.id'], name=op.f('fk_listing_words_listing_id_listings')),
    sa.PrimaryKeyConstraint('listing_id', name=op.f('pk_listing_words'))
    )
    op.create_table('talks',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('listing_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('owner_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('company_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('last_seq', sa.Integer(), server_default=sa.text('0'), nullable=False),
    sa.Column('last_at', app.core.db.UTCDateTime(), nullable=False),
    sa.Column('closed_at', app.core.db.UTCDateTime(), nullable=True),
    sa.Column('end_reason', sa.String(length=24), nullable=True),
    sa.Column('created_at', app.core.db.UTCDateTime(), nullable=False),
    sa.Column('created_by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.ForeignKeyConstraint(['company_id'], ['companies.id'], name=op.f('fk_talks_company_id_companies')),
    sa.ForeignKeyConstraint(['created_by'], ['ties.id'], name=op.f('fk_talks_created_by_ties')),
    sa.ForeignKeyConstraint(['listing_id'], ['listings.id'], name=op.f('fk_talks_listing_id_listings')),
    sa.ForeignKeyConstraint(['owner_id'], ['companies.id'], name=op.f('fk_talks_owner_id_companies')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_talks'))
    )
    with op.batch_alter_table('talks', schema=None) as batch_op:
        batch_op.create_index('ix_talks_company', ['company_id', 'last_at'], unique=False)
        batch_op.create_index('ix_talks_owner', ['owner_id', 'last_at'], unique=False)
        batch_op.create_index('uq_talks_open', ['listing_id', 'company_id'], unique=True, sqlite_where=sa.text('closed_at IS NULL'), postgresql_where=sa.text('closed_at IS NULL'))

    op.create_table('talk_participants',
    sa.Column('talk_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('tie_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('joined_at', app.core.db.UTCDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['talk_id'], ['talks.id'], name=op.f('fk_talk_participants_talk_id_talks')),
    sa.ForeignKeyConstraint(['tie_id'], ['ties.id'], name=op.f('fk_talk_participants_tie_id_ties')),
    sa.PrimaryKeyConstraint('talk_id', 'tie_id', name=op.f('pk_talk_participants'))
    )
    with op.batch_alter_table('talk_participants', schema=None) as batch_op:
        batch_op.create_index('ix_talk_participants_tie', ['tie_id'], unique=False)

    op.create_table('talk_proposals',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('talk_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('company_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('body', sa.Text(), nullable=False),
    sa.Column('details', sa.JSON(), nullable=False),
    sa.Column('valid_until', sa.Date(), nullable=False),
    sa.Column('verdict', sa.String(length=24), nullable=True),
    sa.Column('answered_at', app.core.db.UTCDateTime(), nullable=True),
    sa.Column('answered_by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('created_at', app.core.db.UTCDateTime(), nullable=False),
    sa.Column('created_by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.ForeignKeyConstraint(['answered_by'], ['ties.id'], name=op.f('fk_talk_proposals_answered_by_ties')),
    sa.ForeignKeyConstraint(['company_id'], ['companies.id'], name=op.f('fk_talk_proposals_company_id_companies')),
    sa.ForeignKeyConstraint(['created_by'], ['ties.id'], name=op.f('fk_talk_proposals_created_by_ties')),
    sa.ForeignKeyConstraint(['talk_id'], ['talks.id'], name=op.f('fk_talk_proposals_talk_id_talks')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_talk_proposals'))
    )
    with op.batch_alter_table('talk_proposals', schema=None) as batch_op:
        batch_op.create_index('ix_talk_proposals_of', ['talk_id', 'created_at'], unique=False)
        batch_op.create_index('uq_talk_proposals_open', ['talk_id'], unique=True, sqlite_where=sa.text('verdict IS NULL'), postgresql_where=sa.text('verdict IS NULL'))

    op.create_table('talk_readings',
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('talk_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('seq', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_talk_readings_person_id_people')),
    sa.ForeignKeyConstraint(['talk_id'], ['talks.id'], name=op.f('fk_talk_readings_talk_id_talks')),
    sa.PrimaryKeyConstraint('person_id', 'talk_id', name=op.f('pk_talk_readings'))
    )


def downgrade() -> None:
    op.drop_table('talk_readings')
    with op.batch_alter_table('talk_proposals', schema=None) as batch_op:
        batch_op.drop_index('uq_talk_proposals_open', sqlite_where=sa.text('verdict IS NULL'), postgresql_where=sa.text('verdict IS NULL'))
        batch_op.drop_index('ix_talk_proposals_of')

    op.drop_table('talk_proposals')
    with op.batch_alter_table('talk_participants', schema=None) as batch_op:
        batch_op.drop_index('ix_talk_participants_tie')

    op.drop_table('talk_participants')
    with op.batch_alter_table('talks', schema=None) as batch_op:
        batch_op.drop_index('uq_talks_open', sqlite_where=sa.text('closed_at IS NULL'), postgresql_where=sa.text('closed_at IS NULL'))
        batch_op.drop_index('ix_talks_owner')
        batch_op.drop_index('ix_talks_company')

    op.drop_table('talks')
    op.drop_table('listing_words')
    op.drop_table('listing_participations')
    op.drop_table('listing_notices')
    with op.batch_alter_table('listing_files', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_listing_files_sha256'))
        batch_op.drop_index('ix_listing_files_of')

    op.drop_table('listing_files')
    op.drop_table('listing_companies')
    with op.batch_alter_table('listings', schema=None) as batch_op:
        batch_op.drop_index('ix_listings_waiting', sqlite_where=sa.text('submitted_at IS NOT NULL'), postgresql_where=sa.text('submitted_at IS NOT NULL'))
        batch_op.drop_index('ix_listings_out', sqlite_where=sa.text('published_at IS NOT NULL AND paused_at IS NULL AND closed_at IS NULL AND hidden_at IS NULL'), postgresql_where=sa.text('published_at IS NOT NULL AND paused_at IS NULL AND closed_at IS NULL AND hidden_at IS NULL'))
        batch_op.drop_index(batch_op.f('ix_listings_company_id'))

    op.drop_table('listings')
