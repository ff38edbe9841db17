"""Reference data of the city, each row dated and with its source: files, not code. `all_rows()` reads them."""

from shared.reference.rows import all_rows, rows_of_table
from shared.schemas.reference import TABLES

__all__ = ["TABLES", "all_rows", "rows_of_table"]
