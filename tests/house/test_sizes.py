"""Small is the rule; what is long says why, with `# long: …`."""

import ast
from pathlib import Path
from statistics import median

from tests.house.source import PACKAGES, breaking, files, nodes

LONGEST_FILE, LONGEST_FUNCTION, MEDIAN_FUNCTION = 300, 40, 8
REASON = "# long: "
ALL = files(*PACKAGES, "tests", "benchmarks")


def functions(path: Path) -> list[tuple[ast.FunctionDef | ast.AsyncFunctionDef, int]]:
    found = [node for node in nodes(path) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    return [(node, (node.end_lineno or node.lineno) - node.lineno + 1) for node in found]


def test_a_file_fits_in_the_head() -> None:
    """Make the room a package of the same name, with a file for each subject; or write `# long: why` at its top."""
    assert breaking(ALL, too_long) == {}


def too_long(path: Path) -> list[int]:
    lines = path.read_text("utf-8").splitlines()
    is_long = len(lines) > LONGEST_FILE and not any(REASON in line for line in lines[:8])
    return [len(lines)] if is_long else []


def test_a_function_fits_on_the_screen() -> None:
    """Give its parts names; or write `# long: why` above it."""
    assert breaking(ALL, long_functions) == {}


def long_functions(path: Path) -> set[str]:
    lines = path.read_text("utf-8").splitlines()
    return {
        f"{node.name} ({length} lines)"
        for node, length in functions(path)
        if length > LONGEST_FUNCTION and not any(REASON in line for line in lines[node.lineno - 2 : node.lineno])
    }


def test_the_median_function_is_short() -> None:
    """Beauty is the median: prefer a named step to a longer function."""
    lengths = [length for path in files("services", "shared") for _, length in functions(path)]
    assert median(lengths) < MEDIAN_FUNCTION
