"""`slotwatch replay`: builds days in order, skips built days, continues after a crash, equals nightly builds."""

import pytest
from click.testing import CliRunner
from warehouse_support import DEMO_DAYS, difference, forget_databases

from slotwatch import proofs
from slotwatch.cli import main

DAYS = DEMO_DAYS[:3]


def replay(warehouse, *arguments: str):
    """The command as a user calls it, on this database."""
    with warehouse.selected():
        try:
            return CliRunner().invoke(main, ["replay", *arguments])
        finally:
            forget_databases()


class Crash(RuntimeError):
    """A node that fails half-way through a build."""


@pytest.fixture(scope="module")
def expected(demo_nights):
    """Marts, snapshots and ledgers of the demo after its third day, built night by night."""
    return demo_nights[DAYS[-1][:10]].state()


@pytest.fixture(scope="module")
def story(demo_nights, tmp_path_factory):
    """A replay of the demo after its second day: it crashes on the third day, is started again, and then once more."""
    built = demo_nights[DEMO_DAYS[1][:10]].copied(tmp_path_factory.mktemp("story"))
    days = ",".join(DAYS)
    write_proofs = proofs.write_proofs

    def crash_on_the_third_day(candidates):
        if candidates.num_rows and str(candidates["as_of"][0]) == DEMO_DAYS[2]:
            raise Crash("the machine was switched off")
        return write_proofs(candidates)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(proofs, "write_proofs", crash_on_the_third_day)
        crashed = replay(built, "--days", days)
    events_after_crash = built.column(
        "select cast(max(dbt_valid_from) as varchar) from slotwatch_snapshots.slot_status_snapshot"
    )
    resumed = replay(built, "--days", days)
    state = built.state()
    again = replay(built, "--days", days)
    return {
        "warehouse": built,
        "crashed": crashed,
        "events_after_crash": events_after_crash,
        "resumed": resumed,
        "again": again,
        "state": state,
    }


def test_a_replay_stops_at_the_first_failure_and_says_where_it_is(story):
    crashed = story["crashed"]
    assert crashed.exit_code == 1
    assert "[2/3] 2026-01-26 06:00" in crashed.output
    assert "[3/3]" not in crashed.output.replace("[3/3] 2026-02-16 06:00  nodes", "")
    assert "Error: written_proofs: " in crashed.output
    assert "the machine was switched off" in crashed.output
    assert story["events_after_crash"] == [DEMO_DAYS[2]]  # it really stopped half-way: the snapshot had run


def test_a_crash_is_reported_without_a_stack_trace(story):
    assert "Traceback" not in story["crashed"].output
    assert 'File "' not in story["crashed"].output


def test_a_restarted_replay_skips_built_days_and_continues(story):
    assert story["resumed"].exit_code == 0, story["resumed"].output
    lines = story["resumed"].output.splitlines()
    assert [line for line in lines if "skipped" in line] == [
        "[1/3] 2026-01-05 06:00  built before, skipped",
        "[2/3] 2026-01-26 06:00  built before, skipped",
    ]
    assert sum("nodes in" in line for line in lines) == 1


def test_a_replay_equals_the_nightly_builds_even_after_a_crash(story, expected):
    assert difference(story["state"], expected) == {}


def test_a_replay_of_built_days_builds_nothing(story, expected):
    assert story["again"].exit_code == 0
    assert story["again"].output.count("built before, skipped") == 3
    assert "nodes in" not in story["again"].output


@pytest.mark.long
@pytest.mark.parametrize("arguments", [(), ("--full-refresh",)], ids=["plainly", "with a full refresh"])
def test_building_the_same_day_twice_changes_no_row(story, expected, arguments):
    story["warehouse"].build(DAYS[-1], *arguments)
    assert difference(story["warehouse"].state(), expected) == {}


def test_a_day_before_the_newest_one_is_refused_in_one_sentence(story, expected):
    refused = replay(story["warehouse"], "--days", "2026-01-20")
    assert refused.exit_code == 1
    sentence = refused.output.splitlines()[-1]
    assert sentence.startswith("Error: as_of 2026-01-20 00:00:00 is earlier than the newest version of ")
    assert sentence.endswith("build with a later as_of, or go back with `slotwatch rewind`.")
    assert difference(story["warehouse"].state(), expected) == {}


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ((), "Give --days, or both --from and --to."),
        (("--from", "2026-01-05"), "Give --days, or both --from and --to."),
        (("--days", "tomorrow"), "'tomorrow' is not a day: give a date such as 2026-02-07 or a UTC timestamp"),
        (("--days", "2026-02-30"), "'2026-02-30' is not a day"),
        (("--days", ","), "--days is empty: give at least one day."),
        (("--days", "2026-01-05,2026-01-04"), "The days must be in order: 2026-01-04 00:00:00 comes after 2026-01-05"),
        (("--days", "2026-01-05,2026-01-05"), "The days must be in order"),
        (("--from", "2026-01-05", "--to", "2026-01-04"), "--to (2026-01-04 00:00:00) lies before --from"),
        (("--from", "2026-01-05", "--to", "2026-01-06", "--every", "0d"), "'0d' is not a step"),
        (("--from", "2026-01-05", "--to", "2026-01-06", "--every", "fortnight"), "'fortnight' is not a step"),
        (("--from", "2026-13-01", "--to", "2026-01-06"), "'2026-13-01' is not a day"),
    ],
)
def test_a_bad_day_step_or_order_gives_one_sentence(arguments, sentence):
    result = CliRunner().invoke(main, ["replay", *arguments])
    assert result.exit_code == 2
    errors = [line for line in result.output.splitlines() if line.startswith("Error: ")]
    assert len(errors) == 1
    assert sentence in errors[0]
    assert result.output.splitlines()[-1] == errors[0]


def test_days_and_a_range_together_are_refused(story):
    given = replay(story["warehouse"], "--days", DEMO_DAYS[0], "--from", "2026-01-01", "--to", "2026-01-31")
    assert given.exit_code == 2
