"""The root of the tables of cases."""

from typing import Any

from sqlalchemy import ARRAY, MetaData, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase

from shared.kit.tables import NAMING


class Table(DeclarativeBase):
    """A table of cases."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map = {
        dict[str, Any]: JSONB, dict[str, int]: JSONB, list[dict[str, Any]]: JSONB, list[str]: ARRAY(Text),
    }  # fmt: skip
