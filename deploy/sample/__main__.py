"""Let the sample city come in, unless it is not wanted or this is production."""

import os

from deploy.sample import is_wanted
from deploy.sample.city import Quarter
from deploy.sample.coming import come_in
from deploy.sample.door import Door
from shared.kit.clock import local_day, wall_clock


def main() -> None:
    if is_wanted(os.environ):
        door = Door(os.environ["FUZHOU_DOOR_URL"])
        come_in(door, Quarter.of(local_day(wall_clock())), lambda words: print(words, flush=True))


if __name__ == "__main__":
    main()
