"""rooms and settings"""

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

import app.core.db

revision = '0003'
down_revision = '0002'
branch_labels = None
depends_on = None

# Shipped for the association's lawyer to check: a changed text is a new version beside it.
STATEMENT = (
    "Wij houden ons aan de Mededingingswet. Wij spreken niet over prijzen, marges, kosten, productie- of "
    "investeringsplannen, klanten, aanbestedingen of arbeidsvoorwaarden, en maken geen afspraken over het werven van "
    "elkaars personeel. Wij volgen de agenda. Wie twijfelt, zegt het of drukt op ‘Stop: mededinging’; dat komt in de "
    "notulen."
)
SHIPPED_AT = datetime(2026, 11, 23, tzinfo=UTC)


def upgrade() -> None:
    legal_texts = op.create_table('legal_texts',
    sa.Column('key', sa.String(length=40), nullable=False),
    sa.Column('version', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('body', sa.Text(), nullable=False),
    sa.Column('made_at', app.core.db.UTCDateTime(), nullable=False),
    sa.PrimaryKeyConstraint('key', 'version', name=op.f('pk_legal_texts'))
    )
    op.bulk_insert(legal_texts, [{'key': 'statement', 'version': 1, 'body': STATEMENT, 'made_at': SHIPPED_AT}])
    op.create_table('settings',
    sa.Column('key', sa.String(length=60), nullable=False),
    sa.Column('value', sa.JSON(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('changed_at', app.core.db.UTCDateTime(), nullable=False),
    sa.PrimaryKeyConstraint('key', name=op.f('pk_settings'))
    )
    op.create_table('log_entries',
    sa.Column('room', sa.String(length=80), nullable=False),
    sa.Column('seq', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('type', sa.String(length=30), nullable=False),
    sa.Column('tie_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('client_id', sa.String(length=36), nullable=True),
    sa.Column('item_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('payload', sa.JSON(), nullable=False),
    sa.Column('at', app.core.db.UTCDateTime(), nullable=False),
    sa.Column('hidden_at', app.core.db.UTCDateTime(), nullable=True),
    sa.ForeignKeyConstraint(['tie_id'], ['ties.id'], name=op.f('fk_log_entries_tie_id_ties')),
    sa.PrimaryKeyConstraint('room', 'seq', name=op.f('pk_log_entries')),
    sa.UniqueConstraint('id', name=op.f('uq_log_entries_id')),
    sa.UniqueConstraint('room', 'tie_id', 'client_id', name=op.f('uq_log_entries_room_tie_id_client_id'))
    )


def downgrade() -> None:
    op.drop_table('log_entries')
    op.drop_table('settings')
    op.drop_table('legal_texts')
