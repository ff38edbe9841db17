"""Whether the files of keys and secrets are there, whole, this place's own, and not to be guessed."""

import base64
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from shared.kit.crypto import Keyring
from shared.kit.safety.refusals import Danger
from shared.kit.settings import Environment, SharedSettings

# Of random bytes nearly all differ; a key of a word, a pattern or zeros has far fewer different ones, or only letters.
LEAST_SHARE_DIFFERENT: Final = 0.5
SHORTEST_SECRET: Final = 16
KEYS, SECRET = "FUZHOU_KEYS_FILE", "FUZHOU_CLIENT_SECRET_FILE"
UNREADABLE = Danger(
    KEYS,
    "no whole keys file lies there. Put yours back from your copy; before there is any data, make one with"
    " `fuzhou secrets FOLDER`.",
    "该处没有完整的密钥文件。请从备份中放回；尚无数据时用 `fuzhou secrets 目录` 生成。",
)
OF_DEVELOPMENT = Danger(
    KEYS,
    "these keys were made for development, and people who develop have seen them. Make new ones with"
    " `fuzhou secrets FOLDER` and begin with new databases.",
    "这些密钥是为开发环境生成的，开发人员见过。请用 `fuzhou secrets 目录` 另行生成，并使用全新的数据库。",
)
GUESSABLE = Danger(
    KEYS,
    "a key in it is a word, a pattern or zeros, and not 32 random bytes. Make new ones with `fuzhou secrets FOLDER`.",
    "其中有密钥是单词、规律字符或全零，而不是 32 个随机字节。请用 `fuzhou secrets 目录` 重新生成。",
)
ONE_FOR_BOTH = Danger(
    KEYS,
    "the index key is also a data key. Give the index a key of its own, as `fuzhou secrets FOLDER` does.",
    "索引密钥与数据密钥相同。请像 `fuzhou secrets 目录` 那样为索引单独生成密钥。",
)
NO_SECRET = Danger(
    SECRET,
    f"it names no file with a secret of {SHORTEST_SECRET} characters or more, by which this service names itself to"
    " identity. `fuzhou secrets FOLDER` makes one for each service.",
    f"未指向含有至少 {SHORTEST_SECRET} 个字符密文的文件（本服务以此向身份服务表明身份）。"
    "请用 `fuzhou secrets 目录` 为每个服务生成。",
)


def keys(settings: SharedSettings) -> Iterator[Danger]:
    """What is wrong with the keys that personal fields are sealed with."""
    try:
        Keyring.from_file(settings.keys_file)
        written: dict[str, Any] = json.loads(settings.keys_file.read_text("utf-8"))
        data = [base64.b64decode(key) for key in written["keys"].values()]
        index = base64.b64decode(written["index_key"])
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        yield UNREADABLE
        return
    if written.get("made_for", Environment.PRODUCTION) != Environment.PRODUCTION:
        yield OF_DEVELOPMENT
    if any(map(_is_guessable, (*data, index))):
        yield GUESSABLE
    if index in data:
        yield ONE_FOR_BOTH


def client_secret(settings: SharedSettings) -> Iterator[Danger]:
    """Without a secret of its own a service hears nothing from the others."""
    if len(_read(settings.client_secret_file)) < SHORTEST_SECRET:
        yield NO_SECRET


def _is_guessable(key: bytes) -> bool:
    return len(set(key)) < LEAST_SHARE_DIFFERENT * len(key) or all(32 <= byte < 127 for byte in key)


def _read(path: Path | None) -> str:
    try:
        return path.read_text("utf-8").strip() if path is not None else ""
    except (OSError, UnicodeDecodeError):
        return ""
