"""Whether the keys are there, whole, closed to others, and fit for where they are used."""

import stat
from collections.abc import Iterator

from deploy.doctor import Finding, State, well
from deploy.home import Home
from deploy.keys_file import KeysFile


def keys(home: Home, *, environment: str) -> Iterator[Finding]:
    """The keys file; whoever lost it has lost every personal field."""
    path = home.secrets.keys_file
    if not path.exists():
        yield _missing(home)
        return
    keys = KeysFile(path)
    try:
        current, old = keys.read()["current"], keys.old
        _ = keys.keyring
    except (ValueError, KeyError, TypeError):
        yield Finding(
            "keys", State.ILL, f"{path} is not whole", f"{path} 内容不完整",
            f"Put it back from your copy; a whole one may lie beside it as {path.name}.copy.",
            f"请从副本放回；同目录的 {path.name}.copy 可能是完整的一份。",
        )  # fmt: skip
        return
    yield from _closed(home)
    yield from _fit(keys, environment)
    if keys.is_rotating:
        yield Finding(
            "keys", State.NOTE, "a rotation was begun and is not done", "密钥轮换尚未完成",
            "Finish it: `fuzhou rotate-keys`.", "请执行 `fuzhou rotate-keys` 完成轮换。",
        )  # fmt: skip
    else:
        yield well(
            "keys", f"{current} seals, {len(old)} older to open with", f"当前密钥 {current}，另有旧密钥 {len(old)} 个"
        )


def _missing(home: Home) -> Finding:
    path = home.secrets.keys_file
    if home.has_data:
        return Finding(
            "keys", State.ILL, f"{path} is missing, and the data cannot be read without it",
            f"缺少 {path}，现有数据无法解密", "Put it back from your copy.", "请从副本放回。",
        )  # fmt: skip
    return well("keys", "none yet; the first start makes them", "尚无密钥，首次启动时生成")


def _closed(home: Home) -> Iterator[Finding]:
    folder = home.secrets.folder
    if stat.S_IMODE(folder.stat().st_mode) & 0o077:
        yield Finding(
            "keys", State.ILL, f"other accounts may enter {folder}", f"其他账号可进入 {folder}",
            f"Close it: `chmod 700 {folder}`.", f"请执行 `chmod 700 {folder}`。",
        )  # fmt: skip


def _fit(keys: KeysFile, environment: str) -> Iterator[Finding]:
    if environment == "production" and keys.read().get("made_for", "production") != "production":
        yield Finding(
            "keys", State.ILL, "these keys were made for development", "这些密钥是为开发环境生成的",
            "Production refuses them: make new ones with `fuzhou secrets FOLDER` and begin with new databases.",
            "生产环境拒绝使用：请用 `fuzhou secrets 目录` 另行生成，并使用全新的数据库。",
        )  # fmt: skip
