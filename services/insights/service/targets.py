"""What the plan says of an indicator, as the reference rows have it."""

from datetime import date

from services.insights.schemas.figures import TargetView
from shared.kit.reference import Snapshot
from shared.schemas.reference import Target


def targets_of(snapshot: Snapshot, indicator: str, day: date) -> list[TargetView]:
    """Where the city was and where it wants to be, clause by clause; the plan may say several things of one period."""
    rows = [(Target.model_validate(row.body), row.source) for row in snapshot.every(Target.table, day)]
    return [
        TargetView(**row.model_dump(exclude={"indicator"}), source=source)
        for row, source in sorted(rows, key=lambda pair: pair[0].key)
        if row.indicator == indicator
    ]
