"""Parts of cases, the county's no, superseded clocks, and merged files read under the one that counts."""

from alembic import op

from shared.kit.migrations import security

revision = "20261127_needs"
down_revision = "20261126_needs"
branch_labels = None
depends_on = None

TABLES = """
ALTER TABLE clock ADD COLUMN superseded_by uuid;

CREATE TABLE case_part (
    case_id uuid NOT NULL,
    need_id uuid NOT NULL,
    episode integer NOT NULL,
    joined_at timestamptz NOT NULL,
    ended_at timestamptz,
    heard_until timestamptz NOT NULL,
    CONSTRAINT pk_case_part PRIMARY KEY (case_id, need_id, episode)
);
CREATE INDEX ix_case_part_need_id ON case_part (need_id);

CREATE TABLE declined_reopening (
    id uuid NOT NULL,
    need_id uuid NOT NULL,
    episode integer NOT NULL,
    because_sealed bytea NOT NULL,
    declined_by varchar NOT NULL,
    declined_at timestamptz NOT NULL,
    CONSTRAINT pk_declined_reopening PRIMARY KEY (id),
    CONSTRAINT fk_declined_reopening_need_id_need FOREIGN KEY(need_id) REFERENCES need (id),
    CONSTRAINT uq_declined_reopening_need_id_episode UNIQUE (need_id, episode)
);
"""

MERGED = """
CREATE FUNCTION files_merged_into(wanted uuid) RETURNS SETOF uuid LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
    WITH RECURSIVE merged(id, step) AS (
        SELECT a.resident_id, 1 FROM public.resident_alias a WHERE a.canonical_id = wanted
        UNION ALL SELECT a.resident_id, m.step + 1 FROM merged m JOIN public.resident_alias a ON a.canonical_id = m.id
        WHERE m.step < 16
    )
    SELECT DISTINCT m.id FROM merged m
$$;

CREATE FUNCTION file_that_counts(wanted uuid) RETURNS uuid LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
    WITH RECURSIVE chain(id, step) AS (
        SELECT wanted, 0
        UNION ALL SELECT a.canonical_id, c.step + 1 FROM chain c JOIN public.resident_alias a ON a.resident_id = c.id
        WHERE c.step < 16
    )
    SELECT c.id FROM chain c ORDER BY c.step DESC LIMIT 1
$$;
"""

LOOK_UPS = """
CREATE FUNCTION resident_by_number(wanted bytea) RETURNS uuid LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
    SELECT public.file_that_counts(r.id) FROM public.resident r WHERE r.number_index = wanted
$$;

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
        SELECT public.file_that_counts(r.id) AS id,
               coalesce(r.number_index = number_, false) AS by_number,
               coalesce(r.name_index = name_, false) AS by_name,
               coalesce(r.birth_index = birth_, false) AS by_birth,
               EXISTS (SELECT 1 FROM public.resident_phone p
                       WHERE p.resident_id = r.id AND p.phone_index = phone_) AS by_phone
        FROM public.resident r JOIN near USING (id) WHERE NOT r.restricted
    ), people AS (
        SELECT c.id, bool_or(c.by_number) AS by_number, bool_or(c.by_name) AS by_name,
               bool_or(c.by_birth) AS by_birth, bool_or(c.by_phone) AS by_phone
        FROM compared c GROUP BY c.id
    )
    SELECT r.id, r.name_sealed, r.division, p.by_number, p.by_name, p.by_birth, p.by_phone
    FROM people p JOIN public.resident r ON r.id = p.id
    WHERE NOT r.restricted AND (p.by_number OR p.by_name::int + p.by_birth::int + p.by_phone::int >= 2)
    ORDER BY r.id LIMIT 20
$$;
"""
LOOK_UPS_BEFORE = """
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
LOOKED_UP = ("resident_by_number(bytea)", "resident_alike(bytea, bytea, bytea, bytea)")
OF_MERGED = ("files_merged_into(uuid)", "file_that_counts(uuid)")

MACHINES = "app_is_machine('needs.handlers', 'needs.timers')"
OF_NEED = "EXISTS (SELECT 1 FROM need n WHERE n.id = need_id)"
WORKS_ON_NEED = (
    "EXISTS (SELECT 1 FROM need n WHERE n.id = need_id AND (app_sees_division(n.division)"
    f" OR app_sees_station(n.station_id) OR n.registered_by = app_setting('owner') OR {MACHINES}))"
)
GRANTED = "g.provider = app_setting('provider') AND g.ended_at IS NULL"
AT_STATION = (
    "app_sees_station(n.station_id) AND n.status IN ('registered', 'triaged', 'ordered', 'waiting', 'in_service')"
)
SEES_RESIDENT = (
    f"app_sees_division(division) OR app_sees_station(station_id) OR {MACHINES} OR created_by = app_setting('owner')"
    f" OR EXISTS (SELECT 1 FROM card_grant g WHERE g.resident_id = resident.id AND {GRANTED})"
    f" OR EXISTS (SELECT 1 FROM need n WHERE n.resident_id = resident.id AND {AT_STATION})"
)
# Whoever works for a file that was merged sees the one that counts: the work stays under the old id.
SEES_BY_MERGED = (
    " OR EXISTS (SELECT 1 FROM files_merged_into(resident.id) AS merged(id)"
    f" JOIN card_grant g ON g.resident_id = merged.id WHERE {GRANTED})"
    " OR EXISTS (SELECT 1 FROM files_merged_into(resident.id) AS merged(id)"
    f" JOIN need n ON n.resident_id = merged.id WHERE {AT_STATION})"
)


def upgrade() -> None:
    security.script(TABLES)
    security.protect("case_part", see=f"{MACHINES} OR {OF_NEED}", write=MACHINES)
    security.protect("declined_reopening", see=OF_NEED, write=WORKS_ON_NEED)
    op.execute("GRANT SELECT (resident_id, canonical_id) ON resident_alias TO needs_lookup")
    op.execute("CREATE POLICY resident_alias_lookup ON resident_alias FOR SELECT TO needs_lookup USING (true)")
    security.script(MERGED)
    security.hand_over("needs", *OF_MERGED)
    _replace_look_ups(LOOK_UPS)
    op.execute(f"ALTER POLICY resident_see ON resident USING ({SEES_RESIDENT}{SEES_BY_MERGED})")


def _replace_look_ups(made: str) -> None:
    for function in LOOKED_UP:
        op.execute(f"DROP FUNCTION {function}")
    security.script(made)
    security.hand_over("needs", *LOOKED_UP)


def downgrade() -> None:
    op.execute(f"ALTER POLICY resident_see ON resident USING ({SEES_RESIDENT})")
    _replace_look_ups(LOOK_UPS_BEFORE)
    for function in OF_MERGED:
        op.execute(f"DROP FUNCTION {function}")
    op.execute("DROP POLICY resident_alias_lookup ON resident_alias")
    op.execute("REVOKE SELECT (resident_id, canonical_id) ON resident_alias FROM needs_lookup")
    op.execute("DROP TABLE declined_reopening, case_part")
    op.execute("ALTER TABLE clock DROP COLUMN superseded_by")
