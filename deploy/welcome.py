"""What a newcomer reads when everything runs: addresses, accounts, and three commands that work when pasted."""

import json
import shlex
import shutil
import sys
from pathlib import Path

from deploy.addresses import BUILT
from deploy.environment import Addresses, inherited
from deploy.home import default_folder
from deploy.places import ROOT

ACCOUNTS = (
    ("hotline", "接线员 answers the hotline"),
    ("head-361002100", "社工站站长 head of a township's station"),
    ("worker-361002100-1", "社工 social worker there"),
    ("head-station-361002", "区社工总站 head station of a county"),
    ("officer-health", "部门经办人 officer of a department; system-health is its machine"),
    ("city-manager", "市级管理 sees the whole city"),
    ("administrator", "管理员 manages accounts; GET /identity/v1/accounts lists them all"),
    ("auditor", "审计员 reads the trail"),
)
FIRST_NEED = {
    "words": "我妈妈一个人住，最近吃饭不规律，想找人送餐。",
    "channel": "hotline",
    "division": "361002100",
    "on_behalf_of": "child",
}


def welcome(addresses: Addresses, *, home: Path) -> str:
    """The text for the console; in production it names no accounts, for there are none that everybody knows."""
    door = f"http://127.0.0.1:{addresses.door}"
    pages = "\n".join(f"  {door}/{service}/docs" for service in BUILT)
    trying = "" if inherited()["FUZHOU_ENVIRONMENT"] == "production" else _trying(door, home)
    return f"""
抚州社会工作云平台已就绪 · The platform is ready

  {door}/    首页 the services; 接口文档 their documentation:
{pages}
{trying}
  Ctrl-C 停止一切 stops everything.
"""


def _trying(door: str, home: Path) -> str:
    fuzhou = _command(home)
    accounts = "\n".join(f"    {name:<20} {meaning}" for name, meaning in ACCOUNTS)
    commands = "\n".join(f"  {command}" for command in first_commands(door, fuzhou))
    return f"""
  开发账号 development accounts (token: {fuzhou} token NAME)
{accounts}

  试一试 try it: what can be asked for; register a need (again with the same key is the same need); who waits
{commands}
"""


def first_commands(door: str, fuzhou: str) -> tuple[str, str, str]:
    """Three lines for a shell, each whole in itself; `echo` keeps the prompt off the answer's line."""
    needs, token = f"{door}/needs/v1", f'-H "Authorization: Bearer $({fuzhou} token hotline)"'
    body = json.dumps(FIRST_NEED, ensure_ascii=False)
    return (
        f"curl -s {needs}/categories {token}; echo",
        f"curl -s {needs}/needs {token} -H 'Idempotency-Key: my-first-need' --json '{body}'; echo",
        f"curl -s {needs}/needs {token}; echo",
    )


def _command(home: Path) -> str:
    """The `fuzhou` command as it can be typed here, told of the folder when that is not the usual one."""
    told = "" if home == default_folder() else f"FUZHOU_HOME={shlex.quote(str(home))} "
    if shutil.which("fuzhou"):
        return f"{told}fuzhou"
    beside = Path(sys.executable).parent / "fuzhou"
    if not beside.exists():
        return f"{told}PYTHONPATH={ROOT} {sys.executable} -m deploy.command"
    return told + str(beside.relative_to(Path.cwd()) if beside.is_relative_to(Path.cwd()) else beside)
