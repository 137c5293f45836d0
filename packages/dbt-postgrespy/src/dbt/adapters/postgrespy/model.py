"""Running a Python model in the dbt process: its code, its errors, its rows."""

import re
import sys
import sysconfig
import traceback
import types
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import adbc_driver_postgresql.dbapi as adbc
import duckdb
import psycopg2
import pyarrow as pa
from dbt.adapters.events.logging import AdapterLogger
from dbt.adapters.postgrespy.session import Session
from dbt.adapters.postgrespy.types import check_declared_type, postgres_type
from dbt_common.exceptions import DbtRuntimeError

BATCH_ROWS = 65_536
_SERVER_WORDS = re.compile(r"\b(?:ERROR|FATAL|PANIC): +(.*)")
NAME_BYTES = 63  # longest name in Postgres, which cuts off the rest

_LIBRARIES = [Path(__file__).parent, *map(sysconfig.get_path, ("stdlib", "platstdlib", "purelib", "platlib"))]

logger = AdapterLogger("PostgresPy")


def run_model(model: Mapping[str, Any], compiled_code: str, path: Path, session: Session) -> Any:
    """The return value of the function `model` in the file at `path`.

    `model` is dbt's node, `compiled_code` its code with dbt's wrapper after it. Raises DbtRuntimeError, its message
    with the model's file and line; the whole traceback goes to dbt's debug log.
    """
    for cte in model["extra_ctes"]:  # dbt would put the query of an ephemeral model in front of the code
        raise DbtRuntimeError(f"{cte['id']} is ephemeral: there is nothing in Postgres that a Python model could read")
    skipped = _leading_lines(path)
    module = types.ModuleType("dbt_python_model." + model["unique_id"])
    module.__file__ = str(path)
    sys.modules[module.__name__] = module  # dataclasses and pickle look their module up
    try:
        code = compile("\n" * skipped + compiled_code, str(path), "exec", dont_inherit=True)
        exec(code, module.__dict__)
        return module.model(module.dbtObj(session.table), session)
    except Exception as error:
        logger.debug("".join(traceback.format_exception(error)))
        last_line = skipped + len(model["raw_code"].splitlines())
        raise DbtRuntimeError(_describe(error, path, model["original_file_path"], last_line)) from error
    finally:
        del sys.modules[module.__name__]


def batches_of(result: Any, session: Session) -> pa.RecordBatchReader:
    """The rows that a model returned, as a stream. Raises TypeError if the value is not a table."""
    if isinstance(result, duckdb.DuckDBPyRelation):
        session.duckdb.execute("set arrow_lossless_conversion = true")  # uuid and json keep their types
        return _relation_batches(result)
    if isinstance(result, pa.RecordBatchReader):
        return result
    if isinstance(result, pa.RecordBatch):
        return pa.RecordBatchReader.from_batches(result.schema, [result])
    if isinstance(result, pa.Table):
        return result.to_reader(max_chunksize=BATCH_ROWS)
    polars, pandas = sys.modules.get("polars"), sys.modules.get("pandas")  # imported if the model uses them
    if polars is not None and isinstance(result, polars.LazyFrame):
        result = result.collect()
    if polars is not None and isinstance(result, polars.DataFrame):
        return result.to_arrow().to_reader(max_chunksize=BATCH_ROWS)
    if pandas is not None and isinstance(result, pandas.DataFrame):
        return pa.Table.from_pandas(result, preserve_index=False).to_reader(max_chunksize=BATCH_ROWS)
    raise TypeError(
        "a Python model returns a DuckDB relation, an Arrow table or reader, a polars or a pandas DataFrame; "
        f"this one returned {type(result).__module__}.{type(result).__qualname__}"
    )


def declared_types(columns: Mapping[str, Mapping[str, Any]]) -> dict[str, str]:
    """column name -> data_type, for the columns of the model's yml that have one."""
    return {column["name"]: column["data_type"] for column in columns.values() if column.get("data_type")}


def column_types(schema: pa.Schema, declared: Mapping[str, str]) -> dict[str, str]:
    """column name -> Postgres type, in the schema's order; a declared type wins.

    Raises TypeError, naming the column, if Postgres has no such type, and ValueError if the name is too long for
    Postgres.
    """
    if not schema.names:
        raise ValueError("the model returned a table without columns")
    kinds = {}
    for field in schema:
        if field.name in kinds or not 0 < len(field.name.encode()) <= NAME_BYTES:
            raise ValueError(f'column "{field.name}": a name must be unique and have 1 to {NAME_BYTES} bytes')
        try:
            if field.name in declared:
                check_declared_type(field.type, declared[field.name])
            kinds[field.name] = declared.get(field.name) or postgres_type(field.type)
        except TypeError as error:
            raise TypeError(f'column "{field.name}": {error}') from None
    return kinds


def _leading_lines(path: Path) -> int:
    """The number of blank lines at the start of the file.

    dbt strips them, but error messages show the line numbers of the file.
    """
    text = path.read_text(encoding="utf-8")
    return text[: len(text) - len(text.lstrip())].count("\n")


def _describe(error: Exception, path: Path, shown_path: str, last_line: int) -> str:
    """The error, such as `ValueError: no such thing`, then the line of the model and, if the model called other code of
    the project, the line there.

    What Postgres says is one sentence. The compiled code after `last_line` is dbt's.
    """
    frames = [(frame.filename, frame.lineno or 0) for frame in traceback.extract_tb(error.__traceback__)]
    in_model = [f"{shown_path}:{line}" for filename, line in frames if filename == str(path) and line <= last_line]
    called = [f"raised in {filename}:{line}" for filename, line in frames if _is_project_code(filename, path)]
    return describe(error, in_model[-1:] + called[-1:] or [shown_path])


def describe(error: Exception, places: Sequence[str]) -> str:
    """An error with the places where it occurred. For an error of a driver, only the database's own message."""
    if words := postgres_words(error):
        return f"Postgres stopped the model at {places[0]}: {words}."
    words = str(error).partition("\n")[0] if isinstance(error, duckdb.Error) else str(error)
    return f"{type(error).__name__}: {words}\n  at {', '.join(places)}"


def postgres_words(error: Exception) -> str | None:
    """The message of Postgres in an error of either driver, on one line; None for any other error."""
    text = str(error)
    if not isinstance(error, (adbc.Error, psycopg2.Error)) and not (isinstance(error, OSError) and "[libpq]" in text):
        return None
    found = _SERVER_WORDS.search(text)
    words = found[1] if found else text.partition("This probably means")[0]
    return " ".join(words.split()).removesuffix(".")


def _is_project_code(filename: str, model_path: Path) -> bool:
    return (
        filename != str(model_path)
        and Path(filename).is_file()
        and not any(Path(filename).is_relative_to(folder) for folder in _LIBRARIES)
    )


def _relation_batches(relation: duckdb.DuckDBPyRelation) -> pa.RecordBatchReader:
    """A relation as Arrow; whole numbers of 128 bits become decimals, because Postgres has a type for these."""
    quoted = ['"' + name.replace('"', '""') + '"' for name in relation.columns]
    columns = [
        f"{name}::decimal(38, 0) as {name}" if str(kind) in ("HUGEINT", "UHUGEINT") else name
        for name, kind in zip(quoted, relation.types, strict=True)
    ]
    return relation.project(", ".join(columns)).to_arrow_reader(BATCH_ROWS)
