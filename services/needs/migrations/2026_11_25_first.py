"""Needs as first landed: people, needs, clocks, messages; with row-level security on every one of them."""

# long: a revision is one step and is never edited after it has been taken; splitting it would split the step.

from alembic import op

from shared.kit.migrations import plumbing, security

revision = "20261125_needs"
down_revision = None
branch_labels = None
depends_on = None

TABLES = """
CREATE TABLE card_grant (
    order_id uuid NOT NULL,
    need_id uuid NOT NULL,
    resident_id uuid NOT NULL,
    provider varchar NOT NULL,
    category varchar NOT NULL,
    granted_at timestamptz NOT NULL,
    ended_at timestamptz,
    CONSTRAINT pk_card_grant PRIMARY KEY (order_id)
);
CREATE INDEX ix_card_grant_need_id ON card_grant (need_id);
CREATE INDEX ix_card_grant_resident_id ON card_grant (resident_id);

CREATE TABLE message (
    id uuid NOT NULL,
    resident_id uuid,
    need_id uuid,
    template varchar NOT NULL,
    phone_sealed bytea NOT NULL,
    text_sealed bytea NOT NULL,
    created_at timestamptz NOT NULL,
    sent_at timestamptz,
    CONSTRAINT pk_message PRIMARY KEY (id)
);
CREATE INDEX ix_message_created ON message (created_at, id);
CREATE INDEX ix_message_resident_id ON message (resident_id);

CREATE TABLE need_order (
    order_id uuid NOT NULL,
    need_id uuid NOT NULL,
    episode integer NOT NULL,
    provider varchar NOT NULL,
    status varchar NOT NULL,
    CONSTRAINT pk_need_order PRIMARY KEY (order_id)
);
CREATE INDEX ix_need_order_need_id ON need_order (need_id);

CREATE TABLE resident (
    id uuid NOT NULL,
    name_sealed bytea,
    number_sealed bytea,
    birth_date_sealed bytea,
    address_sealed bytea,
    name_index bytea,
    number_index bytea,
    birth_index bytea,
    sex varchar NOT NULL,
    groups text[] NOT NULL,
    disability_kind varchar,
    disability_level integer,
    hardship varchar,
    household_registration varchar,
    income_class varchar,
    self_care varchar,
    school_stage varchar,
    employment varchar,
    division varchar NOT NULL,
    station_id uuid NOT NULL,
    restricted boolean DEFAULT false NOT NULL,
    canonical_id uuid,
    created_by varchar NOT NULL,
    created_at timestamptz NOT NULL,
    version integer DEFAULT '1' NOT NULL,
    CONSTRAINT pk_resident PRIMARY KEY (id),
    CONSTRAINT uq_resident_number_index UNIQUE (number_index)
);
CREATE INDEX ix_resident_birth_index ON resident (birth_index);
CREATE INDEX ix_resident_created ON resident (created_at, id);
CREATE INDEX ix_resident_division ON resident (division);
CREATE INDEX ix_resident_name_index ON resident (name_index);
CREATE INDEX ix_resident_station_id ON resident (station_id);

CREATE TABLE twin_message (
    id uuid NOT NULL,
    phone_sealed bytea NOT NULL,
    text_sealed bytea NOT NULL,
    received_at timestamptz NOT NULL,
    CONSTRAINT pk_twin_message PRIMARY KEY (id)
);
CREATE INDEX ix_twin_message_received ON twin_message (received_at, id);

CREATE TABLE consent (
    id uuid NOT NULL,
    resident_id uuid NOT NULL,
    given boolean NOT NULL,
    need_id uuid,
    override varchar,
    evidence_sealed bytea,
    recorded_by varchar NOT NULL,
    recorded_at timestamptz NOT NULL,
    CONSTRAINT pk_consent PRIMARY KEY (id),
    CONSTRAINT fk_consent_resident_id_resident FOREIGN KEY(resident_id) REFERENCES resident (id)
);
CREATE INDEX ix_consent_resident_id ON consent (resident_id);

CREATE TABLE need (
    id uuid NOT NULL,
    reference varchar NOT NULL,
    channel varchar NOT NULL,
    resident_id uuid,
    on_behalf_of varchar,
    words_sealed bytea NOT NULL,
    category varchar,
    groups text[] NOT NULL,
    urgency varchar NOT NULL,
    confidence DOUBLE PRECISION,
    division varchar NOT NULL,
    station_id uuid NOT NULL,
    status varchar NOT NULL,
    episode integer NOT NULL,
    outcome varchar,
    assigned_to varchar,
    tracking_index bytea NOT NULL,
    joined_to uuid,
    registered_by varchar NOT NULL,
    registered_at timestamptz NOT NULL,
    triaged_at timestamptz,
    resolved_at timestamptz,
    heard_until timestamptz,
    due_at timestamptz NOT NULL,
    version integer DEFAULT '1' NOT NULL,
    CONSTRAINT pk_need PRIMARY KEY (id),
    CONSTRAINT uq_need_reference UNIQUE (reference),
    CONSTRAINT fk_need_resident_id_resident FOREIGN KEY(resident_id) REFERENCES resident (id),
    CONSTRAINT uq_need_tracking_index UNIQUE (tracking_index)
);
CREATE INDEX ix_need_division ON need (division, due_at, id);
CREATE INDEX ix_need_due ON need (due_at, id);
CREATE INDEX ix_need_queue ON need (station_id, status, due_at, id);
CREATE INDEX ix_need_resident_id ON need (resident_id);

CREATE TABLE resident_phone (
    id uuid NOT NULL,
    resident_id uuid NOT NULL,
    phone_sealed bytea NOT NULL,
    phone_index bytea NOT NULL,
    owner varchar NOT NULL,
    CONSTRAINT pk_resident_phone PRIMARY KEY (id),
    CONSTRAINT fk_resident_phone_resident_id_resident FOREIGN KEY(resident_id) REFERENCES resident (id)
);
CREATE INDEX ix_resident_phone_phone_index ON resident_phone (phone_index);
CREATE INDEX ix_resident_phone_resident_id ON resident_phone (resident_id);

CREATE TABLE clock (
    need_id uuid NOT NULL,
    episode integer NOT NULL,
    division varchar NOT NULL,
    station_id uuid NOT NULL,
    id uuid NOT NULL,
    kind varchar NOT NULL,
    urgency varchar NOT NULL,
    policy varchar NOT NULL,
    target_value DOUBLE PRECISION NOT NULL,
    target_unit varchar NOT NULL,
    started_at timestamptz NOT NULL,
    due_at timestamptz NOT NULL,
    met_at timestamptz,
    first_met_at timestamptz,
    breached_at timestamptz,
    stopped_at timestamptz,
    told_percent integer DEFAULT '0' NOT NULL,
    CONSTRAINT pk_clock PRIMARY KEY (id),
    CONSTRAINT fk_clock_need_id_need FOREIGN KEY(need_id) REFERENCES need (id)
);
CREATE INDEX ix_clock_need ON clock (need_id, episode, kind, id);

CREATE TABLE contact (
    id uuid NOT NULL,
    need_id uuid NOT NULL,
    episode integer NOT NULL,
    kind varchar NOT NULL,
    note_sealed bytea,
    by varchar NOT NULL,
    occurred_at timestamptz NOT NULL,
    recorded_at timestamptz NOT NULL,
    is_late_entry boolean NOT NULL,
    CONSTRAINT pk_contact PRIMARY KEY (id),
    CONSTRAINT fk_contact_need_id_need FOREIGN KEY(need_id) REFERENCES need (id)
);
CREATE INDEX ix_contact_need_id ON contact (need_id);

CREATE TABLE clock_pause (
    id uuid NOT NULL,
    clock_id uuid NOT NULL,
    reason varchar NOT NULL,
    proof_sealed bytea,
    started_at timestamptz NOT NULL,
    ended_at timestamptz,
    CONSTRAINT pk_clock_pause PRIMARY KEY (id),
    CONSTRAINT fk_clock_pause_clock_id_clock FOREIGN KEY(clock_id) REFERENCES clock (id)
);
CREATE INDEX ix_clock_pause_clock_id ON clock_pause (clock_id);
"""

# Everything below a need or a person is seen by whoever sees that need or person: the inner query runs under the
# same policies.
OF_NEED = "EXISTS (SELECT 1 FROM need n WHERE n.id = need_id)"
OF_RESIDENT = "EXISTS (SELECT 1 FROM resident r WHERE r.id = resident_id)"
MACHINES = "app_is_machine('needs.handlers', 'needs.timers')"
# A provider with a grant sees the need, and writes nothing beside it.
WORKS_ON_NEED = (
    "EXISTS (SELECT 1 FROM need n WHERE n.id = need_id AND (app_sees_division(n.division)"
    f" OR app_sees_station(n.station_id) OR n.registered_by = app_setting('owner') OR {MACHINES}))"
)
WORKS_WITH_RESIDENT = f"{OF_RESIDENT} AND app_setting('provider') IS NULL"
IN_SCOPE = f"app_sees_division(division) OR app_sees_station(station_id) OR {MACHINES}"
GRANTED = "g.provider = app_setting('provider') AND g.ended_at IS NULL"

LOOK_UPS = """
CREATE FUNCTION resident_by_number(wanted bytea) RETURNS uuid LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$ SELECT coalesce(r.canonical_id, r.id) FROM public.resident r WHERE r.number_index = wanted $$;

CREATE FUNCTION resident_alike(number_ bytea, name_ bytea, birth_ bytea, phone_ bytea)
RETURNS TABLE (id uuid, name_sealed bytea, division varchar,
               by_number boolean, by_name boolean, by_birth boolean, by_phone boolean)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
    WITH near AS (
        SELECT r.id FROM public.resident r WHERE r.number_index = number_
        UNION SELECT r.id FROM public.resident r WHERE r.name_index = name_
        UNION SELECT r.id FROM public.resident r WHERE r.birth_index = birth_
        UNION SELECT p.resident_id FROM public.resident_phone p WHERE p.phone_index = phone_
    ), compared AS (
        SELECT r.id, r.name_sealed, r.division,
               coalesce(r.number_index = number_, false) AS by_number,
               coalesce(r.name_index = name_, false) AS by_name,
               coalesce(r.birth_index = birth_, false) AS by_birth,
               EXISTS (SELECT 1 FROM public.resident_phone p
                       WHERE p.resident_id = r.id AND p.phone_index = phone_) AS by_phone
        FROM public.resident r JOIN near USING (id)
        WHERE NOT r.restricted AND r.canonical_id IS NULL
    )
    SELECT * FROM compared c
    WHERE c.by_number OR c.by_name::int + c.by_birth::int + c.by_phone::int >= 2
    ORDER BY c.id LIMIT 20
$$;
"""
NAMES = ("resident_by_number(bytea)", "resident_alike(bytea, bytea, bytea, bytea)")
SEEN_BY_LOOK_UP = "id, name_sealed, division, number_index, name_index, birth_index, restricted, canonical_id"


def upgrade() -> None:
    plumbing.create("needs")
    security.script(TABLES)
    # A grant shows itself to its provider, and the need and the person through it.
    security.protect("card_grant", see=f"provider = app_setting('provider') OR {MACHINES}", write=MACHINES)
    security.protect(
        "need",
        see=f"{IN_SCOPE} OR registered_by = app_setting('owner') OR app_is_machine('needs.tracking')"
        f" OR EXISTS (SELECT 1 FROM card_grant g WHERE g.need_id = need.id AND {GRANTED})",
        write=f"{IN_SCOPE} OR registered_by = app_setting('owner')",
    )
    # Access follows the work: whoever has an open need of a person sees the person, wherever the file is.
    security.protect(
        "resident",
        see=f"{IN_SCOPE} OR created_by = app_setting('owner')"
        f" OR EXISTS (SELECT 1 FROM card_grant g WHERE g.resident_id = resident.id AND {GRANTED})"
        " OR EXISTS (SELECT 1 FROM need n WHERE n.resident_id = resident.id AND app_sees_station(n.station_id)"
        " AND n.status IN ('registered', 'triaged', 'ordered', 'waiting', 'in_service'))",
        write=f"{IN_SCOPE} OR created_by = app_setting('owner')",
    )
    security.protect("resident_phone", see=OF_RESIDENT, write=WORKS_WITH_RESIDENT)
    security.protect("consent", see=OF_RESIDENT, write=WORKS_WITH_RESIDENT)
    security.protect("clock", see=OF_NEED, write=WORKS_ON_NEED)
    security.protect("clock_pause", see="EXISTS (SELECT 1 FROM clock c WHERE c.id = clock_id)")
    security.protect("contact", see=OF_NEED, write=WORKS_ON_NEED)
    security.protect("need_order", see=OF_NEED, write=MACHINES)
    security.protect(
        "message",
        see=f"{MACHINES} OR {OF_RESIDENT} OR (need_id IS NOT NULL AND {OF_NEED})",
    )
    security.protect("twin_message", see=f"{MACHINES} OR app_sees_division('')", write=MACHINES)
    _look_across()


def _look_across() -> None:
    """The look-ups run as a role of their own, which sees only the columns that they compare."""
    security.script(LOOK_UPS)
    op.execute(f"GRANT SELECT ({SEEN_BY_LOOK_UP}) ON resident TO needs_lookup")
    op.execute("GRANT SELECT (resident_id, phone_index) ON resident_phone TO needs_lookup")
    op.execute("CREATE POLICY resident_lookup ON resident FOR SELECT TO needs_lookup USING (true)")
    op.execute("CREATE POLICY resident_phone_lookup ON resident_phone FOR SELECT TO needs_lookup USING (true)")
    security.hand_over("needs", *NAMES)


def downgrade() -> None:
    for name in NAMES:
        op.execute(f"DROP FUNCTION {name}")
    for table in (
        "clock_pause",
        "contact",
        "clock",
        "resident_phone",
        "need",
        "consent",
        "twin_message",
        "resident",
        "need_order",
        "message",
        "card_grant",
    ):
        op.execute(f"DROP TABLE {table} CASCADE")
    plumbing.drop()
