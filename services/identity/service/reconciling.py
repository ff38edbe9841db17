"""What identity promises about what it keeps of others."""

from typing import Final

from shared.kit.copies import rows_are_copied
from shared.schemas.reference import Station

STATIONS: Final = rows_are_copied("identity", tables=(Station.table,))
