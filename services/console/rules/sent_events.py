"""Reading server-sent events line by line, as the standard says browsers do."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Event:
    """An event with its name and its data."""

    name: str
    data: str


@dataclass(slots=True)
class Reader:
    """What has been read so far; `last_id` is where one goes on, also where only a comment told it."""

    last_id: str = ""
    _name: str = ""
    _data: list[str] = field(default_factory=list)

    def take(self, line: str) -> Event | None:
        """The next line; an event where it was the last one of one."""
        if not line:
            return self._end()
        name, _, value = line.partition(":")
        value = value.removeprefix(" ")
        match name:
            case "id":
                self.last_id = value
            case "event":
                self._name = value
            case "data":
                self._data.append(value)
        return None

    def _end(self) -> Event | None:
        event = Event(self._name or "message", "\n".join(self._data)) if self._data else None
        self._name, self._data = "", []
        return event
