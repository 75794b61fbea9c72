"""invitations"""

import sqlalchemy as sa
from alembic import op

import app.core.db

revision = '0014'
down_revision = '0013'
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')
WAITS = sa.text("state = 'pending'")


def upgrade() -> None:
    op.create_table('invitations',
    sa.Column('id', ID, autoincrement=False, nullable=False),
    sa.Column('email', sa.String(length=254), nullable=False),
    sa.Column('name', sa.String(length=80), nullable=False),
    sa.Column('company_id', ID, nullable=False),
    sa.Column('function', sa.String(length=80), server_default=sa.text("''"), nullable=False),
    sa.Column('as_contact', sa.Boolean(), server_default=sa.text('false'), nullable=False),
    sa.Column('as_delegate', sa.Boolean(), server_default=sa.text('false'), nullable=False),
    sa.Column('token_hash', sa.String(length=64), nullable=False),
    sa.Column('state', sa.Enum('pending', 'accepted', 'revoked', 'expired', name='invitationstate', native_enum=False, length=24), nullable=False),
    sa.Column('expires_at', app.core.db.UTCDateTime(), nullable=False),
    sa.Column('reminders', sa.Integer(), server_default=sa.text('0'), nullable=False),
    sa.Column('mailed_at', app.core.db.UTCDateTime(), nullable=False),
    sa.Column('accepted_at', app.core.db.UTCDateTime(), nullable=True),
    sa.Column('person_id', ID, nullable=True),
    sa.Column('created_at', app.core.db.UTCDateTime(), nullable=False),
    sa.Column('created_by', ID, nullable=False),
    sa.ForeignKeyConstraint(['company_id'], ['companies.id'], name=op.f('fk_invitations_company_id_companies')),
    sa.ForeignKeyConstraint(['created_by'], ['ties.id'], name=op.f('fk_invitations_created_by_ties')),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_invitations_person_id_people')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_invitations')),
    sa.UniqueConstraint('token_hash', name=op.f('uq_invitations_token_hash'))
    )
    op.create_index('uq_invitations_pending', 'invitations', ['email'], unique=True, sqlite_where=WAITS, postgresql_where=WAITS)
    op.create_index('ix_invitations_company', 'invitations', ['company_id', 'id'])
    op.create_table('invitation_groups',
    sa.Column('invitation_id', ID, autoincrement=False, nullable=False),
    sa.Column('group_id', ID, autoincrement=False, nullable=False),
    sa.ForeignKeyConstraint(['group_id'], ['groups.id'], name=op.f('fk_invitation_groups_group_id_groups')),
    sa.ForeignKeyConstraint(['invitation_id'], ['invitations.id'], name=op.f('fk_invitation_groups_invitation_id_invitations')),
    sa.PrimaryKeyConstraint('invitation_id', 'group_id', name=op.f('pk_invitation_groups'))
    )
    op.create_table('invitation_clashes',
    sa.Column('id', ID, autoincrement=False, nullable=False),
    sa.Column('email', sa.String(length=254), nullable=False),
    sa.Column('company_id', ID, nullable=False),
    sa.Column('created_at', app.core.db.UTCDateTime(), nullable=False),
    sa.Column('created_by', ID, nullable=False),
    sa.ForeignKeyConstraint(['company_id'], ['companies.id'], name=op.f('fk_invitation_clashes_company_id_companies')),
    sa.ForeignKeyConstraint(['created_by'], ['ties.id'], name=op.f('fk_invitation_clashes_created_by_ties')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_invitation_clashes')),
    sa.UniqueConstraint('email', 'company_id', name=op.f('uq_invitation_clashes_email_company_id'))
    )
    op.create_table('first_visits',
    sa.Column('person_id', ID, autoincrement=False, nullable=False),
    sa.Column('invitation_id', ID, nullable=False),
    sa.Column('step', sa.Integer(), server_default=sa.text('1'), nullable=False),
    sa.Column('skipped_at', app.core.db.UTCDateTime(), nullable=True),
    sa.ForeignKeyConstraint(['invitation_id'], ['invitations.id'], name=op.f('fk_first_visits_invitation_id_invitations')),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_first_visits_person_id_people')),
    sa.PrimaryKeyConstraint('person_id', name=op.f('pk_first_visits'))
    )
    op.create_table('import_runs',
    sa.Column('id', ID, autoincrement=False, nullable=False),
    sa.Column('filename', sa.String(length=120), nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('kept_lines', sa.JSON(), nullable=False),
    sa.Column('started_at', app.core.db.UTCDateTime(), nullable=True),
    sa.Column('sent_at', app.core.db.UTCDateTime(), nullable=True),
    sa.Column('created_at', app.core.db.UTCDateTime(), nullable=False),
    sa.Column('created_by', ID, nullable=False),
    sa.ForeignKeyConstraint(['created_by'], ['ties.id'], name=op.f('fk_import_runs_created_by_ties')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_import_runs'))
    )
    op.create_index(op.f('ix_import_runs_created_at'), 'import_runs', ['created_at'])
    op.create_table('digest_settings',
    sa.Column('person_id', ID, autoincrement=False, nullable=False),
    sa.Column('rhythm', sa.Enum('never', 'daily', 'weekly', 'monthly', name='rhythm', native_enum=False, length=24), nullable=False),
    sa.Column('days', sa.JSON(), nullable=False),
    sa.Column('hour', sa.Integer(), server_default=sa.text('8'), nullable=False),
    sa.Column('paused_until', sa.Date(), nullable=True),
    sa.Column('set_at', app.core.db.UTCDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_digest_settings_person_id_people')),
    sa.PrimaryKeyConstraint('person_id', name=op.f('pk_digest_settings'))
    )


def downgrade() -> None:
    for table in ('digest_settings', 'import_runs', 'first_visits', 'invitation_clashes', 'invitation_groups',
                  'invitations'):  # fmt: skip
        op.drop_table(table)
