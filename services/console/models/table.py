"""The root of the tables of the console."""

from typing import Any

from sqlalchemy import MetaData
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase

from shared.kit.tables import NAMING


class Table(DeclarativeBase):
    """A table of the console."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map = {list[dict[str, Any]]: JSONB}
