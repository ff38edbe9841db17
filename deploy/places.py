"""Where this distribution's own files are."""

from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parent.parent
CADDYFILE: Final = ROOT / "deploy" / "caddy" / "Caddyfile"
