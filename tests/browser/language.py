"""Whether a page speaks Chinese throughout: what is left of Latin letters when names of things are taken away."""

import re
from typing import Final

# What people see and hear of a page: its text where it is shown, labels, hints. Not what is marked as another
# language, as code or as a key, nor the account's own name, nor what stands in fields that people fill in.
READ: Final = """() => {
  const away = "script, style, noscript, code, .code, kbd, [lang]:not(html), .bar form span, svg style";
  const told = [document.title];
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walk.nextNode(); node; node = walk.nextNode()) {
    const at = node.parentElement;
    if (!at.closest(away) && node.nodeValue.trim()) told.push(node.nodeValue.trim());
  }
  for (const name of ["aria-label", "title", "placeholder", "alt", "data-ask"]) {
    for (const at of document.querySelectorAll(`[${name}]`)) told.push(at.getAttribute(name));
  }
  return told;
}"""
LATIN: Final = re.compile(r"[A-Za-z][A-Za-z_]+")
# References of needs and orders, accounts by role and place, addresses, months: names, not words.
NAMES: Final = (
    re.compile(r"(?<![A-Za-z])[A-Z]{2}\d{6}-[0-9A-Z]+-[0-9A-Z](?![0-9A-Za-z])"),
    re.compile(r"\b(?:head|worker|officer|township|county-manager|head-station|administrator)-[a-z0-9_-]+"),
    re.compile(r"https?://\S+"),
)
# Words of Chinese desks themselves.
KNOWN: Final = frozenset({"SMS", "APP", "CSV", "TOTP", "Esc", "Enter", "Cookie"})


def untranslated(told: list[str]) -> list[str]:
    """What of a page is no Chinese, each with the sentence that it stands in."""
    found = []
    for sentence in told:
        rest = sentence
        for name in NAMES:
            rest = name.sub("", rest)
        found += [f"{word}: {sentence[:80]}" for word in LATIN.findall(rest) if word not in KNOWN]
    return found
