"""Each recipe of CONTRIBUTING.md is followed in a copy of the tree: it leads where it says, and slips are seen."""

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

from tests.recipes.column import COLUMN
from tests.recipes.department import DEPARTMENT
from tests.recipes.endpoint import ENDPOINT
from tests.recipes.fact import FACT
from tests.recipes.listener import LISTENER
from tests.recipes.promise import PROMISE
from tests.recipes.recipe import DOCUMENT, Recipe, copy

# In the order of following: each is followed where those before it were.
RECIPES: Final = (DEPARTMENT, ENDPOINT, FACT, LISTENER, PROMISE, COLUMN)
CATCHING: Final = [each.by for recipe in RECIPES for each in recipe.caught]
FAILED: Final = re.compile(r"^(?:FAILED|ERROR) (tests/.*?)(?: - .*)?$", re.MULTILINE)
PASSED: Final = re.compile(r"^PASSED (tests/.*)$", re.MULTILINE)
each_recipe = pytest.mark.parametrize("recipe", RECIPES, ids=lambda recipe: recipe.heading)


def run(tree: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """A program of the environment, in a copy and on its code alone."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST", "COV_", "FUZHOU"))}
    environment = kept | {"PYTHONPATH": str(tree), "COLUMNS": "400"}
    return subprocess.run(
        [sys.executable, "-m", *words], check=False, capture_output=True, text=True, cwd=tree, env=environment
    )


def narrow() -> list[str]:
    """What all recipes say to run, as one run: a cluster takes longer to start than what is then looked at."""
    paths = [path for recipe in RECIPES for path in recipe.runs]
    words = [word for recipe in RECIPES for word in recipe.contracts]
    return [*paths, "tests/contracts", "-k", " or ".join(["not contracts", *words])]


@each_recipe
def test_what_is_followed_is_what_is_written(recipe: Recipe) -> None:
    """Change the recipe here and in CONTRIBUTING.md together."""
    assert recipe.unlike_the_document() == []


def test_every_recipe_is_followed() -> None:
    """Put a new recipe's edits beside the others, and follow it here."""
    recipes = DOCUMENT.read_text("utf-8").split("\n## Recipes\n")[1].split("\n## ")[0]
    assert re.findall(r"^### (.*)$", recipes, re.MULTILINE) == [recipe.heading for recipe in RECIPES]


@pytest.mark.slow
def test_who_follows_all_recipes_finds_everything_green(tmp_path: Path) -> None:
    """Mend the recipe, or what no longer lets it be followed."""
    tree = copy(tmp_path)
    for recipe in RECIPES:
        recipe.follow(tree)
    for words in (("ruff", "format", "--check", "."), ("ruff", "check", ".")):
        looked = run(tree, *words)
        assert looked.returncode == 0, looked.stdout + looked.stderr
    looked = run(tree, "pytest", "-q", "-rp", "-p", "no:cacheprovider", *CATCHING, *narrow())
    assert looked.returncode == 0, looked.stdout[-8000:] + looked.stderr[-2000:]
    # Those that see what is left out see nothing here.
    assert set(CATCHING) <= set(PASSED.findall(looked.stdout))


@pytest.mark.slow
def test_what_is_left_out_of_a_recipe_is_caught(tmp_path: Path) -> None:
    """The house says so, or the recipe must not promise that it does."""
    tree = copy(tmp_path)
    for recipe in RECIPES:
        recipe.follow(tree, carefully=False)
    looked = run(tree, "pytest", "-q", "--tb=no", "-p", "no:cacheprovider", *CATCHING)
    assert sorted(FAILED.findall(looked.stdout)) == sorted(CATCHING), looked.stdout[-8000:] + looked.stderr[-2000:]
