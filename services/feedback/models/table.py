"""The root of the tables of feedback."""

from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, MetaData, Text, Uuid
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase

from shared.kit.tables import NAMING


class Table(DeclarativeBase):
    """A table of feedback."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map = {dict[str, Any]: JSONB, list[str]: ARRAY(Text), list[UUID]: ARRAY(Uuid)}
