"""ledger"""

import sqlalchemy as sa
from alembic import op

from app.core.db import UTCDateTime

revision = '0023'
down_revision = '0022'
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')
WAITING = sa.text("state = 'waiting'")
OTHER = ('reply', 'reaction', 'document_version', 'meeting_opened', 'agenda_amended')
OF_POSTS = ('reply', 'mention', 'reaction')


def upgrade() -> None:
    with op.batch_alter_table('letters') as batch_op:
        batch_op.add_column(sa.Column('sender_name', sa.String(length=200), server_default=sa.text("''"), nullable=False))
        batch_op.add_column(sa.Column('reply_to', sa.String(length=254), server_default=sa.text("''"), nullable=False))
        batch_op.add_column(sa.Column('headers', sa.JSON(), server_default=sa.text("'{}'"), nullable=False))
    with op.batch_alter_table('notifications') as batch_op:
        batch_op.add_column(sa.Column('place', sa.String(length=60), nullable=True))
        batch_op.add_column(sa.Column('tab', sa.String(length=24), server_default=sa.text("'for_me'"), nullable=True))
    fill_notifications()
    op.create_table(
        'preferences',
        sa.Column('person_id', KEY, autoincrement=False, nullable=False),
        sa.Column('sort', sa.String(length=24), nullable=False),
        sa.Column('channel', sa.String(length=24), nullable=False),
        sa.Column('is_on', sa.Boolean(), nullable=False),
        sa.Column('set_at', UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_preferences_person_id_people')),
        sa.PrimaryKeyConstraint('person_id', 'sort', 'channel', name=op.f('pk_preferences')),
    )
    op.create_table(
        'tellings',
        sa.Column('id', KEY, autoincrement=False, nullable=False),
        sa.Column('kind', sa.String(length=30), nullable=False),
        sa.Column('item', KEY, nullable=False),
        sa.Column('created_at', UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_tellings')),
        sa.UniqueConstraint('kind', 'item', name=op.f('uq_tellings_kind_item')),
    )
    op.create_table(
        'deliveries',
        sa.Column('id', KEY, autoincrement=False, nullable=False),
        sa.Column('person_id', KEY, nullable=False),
        sa.Column('kind', sa.String(length=30), nullable=False),
        sa.Column('item', KEY, nullable=False),
        sa.Column('round', KEY, server_default=sa.text('0'), nullable=False),
        sa.Column('channel', sa.String(length=24), nullable=False),
        sa.Column('place', sa.String(length=60), nullable=False),
        sa.Column('scope', sa.String(length=60), nullable=False),
        sa.Column('reason', sa.String(length=60), nullable=False),
        sa.Column('state', sa.String(length=24), nullable=False),
        sa.Column('not_before', UTCDateTime(), nullable=False),
        sa.Column('letter_id', KEY, nullable=True),
        sa.Column('created_at', UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(['letter_id'], ['letters.id'], name=op.f('fk_deliveries_letter_id_letters')),
        sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_deliveries_person_id_people')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_deliveries')),
        sa.UniqueConstraint('person_id', 'item', 'round', 'channel',
                            name=op.f('uq_deliveries_person_id_item_round_channel')),
    )
    with op.batch_alter_table('deliveries') as batch_op:
        batch_op.create_index('ix_deliveries_waiting', ['person_id', 'place', 'not_before'], sqlite_where=WAITING,
                              postgresql_where=WAITING)
        batch_op.create_index('ix_deliveries_item', ['item'])
        batch_op.create_index('ix_deliveries_letter', ['letter_id'])
    op.create_table(
        'reply_addresses',
        sa.Column('key', sa.String(length=32), nullable=False),
        sa.Column('person_id', KEY, nullable=False),
        sa.Column('place', sa.String(length=60), nullable=False),
        sa.Column('created_at', UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_reply_addresses_person_id_people')),
        sa.PrimaryKeyConstraint('key', name=op.f('pk_reply_addresses')),
        sa.UniqueConstraint('person_id', 'place', name=op.f('uq_reply_addresses_person_id_place')),
    )
    op.create_table(
        'digest_runs',
        sa.Column('person_id', KEY, autoincrement=False, nullable=False),
        sa.Column('slot', sa.Date(), nullable=False),
        sa.Column('letter_id', KEY, nullable=True),
        sa.Column('made_at', UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(['letter_id'], ['letters.id'], name=op.f('fk_digest_runs_letter_id_letters')),
        sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_digest_runs_person_id_people')),
        sa.PrimaryKeyConstraint('person_id', 'slot', name=op.f('pk_digest_runs')),
    )


def fill_notifications() -> None:
    """Lines that are there already: which tab, and of those about posts the thread."""
    notifications = sa.table('notifications', *map(sa.column, ('kind', 'item', 'place', 'tab')))
    posts = sa.table('posts', sa.column('id'), sa.column('thread_id'))
    thread = sa.select(sa.cast(posts.c.thread_id, sa.String)).where(posts.c.id == notifications.c.item)
    op.execute(notifications.update().where(notifications.c.kind.in_(OTHER)).values(tab='other'))
    op.execute(notifications.update().where(notifications.c.kind.in_(OF_POSTS))
               .values(place=sa.literal('thread:') + thread.scalar_subquery()))


def downgrade() -> None:
    for table in ('digest_runs', 'reply_addresses', 'deliveries', 'tellings', 'preferences'):
        op.drop_table(table)
    with op.batch_alter_table('notifications') as batch_op:
        batch_op.drop_column('tab')
        batch_op.drop_column('place')
    with op.batch_alter_table('letters') as batch_op:
        batch_op.drop_column('headers')
        batch_op.drop_column('reply_to')
        batch_op.drop_column('sender_name')
