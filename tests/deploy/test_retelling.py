"""What a child writes is told to whoever waits: whole lines, the right ones, each once."""

import asyncio
from pathlib import Path

from deploy import retelling
from deploy.retelling import retell


async def test_new_whole_lines_of_the_right_kind_are_said_once(tmp_path: Path) -> None:
    log, said = tmp_path / "sample.log", list[str]()
    log.write_text("示例 of an earlier run\n", "utf-8")
    telling = asyncio.create_task(retell(log, said.append, beginning="示例"))
    await asyncio.sleep(0)
    with log.open("a", encoding="utf-8") as written:
        written.write("示例 10%\nsomething else\n示例 2")
        written.flush()
        await asyncio.sleep(3 * retelling.LOOK_SECONDS)
        assert said == ["示例 10%"]
        written.write("0%\n")
    telling.cancel()
    await asyncio.gather(telling, return_exceptions=True)
    assert said == ["示例 10%", "示例 20%"]


async def test_a_log_that_is_not_there_yet_is_waited_for(tmp_path: Path) -> None:
    log, said = tmp_path / "sample.log", list[str]()
    telling = asyncio.create_task(retell(log, said.append, beginning="示例"))
    await asyncio.sleep(0)
    log.write_text("示例 10%\n", "utf-8")
    telling.cancel()
    await asyncio.gather(telling, return_exceptions=True)
    assert said == ["示例 10%"]
