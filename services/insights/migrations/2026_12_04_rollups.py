"""Waits can be told from counts; months of answers are those of feedback; rollups follow whole statements."""

# long: a revision is one step and is never edited after it has been taken; splitting it would split the step.

from dataclasses import dataclass
from typing import Final

from alembic import op

from shared.kit.migrations import security

revision = "20261204_insights"
down_revision = "20261203_insights"
branch_labels = None
depends_on = None

MACHINES: Final = "app_is_machine('insights.handlers', 'insights.timers')"
# A tile reads rollups by the thousand: whom the reader may see is found out once for all of these, not for each row.
PREFIXES: Final = """
CREATE FUNCTION app_prefixes() RETURNS text[] LANGUAGE sql STABLE PARALLEL SAFE
AS $$ SELECT coalesce(array_agg(CASE prefix WHEN '*' THEN '' ELSE prefix END), '{}')
      FROM unnest(string_to_array(public.app_setting('divisions'), ',')) AS prefix WHERE prefix <> '' $$
"""
SEES_ROLLUP: Final = f"township ^@ ANY ((SELECT app_prefixes())::text[]) OR (SELECT {MACHINES})"
# What is published is for everybody who comes in, and still for nobody who says not who asks.
PUBLISHED: Final = ("station", "cube_day", "cube_category")
SEES_PUBLISHED: Final = f"(SELECT coalesce(app_setting('actor'), '') <> '' OR {MACHINES})"
SAW_ROLLUP: Final = f"app_sees_division(township) OR {MACHINES}"
NOT_COUNTED: Final = "('joined', 'entered_in_error', 'withdrawn', 'referred_out')"
MONTH: Final = "to_char({moment} AT TIME ZONE INTERVAL '8 hours', 'YYYY-MM')"
TABLES: Final = """
ALTER TABLE survey ADD COLUMN resolved_at timestamptz;
ALTER TABLE case_part ADD COLUMN ended_at timestamptz;

CREATE TABLE contact_wait (
    need_id uuid NOT NULL,
    episode integer NOT NULL,
    month varchar NOT NULL,
    category varchar NOT NULL,
    township varchar NOT NULL,
    bucket integer NOT NULL,
    days double precision NOT NULL,
    CONSTRAINT pk_contact_wait PRIMARY KEY (need_id, episode)
);
CREATE INDEX ix_contact_wait_place ON contact_wait (month, bucket, township);
CREATE INDEX ix_contact_wait_category ON contact_wait (month, category, bucket, township);

CREATE TABLE wait_month (
    month varchar NOT NULL,
    category varchar NOT NULL,
    township varchar NOT NULL,
    bucket integer NOT NULL,
    episodes integer NOT NULL,
    CONSTRAINT pk_wait_month PRIMARY KEY (month, category, township, bucket)
);
"""


@dataclass(frozen=True, slots=True)
class Rollup:
    """Sums by key of what each row of a table counts; `rows` is what the rows of `{these}` count."""

    table: str
    of: str
    key: tuple[str, ...]
    sums: tuple[str, ...]
    rows: str


ROLLUPS: Final = (
    Rollup("need_month", "need_episode", ("month", "category", "township"), ("asked", "open"), f"""
        SELECT {MONTH.format(moment="registered_at")} AS month, coalesce(category, '') AS category,
               left(division, 9) AS township, 1 AS asked,
               CASE WHEN status IN ('registered', 'triaged', 'ordered', 'waiting') THEN 1 ELSE 0 END AS open
        FROM {{these}} WHERE status NOT IN {NOT_COUNTED}"""),
    Rollup("answer_month", "survey", ("month", "category", "township"), ("answered", "satisfied"), f"""
        SELECT {MONTH.format(moment="coalesce(resolved_at, invited_at)")} AS month, category,
               left(division, 9) AS township, 1 AS answered, CASE WHEN satisfaction >= 4 THEN 1 ELSE 0 END AS satisfied
        FROM {{these}} WHERE answered_at IS NOT NULL"""),
    # Each wait counts in its category and in all of them: else every tile of a month would add up all categories.
    Rollup("wait_month", "contact_wait", ("month", "category", "township", "bucket"), ("episodes",), """
        SELECT month, kind AS category, township, bucket, 1 AS episodes
        FROM {these} CROSS JOIN LATERAL (VALUES (category), ('*')) AS both_ways (kind)"""),
)  # fmt: skip
SEEN_BY: Final = {"INSERT": ("come",), "UPDATE": ("gone", "come"), "DELETE": ("gone",)}
NAMED: Final = {"come": "NEW TABLE AS come", "gone": "OLD TABLE AS gone"}

# How long an episode waited, less what listed pauses held, and the quarter of a day in which that lies: a ninth
# tenth is found by counting those, and then read exactly among the few waits of one of them.
WAITS: Final = f"""
    INSERT INTO contact_wait AS kept (need_id, episode, month, category, township, bucket, days)
    SELECT need_id, episode, month, category, township, least(greatest(floor(days * 4), 0), 240)::integer, days
    FROM (
        SELECT e.need_id, e.episode, {MONTH.format(moment="e.registered_at")} AS month,
               coalesce(e.category, '') AS category, left(e.division, 9) AS township,
               extract(epoch FROM e.contacted_at - e.registered_at - coalesce((
                   SELECT sum(greatest(least(coalesce(p.resumed_at, e.contacted_at), e.contacted_at)
                                       - greatest(p.paused_at, e.registered_at), INTERVAL '0'))
                   FROM need_pause p
                   WHERE p.need_id = e.need_id AND p.episode = e.episode AND p.stops_headline
               ), INTERVAL '0'))::double precision / 86400 AS days
        FROM {{episodes}}
        WHERE e.contacted_at IS NOT NULL AND e.status NOT IN {NOT_COUNTED}{{which}}
    ) AS waits
    ON CONFLICT (need_id, episode) DO UPDATE
    SET month = excluded.month, category = excluded.category, township = excluded.township, bucket = excluded.bucket,
        days = excluded.days
    WHERE (kept.month, kept.category, kept.township, kept.days)
          IS DISTINCT FROM (excluded.month, excluded.category, excluded.township, excluded.days)"""
CHANGED: Final = """
        AND (e.status, e.category, e.division, e.registered_at, e.contacted_at)
            IS DISTINCT FROM (g.status, g.category, g.division, g.registered_at, g.contacted_at)"""
FORGET: Final = "DELETE FROM contact_wait w USING {rows} e WHERE w.need_id = e.need_id AND w.episode = e.episode"
AFTER_EPISODES: Final = {
    "INSERT": (WAITS.format(episodes="come e", which=""),),
    "UPDATE": (
        f"{FORGET.format(rows='come')} AND (e.contacted_at IS NULL OR e.status IN {NOT_COUNTED})",
        WAITS.format(episodes="come e JOIN gone g USING (need_id, episode)", which=CHANGED),
    ),
    "DELETE": (FORGET.format(rows="gone"),),
}


def _of_pauses(operation: str) -> str:
    paused = " UNION ALL ".join(f"SELECT need_id, episode FROM {rows}" for rows in SEEN_BY[operation])
    return WAITS.format(episodes="need_episode e", which=f" AND (e.need_id, e.episode) IN ({paused})")


AFTER_PAUSES: Final = {operation: (_of_pauses(operation),) for operation in SEEN_BY}


def _added(rollup: Rollup, operation: str) -> str:
    """The statement that adds to a rollup what came, less what went."""
    parts = [
        f"SELECT {-1 if these == 'gone' else 1} AS sign, r.* FROM ({rollup.rows.format(these=these)}) AS r"
        for these in SEEN_BY[operation]
    ]
    key, sums = ", ".join(rollup.key), ", ".join(rollup.sums)
    added = [f"sum(sign * {name})" for name in rollup.sums]
    return (
        f"INSERT INTO {rollup.table} AS kept ({key}, {sums}) SELECT {key}, {', '.join(added)} "
        f"FROM ({' UNION ALL '.join(parts)}) AS moved GROUP BY {key} HAVING {' <> 0 OR '.join(added)} <> 0 "
        f"ORDER BY {key} ON CONFLICT ({key}) DO UPDATE "
        f"SET {', '.join(f'{name} = kept.{name} + excluded.{name}' for name in rollup.sums)}"
    )


def _filled(rollup: Rollup) -> str:
    key = ", ".join(rollup.key)
    sums = ", ".join(f"sum({name})" for name in rollup.sums)
    return (
        f"INSERT INTO {rollup.table} ({key}, {', '.join(rollup.sums)}) SELECT {key}, {sums} "
        f"FROM ({rollup.rows.format(these=rollup.of)}) AS r GROUP BY {key}"
    )


def _follow(name: str, table: str, operation: str, *statements: str) -> None:
    """Let statements be run after each one of this kind, over all of its rows at once."""
    body = ";\n".join(statements)
    op.execute(
        f"CREATE FUNCTION {name}_{operation.lower()}() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN\n{body};\nRETURN NULL; END $$"
    )
    seen = " ".join(NAMED[rows] for rows in SEEN_BY[operation])
    op.execute(
        f"CREATE TRIGGER {name}_{operation.lower()} AFTER {operation} ON {table} REFERENCING {seen} "
        f"FOR EACH STATEMENT EXECUTE FUNCTION {name}_{operation.lower()}()"
    )


ROW_BY_ROW: Final = """
DROP TRIGGER need_month_gains ON need_episode;
DROP TRIGGER need_month_moves ON need_episode;
DROP TRIGGER answer_month_follows ON survey;
DROP FUNCTION keep_need_month, keep_answer_month, count_need, count_answer;
"""
# As it was before, for whoever goes back.
ROW_BY_ROW_AGAIN: Final = """
CREATE FUNCTION count_need(each need_episode, sign integer) RETURNS void LANGUAGE sql AS $$
    INSERT INTO need_month AS kept (month, township, category, asked, open)
    SELECT to_char(each.registered_at AT TIME ZONE INTERVAL '8 hours', 'YYYY-MM'), left(each.division, 9),
           coalesce(each.category, ''), sign,
           CASE WHEN each.status IN ('registered', 'triaged', 'ordered', 'waiting') THEN sign ELSE 0 END
    WHERE each.status NOT IN ('joined', 'entered_in_error', 'withdrawn', 'referred_out')
    ON CONFLICT (month, category, township) DO UPDATE
    SET asked = kept.asked + excluded.asked, open = kept.open + excluded.open
$$;
CREATE FUNCTION keep_need_month() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN PERFORM count_need(OLD, -1); END IF;
    IF TG_OP <> 'DELETE' THEN PERFORM count_need(NEW, 1); END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER need_month_gains AFTER INSERT OR DELETE ON need_episode
FOR EACH ROW EXECUTE FUNCTION keep_need_month();
CREATE TRIGGER need_month_moves AFTER UPDATE ON need_episode FOR EACH ROW
WHEN ((OLD.status, OLD.category, OLD.division, OLD.registered_at)
      IS DISTINCT FROM (NEW.status, NEW.category, NEW.division, NEW.registered_at))
EXECUTE FUNCTION keep_need_month();
CREATE FUNCTION count_answer(each survey, sign integer) RETURNS void LANGUAGE sql AS $$
    INSERT INTO answer_month AS kept (month, township, category, answered, satisfied)
    SELECT to_char(each.invited_at AT TIME ZONE INTERVAL '8 hours', 'YYYY-MM'), left(each.division, 9),
           each.category, sign, CASE WHEN each.satisfaction >= 4 THEN sign ELSE 0 END
    WHERE each.responded
    ON CONFLICT (month, category, township) DO UPDATE
    SET answered = kept.answered + excluded.answered, satisfied = kept.satisfied + excluded.satisfied
$$;
CREATE FUNCTION keep_answer_month() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN PERFORM count_answer(OLD, -1); END IF;
    IF TG_OP <> 'DELETE' THEN PERFORM count_answer(NEW, 1); END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER answer_month_follows AFTER INSERT OR UPDATE OR DELETE ON survey
FOR EACH ROW EXECUTE FUNCTION keep_answer_month();
DELETE FROM answer_month;
INSERT INTO answer_month (month, township, category, answered, satisfied)
SELECT to_char(invited_at AT TIME ZONE INTERVAL '8 hours', 'YYYY-MM'), left(division, 9), category,
       count(*), count(*) FILTER (WHERE satisfaction >= 4)
FROM survey WHERE responded GROUP BY 1, 2, 3;
"""
FOLLOWED: Final = (
    *((f"keep_{rollup.table}", rollup.of) for rollup in ROLLUPS),
    ("keep_wait_of_episode", "need_episode"), ("keep_wait_of_pause", "need_pause"),
)  # fmt: skip


def upgrade() -> None:
    security.script(TABLES)
    security.script(ROW_BY_ROW)
    # Before anything follows: what is there is counted once, and answers by the month of what they are about.
    op.execute("DELETE FROM answer_month")
    op.execute(
        "UPDATE survey SET resolved_at = e.resolved_at FROM need_episode e"
        " WHERE e.need_id = survey.need_id AND e.episode = survey.episode"
    )
    op.execute(WAITS.format(episodes="need_episode e", which=""))
    for rollup in ROLLUPS[1:]:
        op.execute(_filled(rollup))
    for operation in SEEN_BY:
        for rollup in ROLLUPS:
            _follow(f"keep_{rollup.table}", rollup.of, operation, _added(rollup, operation))
        _follow("keep_wait_of_episode", "need_episode", operation, *AFTER_EPISODES[operation])
        _follow("keep_wait_of_pause", "need_pause", operation, *AFTER_PAUSES[operation])
    op.execute(PREFIXES)
    for table in ("contact_wait", "wait_month"):
        security.protect(table, see=SEES_ROLLUP, write=MACHINES)
    for table in ("need_month", "answer_month"):
        op.execute(f"ALTER POLICY {table}_see ON {table} USING ({SEES_ROLLUP})")
    for table in PUBLISHED:
        op.execute(f"ALTER POLICY {table}_see ON {table} USING ({SEES_PUBLISHED})")


def downgrade() -> None:
    for name, table in FOLLOWED:
        for operation in SEEN_BY:
            op.execute(f"DROP TRIGGER {name}_{operation.lower()} ON {table}")
            op.execute(f"DROP FUNCTION {name}_{operation.lower()}")
    security.script(ROW_BY_ROW_AGAIN)
    for table in ("need_month", "answer_month"):
        op.execute(f"ALTER POLICY {table}_see ON {table} USING ({SAW_ROLLUP})")
    for table in PUBLISHED:
        op.execute(f"ALTER POLICY {table}_see ON {table} USING (true)")
    for table in ("wait_month", "contact_wait"):
        op.execute(f"DROP TABLE {table}")
    op.execute("DROP FUNCTION app_prefixes")
    op.execute("ALTER TABLE case_part DROP COLUMN ended_at")
    op.execute("ALTER TABLE survey DROP COLUMN resolved_at")
