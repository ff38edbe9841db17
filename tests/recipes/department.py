"""A ninth department that is shipped: the row that the document shows, and what it brings."""

import json
import re
from typing import Any, Final

from tests.recipes.recipe import Caught, Edit, Recipe

KIND: Final = """[
  {
    "valid_from": "2026-12-01",
    "source": "8+N 联席会议纪要 2026 年第 4 号（未核实）",
    "code": "dilapidated_home_renovation",
    "department": "housing",
    "category": "hardship_relief",
    "name_zh": "农村危房改造",
    "name_en": "Renovation of dilapidated rural homes",
    "unit": "item",
    "quantified": true,
    "eligibility": null,
    "documents": [
      "居民身份证"
    ],
    "cost_zh": "免费",
    "lead_days": 20,
    "basis_zh": "农村危房改造补助办法（示例）",
    "standing": "unverified",
    "note_zh": "面向农村低收入群体",
    "offered_at": "county",
    "offered_at_source": "示例假设：各地实际设点不同"
  }
]
"""


class Shipped(Recipe):
    """The row is the one that the document lets an administrator write."""

    def row(self) -> str:
        shown = re.search(r"^```\nPUT .*?\n(\{.*?\})\n```$", self.written(), re.MULTILINE | re.DOTALL)
        assert shown is not None
        row: dict[str, Any] = json.loads(shown[1])
        flat = {"valid_from": row["valid_from"], "source": row["source"]} | row["body"]
        return json.dumps(flat, ensure_ascii=False, indent=2)


HEADING: Final = "A ninth department"
ROW: Final = Shipped(heading=HEADING, steps={}).row().replace("\n", "\n  ")
DEPARTMENT: Final = Recipe(
    heading=HEADING,
    steps={
        1: (Edit("shared/reference/department.json", f"\n  }},\n  {ROW}\n]\n", instead="\n  }\n]\n"),),
        2: (Edit("shared/reference/resource_kind/housing.json", KIND),),
        3: (
            Edit("tests/unit/reference/test_rows.py", '        "housing",\n', after='        "disabled_federation",\n'),
            Edit(
                "tests/unit/reference/test_resource_kinds.py",
                '    "housing": {\n        "dilapidated_home_renovation": "农村危房改造",\n    },\n',
                after='        "performance_funding": "绩效评价挂钩服务经费",\n    },\n',
            ),
        ),
    },
    caught=(
        Caught(3, "test_rows.py", "tests/unit/reference/test_rows.py::test_the_eight_departments_are_all_there"),
        Caught(3, "test_resource_kinds.py",
            "tests/unit/reference/test_resource_kinds.py::test_there_is_no_kind_that_the_list_does_not_name"),
    ),
    runs=(
        "tests/unit/reference", "tests/unit/sample/test_resources.py",
        "tests/house/test_rooms.py::test_no_department_is_named_in_code",
    ),
)  # fmt: skip
