"""What is said of a line of a batch, whatever the batch is about."""

from shared.schemas.forms import View


class RowError(View):
    """What is wrong in a line, and where (a JSON pointer)."""

    pointer: str
    en: str
    zh: str
