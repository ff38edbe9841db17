"""Tokens for those who act in the year: made one after another, each once as long as it is good."""

import asyncio
from dataclasses import dataclass, field

from sqlalchemy.ext.asyncio import create_async_engine

from deploy.year.services import Tokens
from shared.kit.database import Database


@dataclass(slots=True)
class CountedTokens(Tokens):
    """No identity, and what would be asked of it."""

    made: list[str] = field(default_factory=list)
    at_once: int = 0

    async def make(self, account: str) -> str:
        self.at_once += 1
        assert self.at_once == 1, "there is one connection"
        self.made.append(account)
        await asyncio.sleep(0)
        self.at_once -= 1
        return f"token of {account}"


async def test_however_many_ask_at_once_each_token_is_made_once_and_one_at_a_time() -> None:
    tokens = CountedTokens(Database(create_async_engine("postgresql+asyncpg://nowhere/nothing")))
    got = await asyncio.gather(*(tokens.of(account) for account in ("head", "head", "worker") * 20))
    assert got == ["token of head", "token of head", "token of worker"] * 20
    assert tokens.made == ["head", "worker"]
