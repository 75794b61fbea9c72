"""mailin"""

import sqlalchemy as sa
from alembic import op

from app.core.db import UTCDateTime

revision = '0025'
down_revision = '0024'
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')
WAITING = sa.text("state = 'received'")


def upgrade() -> None:
    op.create_table(
        'post_folds',
        sa.Column('post_id', KEY, autoincrement=False, nullable=False),
        sa.Column('body', sa.Text(), nullable=False),
        sa.Column('opened_at', UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(['post_id'], ['posts.id'], name=op.f('fk_post_folds_post_id_posts')),
        sa.PrimaryKeyConstraint('post_id', name=op.f('pk_post_folds')),
    )
    op.create_table(
        'inbound_mails',
        sa.Column('id', KEY, autoincrement=False, nullable=False),
        sa.Column('message_id', sa.String(length=200), nullable=False),
        sa.Column('key', sa.String(length=32), nullable=False),
        sa.Column('sender', sa.String(length=254), nullable=False),
        sa.Column('person_id', KEY, nullable=True),
        sa.Column('place', sa.String(length=60), nullable=True),
        sa.Column('sha256', sa.String(length=64), nullable=True),
        sa.Column('size', sa.BigInteger(), nullable=False),
        sa.Column('state', sa.String(length=24), nullable=False),
        sa.Column('verdict', sa.String(length=24), nullable=True),
        sa.Column('post_id', KEY, nullable=True),
        sa.Column('tries', sa.Integer(), server_default=sa.text('0'), nullable=False),
        sa.Column('received_at', UTCDateTime(), nullable=False),
        sa.Column('answered_at', UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_inbound_mails_person_id_people')),
        sa.ForeignKeyConstraint(['sha256'], ['file_contents.sha256'],
                                name=op.f('fk_inbound_mails_sha256_file_contents')),
        sa.ForeignKeyConstraint(['post_id'], ['posts.id'], name=op.f('fk_inbound_mails_post_id_posts')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_inbound_mails')),
        sa.UniqueConstraint('message_id', 'key', name=op.f('uq_inbound_mails_message_id_key')),
    )
    with op.batch_alter_table('inbound_mails') as batch_op:
        batch_op.create_index('ix_inbound_mails_waiting', ['id'], sqlite_where=WAITING, postgresql_where=WAITING)
        batch_op.create_index('ix_inbound_mails_answered', ['sender', 'answered_at'])
        batch_op.create_index(op.f('ix_inbound_mails_person_id'), ['person_id'])
        batch_op.create_index(op.f('ix_inbound_mails_sha256'), ['sha256'])
    op.create_table(
        'mailbox_readings',
        sa.Column('id', KEY, autoincrement=False, nullable=False),
        sa.Column('held_by', sa.String(length=32), server_default=sa.text("''"), nullable=False),
        sa.Column('held_until', UTCDateTime(), nullable=False),
        sa.Column('read_at', UTCDateTime(), nullable=True),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_mailbox_readings')),
    )


def downgrade() -> None:
    op.drop_table('mailbox_readings')
    op.drop_table('inbound_mails')
    op.drop_table('post_folds')
