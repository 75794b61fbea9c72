"""directory"""

import sqlalchemy as sa
from alembic import op

import app.core.db

revision = '0005'
down_revision = '0004'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('company_profiles',
    sa.Column('company_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('summary', sa.String(length=300), server_default=sa.text("''"), nullable=False),
    sa.Column('text_md', sa.Text(), server_default=sa.text("''"), nullable=False),
    sa.Column('text_html', sa.Text(), server_default=sa.text("''"), nullable=False),
    sa.Column('roles', sa.JSON(), server_default=sa.text("'[]'"), nullable=False),
    sa.Column('size', sa.String(length=24), nullable=True),
    sa.Column('website', sa.String(length=200), server_default=sa.text("''"), nullable=False),
    sa.Column('phone', sa.String(length=20), server_default=sa.text("''"), nullable=False),
    sa.Column('email', sa.String(length=254), server_default=sa.text("''"), nullable=False),
    sa.Column('makes', sa.JSON(), server_default=sa.text("'[]'"), nullable=False),
    sa.Column('needs', sa.JSON(), server_default=sa.text("'[]'"), nullable=False),
    sa.Column('offers', sa.JSON(), server_default=sa.text("'[]'"), nullable=False),
    sa.Column('certificates', sa.JSON(), server_default=sa.text("'[]'"), nullable=False),
    sa.Column('logo', sa.String(length=64), nullable=True),
    sa.Column('about_version', sa.Integer(), server_default=sa.text('0'), nullable=False),
    sa.Column('products_version', sa.Integer(), server_default=sa.text('0'), nullable=False),
    sa.Column('certificates_version', sa.Integer(), server_default=sa.text('0'), nullable=False),
    sa.Column('changed_at', app.core.db.UTCDateTime(), nullable=False),
    sa.Column('changed_by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('hidden_at', app.core.db.UTCDateTime(), nullable=True),
    sa.Column('version', sa.Integer(), server_default=sa.text('0'), nullable=False),
    sa.ForeignKeyConstraint(['changed_by'], ['ties.id'], name=op.f('fk_company_profiles_changed_by_ties')),
    sa.ForeignKeyConstraint(['company_id'], ['companies.id'], name=op.f('fk_company_profiles_company_id_companies')),
    sa.ForeignKeyConstraint(['logo'], ['file_contents.sha256'], name=op.f('fk_company_profiles_logo_file_contents')),
    sa.PrimaryKeyConstraint('company_id', name=op.f('pk_company_profiles'))
    )
    with op.batch_alter_table('company_profiles', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_company_profiles_logo'), ['logo'], unique=False)

    op.create_table('person_cards',
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('about', sa.String(length=500), server_default=sa.text("''"), nullable=False),
    sa.Column('phone_shown', sa.String(length=24), server_default=sa.text("'nobody'"), nullable=False),
    sa.Column('email_shown', sa.String(length=24), server_default=sa.text("'group'"), nullable=False),
    sa.Column('changed_at', app.core.db.UTCDateTime(), nullable=False),
    sa.Column('hidden_at', app.core.db.UTCDateTime(), nullable=True),
    sa.Column('version', sa.Integer(), server_default=sa.text('0'), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_person_cards_person_id_people')),
    sa.PrimaryKeyConstraint('person_id', name=op.f('pk_person_cards'))
    )
    op.create_table('capabilities',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('key', sa.String(length=120), nullable=False),
    sa.Column('term', sa.String(length=60), nullable=False),
    sa.Column('term_en', sa.String(length=60), server_default=sa.text("''"), nullable=False),
    sa.Column('kind', sa.String(length=24), nullable=False),
    sa.Column('state', sa.String(length=24), nullable=False),
    sa.Column('reason', sa.String(length=500), server_default=sa.text("''"), nullable=False),
    sa.Column('created_at', app.core.db.UTCDateTime(), nullable=False),
    sa.Column('created_by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.ForeignKeyConstraint(['created_by'], ['ties.id'], name=op.f('fk_capabilities_created_by_ties')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_capabilities')),
    sa.UniqueConstraint('key', name=op.f('uq_capabilities_key'))
    )
    op.create_table('company_sites',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('company_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('name', sa.String(length=80), nullable=False),
    sa.Column('street', sa.String(length=120), server_default=sa.text("''"), nullable=False),
    sa.Column('postcode', sa.String(length=7), server_default=sa.text("''"), nullable=False),
    sa.Column('place', sa.String(length=60), nullable=False),
    sa.Column('is_pickup', sa.Boolean(), server_default=sa.text('false'), nullable=False),
    sa.Column('is_main', sa.Boolean(), server_default=sa.text('false'), nullable=False),
    sa.Column('created_at', app.core.db.UTCDateTime(), nullable=False),
    sa.Column('created_by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('version', sa.Integer(), server_default=sa.text('1'), nullable=False),
    sa.ForeignKeyConstraint(['company_id'], ['companies.id'], name=op.f('fk_company_sites_company_id_companies')),
    sa.ForeignKeyConstraint(['created_by'], ['ties.id'], name=op.f('fk_company_sites_created_by_ties')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_company_sites'))
    )
    with op.batch_alter_table('company_sites', schema=None) as batch_op:
        batch_op.create_index('ix_company_sites_company', ['company_id'], unique=False)
        batch_op.create_index('uq_company_sites_main', ['company_id'], unique=True, sqlite_where=sa.text('is_main'), postgresql_where=sa.text('is_main'))

    op.create_table('profile_changes',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('company_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('part', sa.String(length=24), nullable=False),
    sa.Column('reason', sa.String(length=500), server_default=sa.text("''"), nullable=False),
    sa.Column('created_at', app.core.db.UTCDateTime(), nullable=False),
    sa.Column('created_by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.ForeignKeyConstraint(['company_id'], ['companies.id'], name=op.f('fk_profile_changes_company_id_companies')),
    sa.ForeignKeyConstraint(['created_by'], ['ties.id'], name=op.f('fk_profile_changes_created_by_ties')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_profile_changes'))
    )
    with op.batch_alter_table('profile_changes', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_profile_changes_company_id'), ['company_id'], unique=False)

    op.create_table('claims',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('company_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('capability_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('remark', sa.String(length=300), server_default=sa.text("''"), nullable=False),
    sa.Column('figures', sa.JSON(), server_default=sa.text("'[]'"), nullable=False),
    sa.Column('created_at', app.core.db.UTCDateTime(), nullable=False),
    sa.Column('created_by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('version', sa.Integer(), server_default=sa.text('1'), nullable=False),
    sa.ForeignKeyConstraint(['capability_id'], ['capabilities.id'], name=op.f('fk_claims_capability_id_capabilities')),
    sa.ForeignKeyConstraint(['company_id'], ['companies.id'], name=op.f('fk_claims_company_id_companies')),
    sa.ForeignKeyConstraint(['created_by'], ['ties.id'], name=op.f('fk_claims_created_by_ties')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_claims')),
    sa.UniqueConstraint('company_id', 'capability_id', name=op.f('uq_claims_company_id_capability_id'))
    )
    with op.batch_alter_table('claims', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_claims_capability_id'), ['capability_id'], unique=False)

    op.create_table('person_knows',
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('capability_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.ForeignKeyConstraint(['capability_id'], ['capabilities.id'], name=op.f('fk_person_knows_capability_id_capabilities')),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_person_knows_person_id_people')),
    sa.PrimaryKeyConstraint('person_id', 'capability_id', name=op.f('pk_person_knows'))
    )


def downgrade() -> None:
    op.drop_table('person_knows')
    with op.batch_alter_table('claims', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_claims_capability_id'))

    op.drop_table('claims')
    with op.batch_alter_table('profile_changes', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_profile_changes_company_id'))

    op.drop_table('profile_changes')
    with op.batch_alter_table('company_sites', schema=None) as batch_op:
        batch_op.drop_index('uq_company_sites_main', sqlite_where=sa.text('is_main'), postgresql_where=sa.text('is_main'))
        batch_op.drop_index('ix_company_sites_company')

    op.drop_table('company_sites')
    op.drop_table('capabilities')
    op.drop_table('person_cards')
    with op.batch_alter_table('company_profiles', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_company_profiles_logo'))

    op.drop_table('company_profiles')
