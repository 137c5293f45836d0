"""Machines that are not as usual: a build gives the same rows, or says in one sentence why not and changes nothing."""

import random
import shutil
from contextlib import suppress
from pathlib import Path

import polars as pl
import pytest
from chaos_support import IS_FULL, nodes_of, rounds, started
from checkout_support import Checkout
from warehouse_support import DEMO_DAYS, DuckDBWarehouse, difference, is_one_sentence
from world import DAYS

FIRST, SECOND = DEMO_DAYS[:2]
ODD_FOLDER, ODD_LETTERS = 'Jo\'s "office" 1 & 2', "Jo's büro Żółw"
BUILD = f".venv/bin/dbt --quiet build --exclude-resource-type test unit_test --vars '{{as_of: \"{SECOND}\"}}'"
# The rights of files hold for root too, once it has given up the capability to pass over them.
WITH_RIGHTS = """.venv/bin/python -c '
import ctypes, os, sys
for capability in (1, 2):
    ctypes.CDLL(None).prctl(24, capability, 0, 0, 0)
os.execv(sys.argv[1], sys.argv[1:])
' """
SETTINGS = {
    "no home": "unset HOME",
    "the C locale": "export LC_ALL=C PYTHONUTF8=0 PYTHONIOENCODING=",
    "a far time zone": "export TZ=Pacific/Kiritimati",
    "little memory": "export SLOTWATCH_MEMORY_LIMIT=200MB",
}
DRIVER_WORDS = ("Traceback", "IO Error", "Catalog Error", "duckdb.", "psycopg2", "Errno")


@pytest.fixture(scope="module")
def checkout(tmp_path_factory):
    """The project in a folder with an odd name, but not beyond ASCII, which dbt hashes in no C locale."""
    return Checkout.make(tmp_path_factory.mktemp("odd") / ODD_FOLDER)


class Night:
    """The second night of the world in the checkout, on a copy of the database after its first night."""

    def __init__(self, checkout, world, raw, letters=""):
        self.checkout, self.expected = checkout, world[DAYS[1]]
        folder, copy = checkout.root / f"data base {letters}", checkout.root / f"raw 'files' {letters}"
        for old in (folder, copy):
            shutil.rmtree(old, ignore_errors=True)
        folder.mkdir()
        self.built = world[DAYS[0]].copied(folder)
        self.raw = shutil.copytree(raw, copy)

    def run(self, *before: str, command: str = BUILD):
        return self.checkout.run(
            "\n".join([*before, command]), SLOTWATCH_DUCKDB_PATH=self.built.path, SLOTWATCH_RAW_DIR=self.raw
        )

    def is_equal(self) -> bool:
        return difference(self.built.state(), self.expected.state()) == {}


@pytest.fixture
def night(checkout, duckdb_world, world_raw):
    return Night(checkout, duckdb_world, world_raw)


@pytest.mark.parametrize("names", [list(SETTINGS), *([[name] for name in SETTINGS] if IS_FULL else [])], ids=", ".join)
@pytest.mark.long
def test_a_build_gives_the_same_rows_in_odd_surroundings(night, names):
    """The project, the raw files and the database are in folders with odd names in each case."""
    ended = night.run(*(SETTINGS[name] for name in names))
    assert ended.returncode == 0, ended.stdout
    assert night.is_equal()


@pytest.mark.skipif(not IS_FULL, reason="only in `make chaos`")
def test_a_build_gives_the_same_rows_in_folders_whose_names_are_not_ascii(checkout, duckdb_world, world_raw):
    night = Night(checkout, duckdb_world, world_raw, ODD_LETTERS)
    ended = night.run()
    assert ended.returncode == 0, ended.stdout
    assert night.is_equal()


def refused(night, *before: str, command: str) -> str:
    """The output of a build that must fail and change nothing."""
    state = night.built.state()
    ended = night.run(*before, command=command)
    assert ended.returncode != 0, ended.stdout
    assert difference(night.built.state(), state) == {}
    return ended.stdout


@pytest.mark.parametrize("target", ["folder", pytest.param("file", marks=pytest.mark.long)])
def test_a_database_that_may_only_be_read(night, target):
    path = night.built.path if target == "file" else night.built.path.parent
    mode = path.stat().st_mode
    path.chmod(0o444 if target == "file" else 0o555)
    try:
        output = refused(night, command=WITH_RIGHTS + BUILD)
    finally:
        path.chmod(mode)
    assert [word for word in DRIVER_WORDS if word in output] == [], output
    assert str(night.built.path if target == "file" else path) in output
    assert is_one_sentence(output.strip().splitlines()[-1]), output


@pytest.mark.skipif(not IS_FULL, reason="only in `make chaos`")
@pytest.mark.parametrize("more", [16, 1000, 4000, 8000])
def test_a_full_disk(night, more):
    """No file may grow beyond the size of the database and some KiB."""
    kibibytes = night.built.path.stat().st_size // 1024 + more
    ended = night.run(f"ulimit -f {kibibytes}")
    assert "Traceback" not in ended.stdout
    if ended.returncode == 0:
        assert night.is_equal()
    else:
        night.built.query("select * from slotwatch.build_state")
        ended = night.run()
        assert ended.returncode == 0, ended.stdout
        assert night.is_equal()


def with_raw_files(database: DuckDBWarehouse, raw: Path, folder: Path, kind: str) -> DuckDBWarehouse:
    """A copy of the database with raw files of its own, as CSV or as Parquet."""
    built = database.copied(folder)
    built.raw = shutil.copytree(raw, folder / "raw")
    if kind == "parquet":
        for file in built.raw.rglob("*.csv"):
            as_parquet(file)
    return built


@pytest.mark.skipif(not IS_FULL, reason="only in `make chaos`")
@pytest.mark.parametrize("seed", rounds(0, 6))
@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_raw_files_that_vanish_during_a_build(duckdb_world, world_raw, tmp_path, kind, seed):
    dice = random.Random(seed)
    built = with_raw_files(duckdb_world[DAYS[0]], world_raw, tmp_path, kind)
    build = started(built, SECOND, tmp_path / "build")
    build.wait_for_nodes(dice.choice([1, 5, 20, dice.randrange(1, nodes_of(built))]))
    for file in sorted(built.raw.rglob("*.*")):
        if dice.random() < 0.5:
            file.unlink()
    message = build.refusal()
    if message:
        assert all(map(is_one_sentence, message.splitlines())), message
        assert [word for word in DRIVER_WORDS if word in message] == [], message
        shutil.rmtree(built.raw)
        shutil.copytree(world_raw, built.raw)
        built.build(SECOND)
    assert difference(built.state(), duckdb_world[DAYS[1]].state()) == {}


def cut(file: Path) -> None:
    """The first half of the file, which ends within a row."""
    content = file.read_bytes()
    file.write_bytes(content[: len(content) // 2])


def overwrite(file: Path) -> None:
    """Another kind of content."""
    file.write_bytes(b"moved to the archive\0")


def lose_columns(file: Path) -> None:
    """The same rows with the first two columns in another order and without the last column."""
    read, write = (pl.read_parquet, "write_parquet") if file.suffix == ".parquet" else (read_csv, "write_csv")
    with suppress(pl.exceptions.PolarsError):
        rows = read(file)
        first, second, *others = rows.columns
        getattr(rows.select(second, first, *others[:-1]), write)(file)


@pytest.mark.skipif(not IS_FULL, reason="only in `make chaos`")
@pytest.mark.parametrize("seed", rounds(0, 3))
@pytest.mark.parametrize("change", [cut, overwrite, lose_columns])
@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_raw_files_that_change_during_a_build(duckdb_world, world_raw, tmp_path, kind, change, seed):
    """The build reads a file before or after its change, or refuses it; the night can be built again."""
    dice = random.Random(seed)
    built = with_raw_files(duckdb_world[DAYS[0]], world_raw, tmp_path, kind)
    build = started(built, SECOND, tmp_path / "build")
    build.wait_for_nodes(dice.choice([1, 5, 20]))
    for file in sorted(built.raw.rglob("*.*")):
        if dice.random() < 0.5:
            change(file)
    message = build.refusal()
    assert all(map(is_one_sentence, message.splitlines())), message
    assert [word for word in DRIVER_WORDS if word in message] == [], message
    shutil.rmtree(built.raw)
    shutil.copytree(world_raw, built.raw)
    if not message:
        built.dbt("test", "--exclude-resource-type", "unit_test")
        built.told("rewind", FIRST, "--copy", str(tmp_path / "copy.duckdb"))
    built.build(SECOND)
    assert difference(built.state(), duckdb_world[DAYS[1]].state()) == {}


def read_csv(file: Path) -> pl.DataFrame:
    """The texts of a CSV file."""
    return pl.read_csv(file, infer_schema=False)


def as_parquet(file: Path) -> None:
    """The same rows in a Parquet file beside it, instead of it."""
    try:
        rows = read_csv(file)
    except pl.exceptions.PolarsError:
        return
    rows.write_parquet(file.with_suffix(".parquet"))
    file.unlink()


def test_other_rows_would_be_seen(night):
    """The comparison is not blind: after the first night only, the rows are not those of the second."""
    assert not night.is_equal()
