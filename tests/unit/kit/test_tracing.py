"""W3C Trace Context: what is brought is continued, what cannot be read begins anew."""

import pytest

from shared.kit.tracing import continued, current, number_of, traced

BROUGHT = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00"


def test_a_trace_goes_on_under_its_number_with_a_step_of_its_own() -> None:
    step = continued(BROUGHT)
    assert number_of(step) == number_of(BROUGHT)
    assert step.split("-")[2] != BROUGHT.split("-")[2]
    assert step.endswith("-00"), "whether it is sampled is the caller's word"


def test_a_later_version_is_read_as_far_as_it_is_known() -> None:
    assert number_of(continued(f"cc{BROUGHT[2:]}-what-will-be")) == number_of(BROUGHT)


@pytest.mark.parametrize(
    "written",
    [
        None,
        "",
        "抚州",
        BROUGHT.upper(),
        f"ff{BROUGHT[2:]}",
        f"{BROUGHT}-more",
        f"00-{'0' * 32}-00f067aa0ba902b7-01",
        f"00-4bf92f3577b34da6a3ce929d0e0e4736-{'0' * 16}-01",
        BROUGHT[:-1],
    ],
)
def test_what_cannot_be_read_begins_anew(written: str | None) -> None:
    first, second = continued(written), continued(written)
    assert number_of(first) != number_of(second)
    assert number_of(continued(first)) == number_of(first), "what is made can be read"


def test_outside_of_everything_there_is_none() -> None:
    assert current() is None
    with traced(BROUGHT) as step:
        assert current() == step
    assert current() is None
