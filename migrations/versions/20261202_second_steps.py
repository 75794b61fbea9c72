"""second steps"""

import sqlalchemy as sa
from alembic import op

import app.core.db

revision = '0016'
down_revision = '0015'
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')
IN_USE = sa.text('activated_at IS NOT NULL AND removed_at IS NULL')


def upgrade() -> None:
    op.add_column('sessions', sa.Column('stepped_up_at', app.core.db.UTCDateTime(), nullable=True))
    op.create_table('second_factors',
    sa.Column('id', ID, autoincrement=False, nullable=False),
    sa.Column('person_id', ID, nullable=False),
    sa.Column('kind', sa.Enum('totp', name='factorkind', native_enum=False, length=24), nullable=False),
    sa.Column('secret', sa.String(length=200), nullable=False),
    sa.Column('session_id', ID, nullable=True),
    sa.Column('last_counter', ID, server_default=sa.text('0'), nullable=False),
    sa.Column('created_at', app.core.db.UTCDateTime(), nullable=False),
    sa.Column('activated_at', app.core.db.UTCDateTime(), nullable=True),
    sa.Column('removed_at', app.core.db.UTCDateTime(), nullable=True),
    sa.Column('removed_by', ID, nullable=True),
    sa.Column('reason', sa.String(length=500), nullable=True),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_second_factors_person_id_people')),
    sa.ForeignKeyConstraint(['removed_by'], ['people.id'], name=op.f('fk_second_factors_removed_by_people')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_second_factors'))
    )
    op.create_index('uq_second_factors_in_use', 'second_factors', ['person_id'], unique=True, sqlite_where=IN_USE, postgresql_where=IN_USE)
    op.create_index('ix_second_factors_person', 'second_factors', ['person_id'])
    op.create_table('recovery_codes',
    sa.Column('id', ID, autoincrement=False, nullable=False),
    sa.Column('factor_id', ID, nullable=False),
    sa.Column('code_hash', sa.String(length=64), nullable=False),
    sa.Column('used_at', app.core.db.UTCDateTime(), nullable=True),
    sa.ForeignKeyConstraint(['factor_id'], ['second_factors.id'], name=op.f('fk_recovery_codes_factor_id_second_factors')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_recovery_codes'))
    )
    op.create_index('uq_recovery_codes_code', 'recovery_codes', ['factor_id', 'code_hash'], unique=True)


def downgrade() -> None:
    op.drop_table('recovery_codes')
    op.drop_table('second_factors')
    with op.batch_alter_table('sessions', schema=None) as batch_op:
        batch_op.drop_column('stepped_up_at')
