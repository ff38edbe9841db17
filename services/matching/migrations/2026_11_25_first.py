"""Matching as first landed: providers, resources, accounts and their ledger, orders, and copies of what needs tells."""

# long: a revision is one step and is never edited after it has been taken; splitting it would split the step.

from alembic import op

from shared.kit.migrations import plumbing, security

revision = "20261125_matching"
down_revision = None
branch_labels = None
depends_on = None

TABLES = """
CREATE TABLE consent (
    resident_id uuid NOT NULL,
    given boolean NOT NULL,
    at timestamptz NOT NULL,
    CONSTRAINT pk_consent PRIMARY KEY (resident_id)
);

CREATE TABLE consent_override (
    need_id uuid NOT NULL,
    resident_id uuid NOT NULL,
    reason varchar NOT NULL,
    at timestamptz NOT NULL,
    CONSTRAINT pk_consent_override PRIMARY KEY (need_id)
);
CREATE INDEX ix_consent_override_resident_id ON consent_override (resident_id);

CREATE TABLE need (
    id uuid NOT NULL,
    reference varchar NOT NULL,
    resident_id uuid,
    category varchar,
    groups text[] NOT NULL,
    urgency varchar NOT NULL,
    division varchar NOT NULL,
    station_id uuid NOT NULL,
    status varchar NOT NULL,
    episode integer NOT NULL,
    confidence double precision,
    CONSTRAINT pk_need PRIMARY KEY (id)
);
CREATE INDEX ix_need_resident_id ON need (resident_id);

CREATE TABLE person (
    resident_id uuid NOT NULL,
    division varchar NOT NULL,
    codes jsonb NOT NULL,
    version integer NOT NULL,
    CONSTRAINT pk_person PRIMARY KEY (resident_id)
);

CREATE TABLE provider (
    slug varchar NOT NULL,
    kind varchar NOT NULL,
    name_zh varchar NOT NULL,
    name_en varchar NOT NULL,
    short_zh varchar NOT NULL,
    since date NOT NULL,
    until date,
    CONSTRAINT pk_provider PRIMARY KEY (slug)
);

CREATE TABLE resident_alias (
    resident_id uuid NOT NULL,
    canonical_id uuid NOT NULL,
    CONSTRAINT pk_resident_alias PRIMARY KEY (resident_id)
);
CREATE INDEX ix_resident_alias_canonical_id ON resident_alias (canonical_id);

CREATE TABLE resource (
    id uuid NOT NULL,
    provider varchar NOT NULL,
    external_id varchar NOT NULL,
    kind varchar,
    name varchar NOT NULL,
    category varchar NOT NULL,
    unit varchar NOT NULL,
    areas text[] NOT NULL,
    division varchar,
    lng double precision,
    lat double precision,
    point_quality varchar,
    eligibility jsonb,
    documents text[] NOT NULL,
    cost varchar NOT NULL,
    schedule varchar NOT NULL,
    capacity integer,
    lead_days integer NOT NULL,
    opens date,
    closes date,
    status varchar NOT NULL,
    assured_until date,
    quality double precision,
    is_sample boolean NOT NULL,
    digest bytea NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    version integer NOT NULL,
    CONSTRAINT pk_resource PRIMARY KEY (id),
    CONSTRAINT fk_resource_provider_provider FOREIGN KEY(provider) REFERENCES provider (slug)
);
CREATE INDEX ix_resource_areas ON resource USING gin (areas);
CREATE INDEX ix_resource_category ON resource (category, id);
CREATE INDEX ix_resource_created ON resource (created_at, id);
CREATE UNIQUE INDEX uq_resource_provider_external_id ON resource (provider, external_id);

CREATE TABLE account (
    id uuid NOT NULL,
    kind varchar NOT NULL,
    resource_id uuid NOT NULL,
    provider varchar NOT NULL,
    station_id uuid,
    division varchar,
    quarter varchar,
    quota integer,
    opens date,
    closes date,
    carries_over boolean DEFAULT false NOT NULL,
    remaining integer DEFAULT '0' NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    CONSTRAINT pk_account PRIMARY KEY (id),
    CONSTRAINT ck_account_never_below_zero CHECK (remaining >= 0),
    CONSTRAINT fk_account_resource_id_resource FOREIGN KEY(resource_id) REFERENCES resource (id)
);
CREATE INDEX ix_account_created ON account (created_at, id);
CREATE UNIQUE INDEX uq_account_capacity ON account (resource_id) WHERE kind = 'capacity';
CREATE UNIQUE INDEX uq_account_package ON account (resource_id, station_id, quarter) WHERE kind = 'package';

CREATE TABLE ledger_entry (
    number bigint GENERATED ALWAYS AS IDENTITY,
    account_id uuid NOT NULL,
    kind varchar NOT NULL,
    quantity integer NOT NULL,
    order_id uuid,
    by varchar NOT NULL,
    at timestamptz NOT NULL,
    CONSTRAINT pk_ledger_entry PRIMARY KEY (number),
    CONSTRAINT fk_ledger_entry_account_id_account FOREIGN KEY(account_id) REFERENCES account (id)
);
CREATE INDEX ix_ledger_entry_account ON ledger_entry (account_id, number);
CREATE INDEX ix_ledger_entry_order_id ON ledger_entry (order_id);

CREATE TABLE service_order (
    id uuid NOT NULL,
    reference varchar NOT NULL,
    need_id uuid NOT NULL,
    episode integer NOT NULL,
    resident_id uuid,
    resource_id uuid NOT NULL,
    account_id uuid,
    package_id uuid,
    provider varchar NOT NULL,
    station_id uuid NOT NULL,
    division varchar NOT NULL,
    category varchar NOT NULL,
    urgency varchar NOT NULL,
    quantity integer NOT NULL,
    used integer,
    status varchar NOT NULL,
    replaces uuid,
    part_of uuid,
    is_arbitrated boolean DEFAULT false NOT NULL,
    awaits_county boolean DEFAULT false NOT NULL,
    is_dispute boolean DEFAULT false NOT NULL,
    refusal varchar,
    evidence_sealed bytea,
    suggested_provider varchar,
    failure varchar,
    cancellation varchar,
    ruling varchar,
    ruling_reason_sealed bytea,
    requested_by varchar NOT NULL,
    created_at timestamptz NOT NULL,
    requested_at timestamptz,
    accepted_at timestamptz,
    started_at timestamptz,
    ended_at timestamptz,
    due_at timestamptz NOT NULL,
    version integer DEFAULT '1' NOT NULL,
    CONSTRAINT pk_service_order PRIMARY KEY (id),
    CONSTRAINT uq_service_order_reference UNIQUE (reference),
    CONSTRAINT fk_service_order_resource_id_resource FOREIGN KEY(resource_id) REFERENCES resource (id),
    CONSTRAINT fk_service_order_account_id_account FOREIGN KEY(account_id) REFERENCES account (id)
);
CREATE INDEX ix_service_order_division ON service_order (division, due_at, id);
CREATE INDEX ix_service_order_due ON service_order (due_at, id);
CREATE INDEX ix_service_order_need_id ON service_order (need_id);
CREATE INDEX ix_service_order_provider ON service_order (provider, status, due_at, id);
CREATE INDEX ix_service_order_replaces ON service_order (replaces);
CREATE INDEX ix_service_order_resident_id ON service_order (resident_id);
CREATE INDEX ix_service_order_resource_id ON service_order (resource_id);
CREATE INDEX ix_service_order_station ON service_order (station_id, status, due_at, id);

CREATE TABLE clock (
    order_id uuid NOT NULL,
    provider varchar NOT NULL,
    station_id uuid NOT NULL,
    division varchar NOT NULL,
    id uuid NOT NULL,
    kind varchar NOT NULL,
    urgency varchar NOT NULL,
    policy varchar NOT NULL,
    target_value double precision NOT NULL,
    target_unit varchar NOT NULL,
    started_at timestamptz NOT NULL,
    due_at timestamptz NOT NULL,
    met_at timestamptz,
    first_met_at timestamptz,
    breached_at timestamptz,
    stopped_at timestamptz,
    told_percent integer DEFAULT '0' NOT NULL,
    CONSTRAINT pk_clock PRIMARY KEY (id),
    CONSTRAINT fk_clock_order_id_service_order FOREIGN KEY(order_id) REFERENCES service_order (id)
);
CREATE INDEX ix_clock_order_id ON clock (order_id);
"""

MACHINES = "app_is_machine('matching.handlers', 'matching.timers')"
OWN = "provider = app_setting('provider')"
IN_SCOPE = f"app_sees_division(division) OR app_sees_station(station_id) OR {MACHINES}"
# Whoever acts for a station or a division may draw on what any provider has left.
DRAWS = "kind = 'capacity' AND (app_setting('stations') IS NOT NULL OR app_setting('divisions') IS NOT NULL)"
# Who may write why it changed is who may change it.
DRAWS_ON_ACCOUNT = (
    "EXISTS (SELECT 1 FROM account a WHERE a.id = account_id AND (a.provider = app_setting('provider')"
    f" OR app_sees_division(a.division) OR app_sees_station(a.station_id) OR {MACHINES}"
    " OR (a.kind = 'capacity' AND (app_setting('stations') IS NOT NULL OR app_setting('divisions') IS NOT NULL))))"
)
OF_PERSON = f"{MACHINES} OR EXISTS (SELECT 1 FROM need n WHERE n.resident_id = {{table}}.resident_id)"

# What an order or a look-up must know across scopes, and nothing more: that a need is known, how often it came back.
LOOK_UPS = """
CREATE FUNCTION need_is_known(wanted uuid) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$ SELECT EXISTS (SELECT 1 FROM public.need n WHERE n.id = wanted) $$;

CREATE FUNCTION returns_of(wanted uuid, in_episode integer) RETURNS bigint LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$ SELECT count(*) FROM public.service_order o
      WHERE o.need_id = wanted AND o.episode = in_episode AND o.is_dispute $$;
"""
NAMES = ("need_is_known(uuid)", "returns_of(uuid, integer)")


def upgrade() -> None:
    plumbing.create("matching")
    security.script(TABLES)
    security.protect("need", see=IN_SCOPE, write=MACHINES)
    security.protect("person", see=OF_PERSON.format(table="person"), write=MACHINES)
    security.protect("consent", see=OF_PERSON.format(table="consent"), write=MACHINES)
    security.protect(
        "consent_override",
        see=f"{MACHINES} OR EXISTS (SELECT 1 FROM need n WHERE n.id = need_id)",
        write=MACHINES,
    )
    security.protect("resident_alias", see=f"{MACHINES} OR EXISTS (SELECT 1 FROM need n WHERE"
                     " n.resident_id = resident_alias.resident_id)", write=MACHINES)  # fmt: skip
    # What is offered is there for all to read; only its provider writes it.
    security.protect("resource", see=f"{OWN} OR {MACHINES}")
    op.execute("CREATE POLICY resource_read ON resource FOR SELECT USING (true)")
    security.protect("account", see=f"{OWN} OR {IN_SCOPE}")
    op.execute("CREATE POLICY account_read ON account FOR SELECT USING (kind = 'capacity')")
    op.execute(f"CREATE POLICY account_draw ON account FOR UPDATE USING ({DRAWS}) WITH CHECK ({DRAWS})")
    security.protect(
        "ledger_entry", see="EXISTS (SELECT 1 FROM account a WHERE a.id = account_id)", write=DRAWS_ON_ACCOUNT
    )
    # A draft is the station's own affair.
    security.protect("service_order", see=f"{IN_SCOPE} OR ({OWN} AND status <> 'draft')")
    security.protect("clock", see=f"{IN_SCOPE} OR {OWN}")
    op.execute("REVOKE UPDATE, DELETE, TRUNCATE ON ledger_entry FROM matching_app")
    op.execute("REVOKE DELETE, TRUNCATE ON resource, account, service_order, clock FROM matching_app")
    _look_across()


def _look_across() -> None:
    """The look-ups run as a role of their own, which sees only the columns that they ask for."""
    security.script(LOOK_UPS)
    op.execute("GRANT SELECT (id) ON need TO matching_lookup")
    op.execute("GRANT SELECT (need_id, episode, is_dispute) ON service_order TO matching_lookup")
    op.execute("CREATE POLICY need_lookup ON need FOR SELECT TO matching_lookup USING (true)")
    op.execute("CREATE POLICY service_order_lookup ON service_order FOR SELECT TO matching_lookup USING (true)")
    security.hand_over("matching", *NAMES)


def downgrade() -> None:
    for name in NAMES:
        op.execute(f"DROP FUNCTION {name}")
    for table in (
        "clock",
        "service_order",
        "ledger_entry",
        "account",
        "resource",
        "resident_alias",
        "provider",
        "person",
        "need",
        "consent_override",
        "consent",
    ):
        op.execute(f"DROP TABLE {table} CASCADE")
    plumbing.drop()
