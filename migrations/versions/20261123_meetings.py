"""meetings"""

import sqlalchemy as sa
from alembic import op

import app.core.db

revision = '0004'
down_revision = '0003'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('meetings',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('group_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('kind', sa.String(length=24), nullable=False),
    sa.Column('title', sa.String(length=150), nullable=False),
    sa.Column('starts_at', app.core.db.UTCDateTime(), nullable=False),
    sa.Column('ends_at', app.core.db.UTCDateTime(), nullable=False),
    sa.Column('place', sa.String(length=200), server_default=sa.text("''"), nullable=False),
    sa.Column('online_link', sa.String(length=500), server_default=sa.text("''"), nullable=False),
    sa.Column('chair_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('note_taker_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('acting_chair_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('quorum_rule', sa.String(length=24), nullable=False),
    sa.Column('quorum', sa.Integer(), server_default=sa.text('0'), nullable=False),
    sa.Column('notice_days', sa.Integer(), server_default=sa.text('7'), nullable=False),
    sa.Column('short_notice_reason', sa.String(length=500), server_default=sa.text("''"), nullable=False),
    sa.Column('statement_version', sa.Integer(), nullable=True),
    sa.Column('state', sa.String(length=24), nullable=False),
    sa.Column('cancel_reason', sa.String(length=500), server_default=sa.text("''"), nullable=False),
    sa.Column('published_at', app.core.db.UTCDateTime(), nullable=True),
    sa.Column('opened_at', app.core.db.UTCDateTime(), nullable=True),
    sa.Column('closed_at', app.core.db.UTCDateTime(), nullable=True),
    sa.Column('transcript_removed_at', app.core.db.UTCDateTime(), nullable=True),
    sa.Column('created_at', app.core.db.UTCDateTime(), nullable=False),
    sa.Column('created_by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('version', sa.Integer(), server_default=sa.text('1'), nullable=False),
    sa.ForeignKeyConstraint(['acting_chair_id'], ['ties.id'], name=op.f('fk_meetings_acting_chair_id_ties')),
    sa.ForeignKeyConstraint(['chair_id'], ['ties.id'], name=op.f('fk_meetings_chair_id_ties')),
    sa.ForeignKeyConstraint(['created_by'], ['ties.id'], name=op.f('fk_meetings_created_by_ties')),
    sa.ForeignKeyConstraint(['group_id'], ['groups.id'], name=op.f('fk_meetings_group_id_groups')),
    sa.ForeignKeyConstraint(['note_taker_id'], ['ties.id'], name=op.f('fk_meetings_note_taker_id_ties')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_meetings'))
    )
    with op.batch_alter_table('meetings', schema=None) as batch_op:
        batch_op.create_index('ix_meetings_when', ['group_id', 'state', 'starts_at'], unique=False)

    op.create_table('agenda_amendments',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('meeting_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=24), nullable=False),
    sa.Column('about', sa.String(length=150), server_default=sa.text("''"), nullable=False),
    sa.Column('item_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('before', sa.JSON(), nullable=False),
    sa.Column('after', sa.JSON(), nullable=False),
    sa.Column('reason', sa.String(length=500), nullable=False),
    sa.Column('at', app.core.db.UTCDateTime(), nullable=False),
    sa.Column('hidden_at', app.core.db.UTCDateTime(), nullable=True),
    sa.Column('created_by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.ForeignKeyConstraint(['created_by'], ['ties.id'], name=op.f('fk_agenda_amendments_created_by_ties')),
    sa.ForeignKeyConstraint(['meeting_id'], ['meetings.id'], name=op.f('fk_agenda_amendments_meeting_id_meetings')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_agenda_amendments'))
    )
    with op.batch_alter_table('agenda_amendments', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_agenda_amendments_meeting_id'), ['meeting_id'], unique=False)

    op.create_table('agenda_items',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('meeting_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('title', sa.String(length=150), nullable=False),
    sa.Column('purpose', sa.String(length=24), nullable=False),
    sa.Column('planned_min', sa.Integer(), nullable=False),
    sa.Column('extra_min', sa.Integer(), server_default=sa.text('0'), nullable=False),
    sa.Column('presenter_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('body_md', sa.Text(), server_default=sa.text("''"), nullable=False),
    sa.Column('body_html', sa.Text(), server_default=sa.text("''"), nullable=False),
    sa.Column('state', sa.String(length=24), nullable=False),
    sa.Column('started_at', app.core.db.UTCDateTime(), nullable=True),
    sa.Column('paused_at', app.core.db.UTCDateTime(), nullable=True),
    sa.Column('paused_seconds', sa.Integer(), server_default=sa.text('0'), nullable=False),
    sa.Column('ended_at', app.core.db.UTCDateTime(), nullable=True),
    sa.Column('hidden_at', app.core.db.UTCDateTime(), nullable=True),
    sa.Column('created_at', app.core.db.UTCDateTime(), nullable=False),
    sa.Column('created_by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('rewritten_by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('version', sa.Integer(), server_default=sa.text('1'), nullable=False),
    sa.ForeignKeyConstraint(['created_by'], ['ties.id'], name=op.f('fk_agenda_items_created_by_ties')),
    sa.ForeignKeyConstraint(['rewritten_by'], ['ties.id'], name=op.f('fk_agenda_items_rewritten_by_ties')),
    sa.ForeignKeyConstraint(['meeting_id'], ['meetings.id'], name=op.f('fk_agenda_items_meeting_id_meetings')),
    sa.ForeignKeyConstraint(['presenter_id'], ['ties.id'], name=op.f('fk_agenda_items_presenter_id_ties')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_agenda_items'))
    )
    with op.batch_alter_table('agenda_items', schema=None) as batch_op:
        batch_op.create_index('ix_agenda_items_order', ['meeting_id', 'position'], unique=False)

    op.create_table('agenda_item_files',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('item_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('created_at', app.core.db.UTCDateTime(), nullable=False),
    sa.Column('created_by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.ForeignKeyConstraint(['created_by'], ['ties.id'], name=op.f('fk_agenda_item_files_created_by_ties')),
    sa.ForeignKeyConstraint(['item_id'], ['agenda_items.id'], name=op.f('fk_agenda_item_files_item_id_agenda_items')),
    sa.ForeignKeyConstraint(['sha256'], ['file_contents.sha256'], name=op.f('fk_agenda_item_files_sha256_file_contents')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_agenda_item_files'))
    )
    with op.batch_alter_table('agenda_item_files', schema=None) as batch_op:
        batch_op.create_index('ix_agenda_item_files_order', ['item_id', 'position'], unique=False)
        batch_op.create_index(batch_op.f('ix_agenda_item_files_sha256'), ['sha256'], unique=False)

    op.create_table('attendances',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('meeting_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('tie_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('via', sa.String(length=24), nullable=False),
    sa.Column('from_at', app.core.db.UTCDateTime(), nullable=False),
    sa.Column('until_at', app.core.db.UTCDateTime(), nullable=True),
    sa.Column('seen_at', app.core.db.UTCDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['meeting_id'], ['meetings.id'], name=op.f('fk_attendances_meeting_id_meetings')),
    sa.ForeignKeyConstraint(['tie_id'], ['ties.id'], name=op.f('fk_attendances_tie_id_ties')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_attendances'))
    )
    with op.batch_alter_table('attendances', schema=None) as batch_op:
        batch_op.create_index('ix_attendances_meeting', ['meeting_id', 'tie_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_attendances_tie_id'), ['tie_id'], unique=False)
        batch_op.create_index('uq_attendances_present', ['meeting_id', 'tie_id'], unique=True, sqlite_where=sa.text('until_at IS NULL'), postgresql_where=sa.text('until_at IS NULL'))

    op.create_table('meeting_invitations',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('meeting_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('tie_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('answer', sa.String(length=24), nullable=False),
    sa.Column('via', sa.String(length=24), nullable=True),
    sa.Column('remark', sa.String(length=300), server_default=sa.text("''"), nullable=False),
    sa.Column('invited_at', app.core.db.UTCDateTime(), nullable=False),
    sa.Column('answered_at', app.core.db.UTCDateTime(), nullable=True),
    sa.ForeignKeyConstraint(['meeting_id'], ['meetings.id'], name=op.f('fk_meeting_invitations_meeting_id_meetings')),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_meeting_invitations_person_id_people')),
    sa.ForeignKeyConstraint(['tie_id'], ['ties.id'], name=op.f('fk_meeting_invitations_tie_id_ties')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_meeting_invitations')),
    sa.UniqueConstraint('meeting_id', 'person_id', name=op.f('uq_meeting_invitations_meeting_id_person_id'))
    )
    with op.batch_alter_table('meeting_invitations', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_meeting_invitations_person_id'), ['person_id'], unique=False)

    op.create_table('minutes',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('meeting_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('state', sa.String(length=24), nullable=False),
    sa.Column('correction_days', sa.Integer(), server_default=sa.text('14'), nullable=False),
    sa.Column('built_at', app.core.db.UTCDateTime(), nullable=True),
    sa.Column('sha256', sa.String(length=64), nullable=True),
    sa.Column('created_at', app.core.db.UTCDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['meeting_id'], ['meetings.id'], name=op.f('fk_minutes_meeting_id_meetings')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_minutes')),
    sa.UniqueConstraint('meeting_id', name=op.f('uq_minutes_meeting_id'))
    )
    op.create_table('statement_acks',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('meeting_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('tie_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('way', sa.String(length=24), nullable=False),
    sa.Column('at', app.core.db.UTCDateTime(), nullable=False),
    sa.Column('created_by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.ForeignKeyConstraint(['created_by'], ['ties.id'], name=op.f('fk_statement_acks_created_by_ties')),
    sa.ForeignKeyConstraint(['meeting_id'], ['meetings.id'], name=op.f('fk_statement_acks_meeting_id_meetings')),
    sa.ForeignKeyConstraint(['tie_id'], ['ties.id'], name=op.f('fk_statement_acks_tie_id_ties')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_statement_acks')),
    sa.UniqueConstraint('meeting_id', 'tie_id', name=op.f('uq_statement_acks_meeting_id_tie_id'))
    )
    with op.batch_alter_table('statement_acks', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_statement_acks_tie_id'), ['tie_id'], unique=False)

    op.create_table('minutes_blocks',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('minutes_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('item_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=24), nullable=False),
    sa.Column('source_seq', sa.Integer(), nullable=True),
    sa.Column('facts', sa.JSON(), nullable=True),
    sa.Column('body_md', sa.Text(), server_default=sa.text("''"), nullable=False),
    sa.Column('body_html', sa.Text(), server_default=sa.text("''"), nullable=False),
    sa.Column('version', sa.Integer(), server_default=sa.text('1'), nullable=False),
    sa.Column('changed_at', app.core.db.UTCDateTime(), nullable=True),
    sa.Column('changed_by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('writing_by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('writing_since', app.core.db.UTCDateTime(), nullable=True),
    sa.Column('hidden_at', app.core.db.UTCDateTime(), nullable=True),
    sa.ForeignKeyConstraint(['changed_by'], ['ties.id'], name=op.f('fk_minutes_blocks_changed_by_ties')),
    sa.ForeignKeyConstraint(['item_id'], ['agenda_items.id'], name=op.f('fk_minutes_blocks_item_id_agenda_items')),
    sa.ForeignKeyConstraint(['minutes_id'], ['minutes.id'], name=op.f('fk_minutes_blocks_minutes_id_minutes')),
    sa.ForeignKeyConstraint(['writing_by'], ['ties.id'], name=op.f('fk_minutes_blocks_writing_by_ties')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_minutes_blocks'))
    )
    with op.batch_alter_table('minutes_blocks', schema=None) as batch_op:
        batch_op.create_index('ix_minutes_blocks_order', ['minutes_id', 'position'], unique=False)
        batch_op.create_index('uq_minutes_blocks_text', ['minutes_id', 'item_id'], unique=True, sqlite_where=sa.text("kind = 'text'"), postgresql_where=sa.text("kind = 'text'"))

    op.create_table('speak_requests',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('meeting_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('item_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('tie_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('seq', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('kind', sa.String(length=24), nullable=False),
    sa.Column('state', sa.String(length=24), nullable=False),
    sa.Column('began_at', app.core.db.UTCDateTime(), nullable=True),
    sa.Column('ended_at', app.core.db.UTCDateTime(), nullable=True),
    sa.Column('created_at', app.core.db.UTCDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['item_id'], ['agenda_items.id'], name=op.f('fk_speak_requests_item_id_agenda_items')),
    sa.ForeignKeyConstraint(['meeting_id'], ['meetings.id'], name=op.f('fk_speak_requests_meeting_id_meetings')),
    sa.ForeignKeyConstraint(['tie_id'], ['ties.id'], name=op.f('fk_speak_requests_tie_id_ties')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_speak_requests')),
    sa.UniqueConstraint('meeting_id', 'seq', name=op.f('uq_speak_requests_meeting_id_seq'))
    )
    with op.batch_alter_table('speak_requests', schema=None) as batch_op:
        batch_op.create_index('ix_speak_requests_row', ['meeting_id', 'state'], unique=False)

    with op.batch_alter_table('groups', schema=None) as batch_op:
        batch_op.add_column(sa.Column('notice_days', sa.Integer(), server_default=sa.text('7'), nullable=False))


def downgrade() -> None:
    with op.batch_alter_table('groups', schema=None) as batch_op:
        batch_op.drop_column('notice_days')

    with op.batch_alter_table('speak_requests', schema=None) as batch_op:
        batch_op.drop_index('ix_speak_requests_row')

    op.drop_table('speak_requests')
    with op.batch_alter_table('minutes_blocks', schema=None) as batch_op:
        batch_op.drop_index('uq_minutes_blocks_text', sqlite_where=sa.text("kind = 'text'"), postgresql_where=sa.text("kind = 'text'"))
        batch_op.drop_index('ix_minutes_blocks_order')

    op.drop_table('minutes_blocks')
    with op.batch_alter_table('statement_acks', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_statement_acks_tie_id'))

    op.drop_table('statement_acks')
    op.drop_table('minutes')
    with op.batch_alter_table('meeting_invitations', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_meeting_invitations_person_id'))

    op.drop_table('meeting_invitations')
    with op.batch_alter_table('attendances', schema=None) as batch_op:
        batch_op.drop_index('uq_attendances_present', sqlite_where=sa.text('until_at IS NULL'), postgresql_where=sa.text('until_at IS NULL'))
        batch_op.drop_index(batch_op.f('ix_attendances_tie_id'))
        batch_op.drop_index('ix_attendances_meeting')

    op.drop_table('attendances')
    with op.batch_alter_table('agenda_item_files', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_agenda_item_files_sha256'))
        batch_op.drop_index('ix_agenda_item_files_order')

    op.drop_table('agenda_item_files')
    with op.batch_alter_table('agenda_items', schema=None) as batch_op:
        batch_op.drop_index('ix_agenda_items_order')

    op.drop_table('agenda_items')
    with op.batch_alter_table('agenda_amendments', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_agenda_amendments_meeting_id'))

    op.drop_table('agenda_amendments')
    with op.batch_alter_table('meetings', schema=None) as batch_op:
        batch_op.drop_index('ix_meetings_when')

    op.drop_table('meetings')
