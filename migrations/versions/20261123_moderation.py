"""moderation"""

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

import app.core.db

revision = '0007'
down_revision = '0006'
branch_labels = None
depends_on = None

# Shipped for the association and its lawyer to check: a changed text is a new version beside it.
RULES = (
    "Eerlijke mededinging\nWij schrijven niets over prijzen, marges, kosten, klanten, aanbestedingen of lonen, en maken "
    "daarover geen afspraken, ook niet als grap.",
    "Vertrouwelijk blijft vertrouwelijk\nWij delen alleen wat van onszelf is of wat wij mogen delen. Wat in een besloten "
    "kring gezegd is, blijft daar.",
    "Het klopt\nWij schrijven op wat wij weten, met getallen en bronnen waar het kan. Wie zich vergist, verbetert het.",
    "Met respect\nWij spreken over de zaak en niet over de persoon. Geen beledigingen, geen dreigementen, geen "
    "discriminatie.",
    "Geen reclame\nEen product of dienst aanbieden hoort bij Vraag & aanbod, niet in een gesprek dat over iets anders "
    "gaat.",
    "Persoonsgegevens\nWij noemen geen namen, telefoonnummers of gezondheid van anderen zonder hun toestemming.",
    "Op zijn plaats\nWij schrijven waar het onderwerp hoort, en niet hetzelfde op vijf plaatsen.",
)
SHIPPED_AT = datetime(2026, 11, 23, tzinfo=UTC)

# What is written down stays: only the count of repeats, which stands outside the seal, may grow. The third trigger is
# for INSERT OR REPLACE, which removes a row without telling the second.
REFUSED = {
    "audit_entries": "number, event, actor_id, details, recorded_at, seal",
    "moderation_actions": "id, case_id, kind, rule, reason, role, subject_kind, subject_item, group_id, person_id, "
                          "tie_id, sanction_id, until, is_own_company, created_at, created_by",
}
KEYS = {"audit_entries": "number", "moderation_actions": "id"}
REFUSE = """CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'what is written down stays'; END $$"""


def refuse_changes() -> None:
    if op.get_bind().dialect.name == "sqlite":
        raised = "BEGIN SELECT RAISE(ABORT, 'what is written down stays'); END"
        for table, columns in REFUSED.items():
            key = KEYS[table]
            op.execute(f"CREATE TRIGGER {table}_change BEFORE UPDATE OF {columns} ON {table} {raised}")
            op.execute(f"CREATE TRIGGER {table}_removal BEFORE DELETE ON {table} {raised}")
            there = f"EXISTS (SELECT 1 FROM {table} WHERE {key} = NEW.{key})"  # noqa: S608 (names of our own)
            op.execute(f"CREATE TRIGGER {table}_replacement BEFORE INSERT ON {table} WHEN {there} {raised}")
        return
    op.execute(REFUSE)
    for table, columns in REFUSED.items():
        refused = "EXECUTE FUNCTION refuse_change()"
        op.execute(f"CREATE TRIGGER {table}_change BEFORE UPDATE OF {columns} ON {table} FOR EACH ROW {refused}")
        op.execute(f"CREATE TRIGGER {table}_removal BEFORE DELETE ON {table} FOR EACH ROW {refused}")
        op.execute(f"CREATE TRIGGER {table}_emptying BEFORE TRUNCATE ON {table} FOR EACH STATEMENT {refused}")


def allow_changes() -> None:
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    for table in REFUSED:
        for name in ("change", "removal", "replacement" if is_sqlite else "emptying"):
            op.execute(f"DROP TRIGGER {table}_{name}" + ("" if is_sqlite else f" ON {table}"))
    if not is_sqlite:
        op.execute("DROP FUNCTION refuse_change()")


def upgrade() -> None:
    op.create_table('hidings',
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('item', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('rule', sa.Integer(), nullable=False),
    sa.Column('role', sa.String(length=24), nullable=False),
    sa.Column('hidden_at', app.core.db.UTCDateTime(), nullable=False),
    sa.PrimaryKeyConstraint('kind', 'item', name=op.f('pk_hidings'))
    )
    op.create_table('cases',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('item', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('subject_version', sa.Integer(), nullable=False),
    sa.Column('title', sa.String(length=200), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('url', sa.String(length=200), nullable=False),
    sa.Column('written_at', app.core.db.UTCDateTime(), nullable=False),
    sa.Column('group_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('author_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('author_tie_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('desk', sa.String(length=24), nullable=False),
    sa.Column('state', sa.String(length=24), nullable=False),
    sa.Column('owner_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('owner_tie_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('due_at', app.core.db.UTCDateTime(), nullable=False),
    sa.Column('outcome', sa.Text(), server_default=sa.text("''"), nullable=False),
    sa.Column('closed_at', app.core.db.UTCDateTime(), nullable=True),
    sa.Column('created_at', app.core.db.UTCDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['author_id'], ['people.id'], name=op.f('fk_cases_author_id_people')),
    sa.ForeignKeyConstraint(['author_tie_id'], ['ties.id'], name=op.f('fk_cases_author_tie_id_ties')),
    sa.ForeignKeyConstraint(['group_id'], ['groups.id'], name=op.f('fk_cases_group_id_groups')),
    sa.ForeignKeyConstraint(['owner_id'], ['people.id'], name=op.f('fk_cases_owner_id_people')),
    sa.ForeignKeyConstraint(['owner_tie_id'], ['ties.id'], name=op.f('fk_cases_owner_tie_id_ties')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_cases'))
    )
    with op.batch_alter_table('cases', schema=None) as batch_op:
        batch_op.create_index('ix_cases_author', ['author_id'], unique=False)
        batch_op.create_index('ix_cases_queue', ['desk', 'state', 'created_at'], unique=False)
        batch_op.create_index('uq_cases_running', ['kind', 'item'], unique=True, sqlite_where=sa.text('closed_at IS NULL'), postgresql_where=sa.text('closed_at IS NULL'))

    op.create_table('sanctions',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('kind', sa.String(length=24), nullable=False),
    sa.Column('group_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('rule', sa.Integer(), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('until', app.core.db.UTCDateTime(), nullable=False),
    sa.Column('created_at', app.core.db.UTCDateTime(), nullable=False),
    sa.Column('created_by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('lifted_at', app.core.db.UTCDateTime(), nullable=True),
    sa.ForeignKeyConstraint(['created_by'], ['ties.id'], name=op.f('fk_sanctions_created_by_ties')),
    sa.ForeignKeyConstraint(['group_id'], ['groups.id'], name=op.f('fk_sanctions_group_id_groups')),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_sanctions_person_id_people')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_sanctions'))
    )
    with op.batch_alter_table('sanctions', schema=None) as batch_op:
        batch_op.create_index('ix_sanctions_person', ['person_id', 'until'], unique=False, sqlite_where=sa.text('lifted_at IS NULL'), postgresql_where=sa.text('lifted_at IS NULL'))

    op.create_table('case_notes',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('case_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('body', sa.Text(), nullable=False),
    sa.Column('created_at', app.core.db.UTCDateTime(), nullable=False),
    sa.Column('created_by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.ForeignKeyConstraint(['case_id'], ['cases.id'], name=op.f('fk_case_notes_case_id_cases')),
    sa.ForeignKeyConstraint(['created_by'], ['ties.id'], name=op.f('fk_case_notes_created_by_ties')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_case_notes'))
    )
    with op.batch_alter_table('case_notes', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_case_notes_case_id'), ['case_id'], unique=False)

    op.create_table('moderation_actions',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('case_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('kind', sa.String(length=24), nullable=False),
    sa.Column('rule', sa.Integer(), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('role', sa.String(length=24), nullable=False),
    sa.Column('subject_kind', sa.String(length=20), nullable=False),
    sa.Column('subject_item', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('group_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('tie_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('sanction_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('until', app.core.db.UTCDateTime(), nullable=True),
    sa.Column('is_own_company', sa.Boolean(), server_default=sa.text('false'), nullable=False),
    sa.Column('created_at', app.core.db.UTCDateTime(), nullable=False),
    sa.Column('created_by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.ForeignKeyConstraint(['case_id'], ['cases.id'], name=op.f('fk_moderation_actions_case_id_cases')),
    sa.ForeignKeyConstraint(['created_by'], ['ties.id'], name=op.f('fk_moderation_actions_created_by_ties')),
    sa.ForeignKeyConstraint(['group_id'], ['groups.id'], name=op.f('fk_moderation_actions_group_id_groups')),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_moderation_actions_person_id_people')),
    sa.ForeignKeyConstraint(['sanction_id'], ['sanctions.id'], name=op.f('fk_moderation_actions_sanction_id_sanctions')),
    sa.ForeignKeyConstraint(['tie_id'], ['ties.id'], name=op.f('fk_moderation_actions_tie_id_ties')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_moderation_actions'))
    )
    with op.batch_alter_table('moderation_actions', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_moderation_actions_case_id'), ['case_id'], unique=False)
        batch_op.create_index('ix_moderation_actions_group', ['group_id', 'created_at'], unique=False)
        batch_op.create_index('ix_moderation_actions_person', ['person_id', 'created_at'], unique=False)
        batch_op.create_index('ix_moderation_actions_time', ['created_at'], unique=False)

    op.create_table('reports',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('case_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('item', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('subject_version', sa.Integer(), nullable=False),
    sa.Column('reason', sa.String(length=24), nullable=False),
    sa.Column('text', sa.Text(), server_default=sa.text("''"), nullable=False),
    sa.Column('created_at', app.core.db.UTCDateTime(), nullable=False),
    sa.Column('created_by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.ForeignKeyConstraint(['case_id'], ['cases.id'], name=op.f('fk_reports_case_id_cases')),
    sa.ForeignKeyConstraint(['created_by'], ['ties.id'], name=op.f('fk_reports_created_by_ties')),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_reports_person_id_people')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_reports')),
    sa.UniqueConstraint('person_id', 'kind', 'item', 'subject_version', name=op.f('uq_reports_person_id_kind_item_subject_version'))
    )
    with op.batch_alter_table('reports', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_reports_case_id'), ['case_id'], unique=False)

    op.create_table('objections',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('action_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('state', sa.String(length=24), nullable=False),
    sa.Column('decision', sa.Text(), server_default=sa.text("''"), nullable=False),
    sa.Column('decided_by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('created_at', app.core.db.UTCDateTime(), nullable=False),
    sa.Column('created_by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.ForeignKeyConstraint(['action_id'], ['moderation_actions.id'], name=op.f('fk_objections_action_id_moderation_actions')),
    sa.ForeignKeyConstraint(['created_by'], ['ties.id'], name=op.f('fk_objections_created_by_ties')),
    sa.ForeignKeyConstraint(['decided_by'], ['ties.id'], name=op.f('fk_objections_decided_by_ties')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_objections')),
    sa.UniqueConstraint('action_id', name=op.f('uq_objections_action_id'))
    )
    with op.batch_alter_table('people', schema=None) as batch_op:
        batch_op.add_column(sa.Column('is_board', sa.Boolean(), server_default=sa.text('false'), nullable=False))
    with op.batch_alter_table('groups', schema=None) as batch_op:
        batch_op.add_column(sa.Column('hidden_at', app.core.db.UTCDateTime(), nullable=True))
    with op.batch_alter_table('groups', schema=None) as batch_op:
        batch_op.add_column(sa.Column('rewritten_by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True))
        batch_op.create_foreign_key(batch_op.f('fk_groups_rewritten_by_ties'), 'ties', ['rewritten_by'], ['id'])
    legal_texts = sa.table('legal_texts', sa.column('key'), sa.column('version'), sa.column('body'),
                           sa.column('made_at', app.core.db.UTCDateTime()))
    op.bulk_insert(legal_texts, [
        {'key': f'rule-{number}', 'version': 1, 'body': body, 'made_at': SHIPPED_AT}
        for number, body in enumerate(RULES, start=1)
    ])
    refuse_changes()


def downgrade() -> None:
    with op.batch_alter_table('groups', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_groups_rewritten_by_ties'), type_='foreignkey')
        batch_op.drop_column('rewritten_by')
        batch_op.drop_column('hidden_at')
    allow_changes()
    op.execute("DELETE FROM legal_texts WHERE key LIKE 'rule-%'")
    with op.batch_alter_table('people', schema=None) as batch_op:
        batch_op.drop_column('is_board')

    op.drop_table('objections')
    with op.batch_alter_table('reports', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_reports_case_id'))

    op.drop_table('reports')
    with op.batch_alter_table('moderation_actions', schema=None) as batch_op:
        batch_op.drop_index('ix_moderation_actions_time')
        batch_op.drop_index('ix_moderation_actions_person')
        batch_op.drop_index('ix_moderation_actions_group')
        batch_op.drop_index(batch_op.f('ix_moderation_actions_case_id'))

    op.drop_table('moderation_actions')
    with op.batch_alter_table('case_notes', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_case_notes_case_id'))

    op.drop_table('case_notes')
    with op.batch_alter_table('sanctions', schema=None) as batch_op:
        batch_op.drop_index('ix_sanctions_person', sqlite_where=sa.text('lifted_at IS NULL'), postgresql_where=sa.text('lifted_at IS NULL'))

    op.drop_table('sanctions')
    with op.batch_alter_table('cases', schema=None) as batch_op:
        batch_op.drop_index('uq_cases_running', sqlite_where=sa.text('closed_at IS NULL'), postgresql_where=sa.text('closed_at IS NULL'))
        batch_op.drop_index('ix_cases_queue')
        batch_op.drop_index('ix_cases_author')

    op.drop_table('cases')
    op.drop_table('hidings')
