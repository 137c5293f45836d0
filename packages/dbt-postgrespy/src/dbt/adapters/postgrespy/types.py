"""The Postgres type for each Arrow type, and the spelling of its values in a COPY."""

import pyarrow as pa
import pyarrow.compute as pc

UNCONSTRAINED_NUMERIC = pa.decimal128(38, 20)
"""What a `numeric` without precision is read as: 18 digits before the point, 20 after it, exact or an error."""

_SCALARS: dict[pa.DataType, str] = {
    pa.null(): "text",
    pa.bool_(): "boolean",
    pa.int8(): "smallint",
    pa.int16(): "smallint",
    pa.int32(): "integer",
    pa.int64(): "bigint",
    pa.uint8(): "smallint",
    pa.uint16(): "integer",
    pa.uint32(): "bigint",
    pa.uint64(): "numeric(20,0)",
    pa.float16(): "real",
    pa.float32(): "real",
    pa.float64(): "double precision",
    pa.string(): "text",
    pa.large_string(): "text",
    pa.string_view(): "text",
    pa.binary(): "bytea",
    pa.large_binary(): "bytea",
    pa.binary_view(): "bytea",
    pa.date32(): "date",
    pa.date64(): "date",
    pa.month_day_nano_interval(): "interval",
}
_EXTENSIONS = {"arrow.uuid": "uuid", "arrow.json": "json", "arrow.bool8": "boolean"}


def is_list(arrow_type: pa.DataType) -> bool:
    """Whether the type is one of Arrow's lists; a map is not."""
    return any(
        test(arrow_type)
        for test in (
            pa.types.is_list,
            pa.types.is_large_list,
            pa.types.is_fixed_size_list,
            pa.types.is_list_view,
            pa.types.is_large_list_view,
        )
    )


def postgres_type(arrow_type: pa.DataType) -> str:
    """The Postgres type that holds every value of the Arrow type. Raises TypeError if there is none."""
    if isinstance(arrow_type, pa.BaseExtensionType):
        if arrow_type.extension_name in _EXTENSIONS:
            return _EXTENSIONS[arrow_type.extension_name]
    elif arrow_type in _SCALARS:
        return _SCALARS[arrow_type]
    elif pa.types.is_decimal(arrow_type):
        return f"numeric({arrow_type.precision},{arrow_type.scale})"
    elif pa.types.is_timestamp(arrow_type):
        return "timestamptz" if arrow_type.tz else "timestamp"
    elif pa.types.is_time(arrow_type):
        return "time"
    elif pa.types.is_fixed_size_binary(arrow_type):
        return "bytea"
    elif pa.types.is_dictionary(arrow_type):
        return postgres_type(arrow_type.value_type)
    elif is_list(arrow_type) and not is_list(arrow_type.value_type):
        return f"{postgres_type(arrow_type.value_type)}[]"
    raise TypeError(f"Postgres has no column type for {arrow_type}")


def check_declared_type(arrow_type: pa.DataType, data_type: str) -> None:
    """Raise TypeError if the declared type would read the text of the values as something else.

    An empty array is spelled {}, which is valid JSON of another meaning; bytes are spelled in hex.
    """
    derived, declared = postgres_type(arrow_type), data_type.strip().lower()
    if pa.types.is_null(arrow_type):
        return
    if derived.endswith("]") != declared.endswith(("]", "array")) or (derived == "bytea") != (declared == "bytea"):
        raise TypeError(f"values of the Arrow type {arrow_type} cannot be written to {data_type}")


def copy_text(array: pa.Array) -> pa.Array:
    """The values as a type whose CSV text Postgres reads correctly.

    Raises ValueError for a NUL character and for a fraction of a second below the microsecond, neither of which
    Postgres can hold, and TypeError for a type that `postgres_type` refuses.
    """
    kind, target = array.type, postgres_type(array.type)
    if pa.types.is_dictionary(kind):
        return copy_text(array.dictionary_decode())
    if isinstance(array, pa.ExtensionArray):
        return _hex(array.storage, "") if target == "uuid" else copy_text(array.storage)
    if is_list(kind):
        return _array_literals(array)
    if target == "bytea":
        return _hex(array, "\\x")
    if target == "text" and not pa.types.is_null(kind):
        return _without_nul(array.cast(pa.large_string()))
    if target == "timestamptz":
        return _microseconds(array, pa.timestamp("us", "UTC"))
    if target == "timestamp":
        return _microseconds(array, pa.timestamp("us"))
    if target == "time":
        return _microseconds(array, pa.time64("us"))
    if target == "interval":
        return pa.array([None if value is None else _interval(value) for value in array.to_pylist()], pa.string())
    if target.startswith("numeric"):
        return array.cast(pa.large_string())
    if kind == pa.float16():
        return array.cast(pa.float32())
    return array


def _without_nul(texts: pa.Array) -> pa.Array:
    if pc.any(pc.match_substring(texts, "\0")).as_py():
        raise ValueError("a text holds a NUL character, which Postgres cannot store")
    return texts


def _microseconds(times: pa.Array, target: pa.DataType) -> pa.Array:
    try:
        return times.cast(target)
    except pa.ArrowInvalid:
        raise ValueError("a time has a fraction of a microsecond, which Postgres cannot store: round it") from None


def _hex(blobs: pa.Array, prefix: str) -> pa.Array:
    return pa.array([None if blob is None else prefix + blob.hex() for blob in blobs.to_pylist()], pa.large_string())


def _interval(value: pa.MonthDayNano) -> str:
    if value.nanoseconds % 1000:
        raise ValueError("an interval has a fraction of a microsecond, which Postgres cannot store: round it")
    return f"{value.months:+d} mons {value.days:+d} days {value.nanoseconds // 1000:+d} microseconds"


def _array_literals(lists: pa.Array) -> pa.Array:
    """Lists as Postgres array literals: {"a","say \\"x\\"",NULL}."""
    texts = copy_text(lists.flatten()).cast(pa.large_string())
    for character in ("\\", '"'):
        texts = pc.replace_substring(texts, character, "\\" + character)
    quote, null, comma, start, end, nothing = map(_large, ('"', "NULL", ",", "{", "}", ""))
    items = pc.if_else(pc.is_valid(texts), pc.binary_join_element_wise(quote, texts, quote, nothing), null)
    lengths = pc.fill_null(pc.list_value_length(lists), 0).cast(pa.int64())
    ends = pc.cumulative_sum(lengths).to_pylist()
    spelled = pa.LargeListArray.from_arrays(pa.array([0, *ends], pa.int64()), items, mask=lists.is_null())
    return pc.binary_join_element_wise(start, pc.binary_join(spelled, comma), end, nothing)


def _large(text: str) -> pa.Scalar:
    return pa.scalar(text, pa.large_string())
