"""Times on the wire: RFC 3339 with the offset that people here read, +08:00."""

from datetime import datetime, timedelta, timezone
from typing import Annotated

from pydantic import AwareDatetime, PlainSerializer, WithJsonSchema

HERE = timezone(timedelta(hours=8))


def _written(moment: datetime) -> str:
    return moment.astimezone(HERE).isoformat()


# What a serializer returns hides from the schema that it is a time, and a generated client would see mere text.
Moment = Annotated[
    AwareDatetime,
    PlainSerializer(_written, when_used="json"),
    WithJsonSchema({"type": "string", "format": "date-time"}, mode="serialization"),
]
