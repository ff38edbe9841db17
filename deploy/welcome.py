"""What a newcomer reads when everything runs: addresses, accounts, and three commands that work when pasted."""

import shutil
import sys
from pathlib import Path

from deploy.addresses import BUILT
from deploy.environment import Addresses

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


def welcome(addresses: Addresses) -> str:
    """The text for the console."""
    door = f"http://127.0.0.1:{addresses.door}"
    accounts = "\n".join(f"    {name:<20} {meaning}" for name, meaning in ACCOUNTS)
    commands = "\n".join(f"  curl {door}/{service}/health/ready" for service in BUILT)
    return f"""
抚州社会工作云平台已就绪 · The platform is ready

  {door}/                 首页 the services
  {door}/needs/docs       接口文档 interface documentation

  开发账号 development accounts (token: {_command()} token NAME)
{accounts}

{commands}

  Ctrl-C 停止一切 stops everything.
"""


def _command() -> str:
    """The `fuzhou` command as it can be typed here."""
    if shutil.which("fuzhou"):
        return "fuzhou"
    beside = Path(sys.executable).parent / "fuzhou"
    return str(beside.relative_to(Path.cwd()) if beside.is_relative_to(Path.cwd()) else beside)
