"""Companies and people with their ids, for the models `int_company_identity` and `int_person_identity`."""

from collections.abc import Callable

import pyarrow as pa
import pyarrow.compute as pc

from slotwatch.identity import Bools, Ints, plain_text, position_in
from slotwatch.identity.companies import group_companies
from slotwatch.identity.look_alikes import name_likeness
from slotwatch.identity.people import group_people
from slotwatch.identity.registry import MINTED, Entities, judge_handed_in_ids, register

_TEXT, _NUMBER = pa.string(), pa.int64()

# What the registry records in this build; null in rows that it does not record.
_RECORDED = [
    ("observed_at", pa.timestamp("us")),
    ("registered_number", _NUMBER),
    ("registered_id", _TEXT),
    ("origin", _TEXT),
]

COMPANY_SCHEMA = pa.schema(
    [
        ("kind", _TEXT),
        ("intake_id", _TEXT),
        ("alias_id", _TEXT),
        ("company_id", _TEXT),
        ("company_number", _NUMBER),
        ("handed_in_id", _TEXT),
        ("held_id", _TEXT),
        ("is_name_only", pa.bool_()),
        ("rejection_code", _TEXT),
        ("conflict_detail", _TEXT),
        ("names_of_domain", _NUMBER),
        ("verdict_id", _TEXT),
        ("other_company_id", _TEXT),
        ("conflict_type", _TEXT),
        ("shared_value", _TEXT),
        ("resolution_status", _TEXT),
        ("created_at", pa.timestamp("us")),
        *_RECORDED,
    ]
)

PERSON_SCHEMA = pa.schema(
    [
        ("kind", _TEXT),
        ("observation_key", _TEXT),
        ("alias_id", _TEXT),
        ("reference_key", _TEXT),
        ("person_id", _TEXT),
        ("person_number", _NUMBER),
        ("handed_in_id", _TEXT),
        ("held_id", _TEXT),
        ("linkedin_owner_id", _TEXT),
        ("email_owner_id", _TEXT),
        ("similarity", pa.float64()),
        *_RECORDED,
    ]
)


NO_COMPANY_VERDICTS = pa.schema(
    [
        ("verdict_id", _TEXT),
        ("first_id", _TEXT),
        ("second_id", _TEXT),
        ("verdict", _TEXT),
        ("decided_at", pa.timestamp("us")),
    ]
).empty_table()


def identify_companies(
    rows: pa.Table,
    registered: pa.Table,
    verdicts: pa.Table = NO_COMPANY_VERDICTS,
    street: Callable[[str], str | None] = str.casefold,
) -> pa.Table:
    """Group company rows into companies, and give each company its number and ids.

    Args:
        rows, street: as in `group_companies`.
        registered: both id registries as earlier builds left them: `entity_type` (`company` or `person`),
            `observation_key`, `entity_number`, `barton_id`, `origin`, `observed_at`, `recorded_at`. For people, only
            the ids are read.
        verdicts: `verdict_id` (unique), `first_id`, `second_id` (Barton ids or intake ids), `verdict` (`same` or
            `different`), `decided_at`. The latest verdict on a pair counts.

    Returns:
        Rows of four kinds.
        `row`, one per input row: `intake_id`; `company_id` and `company_number`, null if the row is refused;
        `handed_in_id`, the id that is used; `held_id`, the id handed in if a person has it; `is_name_only`,
        `rejection_code`, `conflict_detail` and `names_of_domain` as in `group_companies`; and, if the registry records
        the row in this build, `observed_at`, `registered_number`, `registered_id` and `origin`, else null.
        `alias`, one per id that refers to a company (its own id is one of them): `alias_id`, `company_id`,
        `company_number`. `pair`, one per two companies for a reviewer: `company_id` and `other_company_id` (of two that
        a verdict joined, the ids that they had), `conflict_type`, `shared_value`, `resolution_status`, and
        `created_at`, when the younger was first seen. `verdict`, one per verdict: `verdict_id` and, if it decides
        nothing, `rejection_code`, `COMPANY_NOT_FOUND` (an id is unknown) or `VERDICT_CONTRADICTED`.

    Raises:
        ValueError: a column is missing, or `row_key` is null or repeated.
    """
    registry = _of_type(registered, "company")
    has_own_key = _any_valid(rows, "domain", "ein", "linkedin_url")
    handed_in = judge_handed_in_ids(
        plain_text(rows["handed_in_id"]),
        has_own_key,
        _minted(registry),
        plain_text(_of_type(registered.select(["entity_type", "barton_id"]), "person")["barton_id"]),
    )
    judged = _judged_rows(verdicts, rows, registry, handed_in.usable)
    found = group_companies(_with(rows, handed_in_id=handed_in.joining), judged, street)
    grouped = found.rows.take(pc.index_in(plain_text(rows["row_key"]), value_set=plain_text(found.rows["row_key"])))
    observations = pa.table(
        {
            "observation_key": plain_text(rows["row_key"]),
            "group_key": plain_text(grouped["group_key"]),
            "observed_at": rows["observed_at"],
            "intake_id": plain_text(rows["row_key"]),
            "mention": pa.repeat(1, rows.num_rows),
            "handed_in_id": handed_in.usable,
            "name_key": plain_text(rows["name_key"]),
            "has_own_key": has_own_key,
            "is_name_only": grouped["is_name_only"],
        }
    )
    is_accepted = observations["group_key"].is_valid()
    companies = register(observations.filter(is_accepted), registry, "company")
    placed = _placed(companies, is_accepted)
    return _stacked(
        COMPANY_SCHEMA,
        {
            "kind": "row",
            "intake_id": observations["observation_key"],
            "company_id": placed["barton_id"],
            "company_number": placed["entity_number"],
            "handed_in_id": pc.if_else(is_accepted, handed_in.usable, None),
            "held_id": handed_in.held,
            "is_name_only": grouped["is_name_only"],
            "rejection_code": grouped["rejection_code"],
            "conflict_detail": grouped["conflict_detail"],
            "names_of_domain": grouped["names_of_domain"],
            **_recorded(placed, rows["observed_at"]),
        },
        {
            "kind": "alias",
            "alias_id": companies.aliases["alias_id"],
            "company_id": companies.aliases["barton_id"],
            "company_number": companies.aliases["entity_number"],
        },
        _pairs(found.pairs, observations, placed, registry),
        _verdict_rows(judged, found.contradicted),
    )


def _judged_rows(verdicts: pa.Table, rows: pa.Table, registry: pa.Table, handed_in: pa.Array) -> pa.Table:
    """For each verdict, latest first: `verdict_id`, `one`, `other` (rows), `verdict`, `is_unknown`.

    A Barton id names the row that was first registered with it, else the oldest row that hands it in. A verdict on a
    pair that a later verdict decides has null rows, and so has one with an id that names no row (`is_unknown`).
    """
    verdicts = verdicts.sort_by([("decided_at", "descending"), ("verdict_id", "descending")])
    ids = pa.concat_arrays([plain_text(verdicts["first_id"]), plain_text(verdicts["second_id"])]).unique()
    named: dict[str, str] = {}
    if len(ids):
        by_age = rows.append_column("usable_id", handed_in).sort_by(
            [("observed_at", "ascending"), ("row_key", "ascending")]
        )
        order = [("recorded_at", "ascending"), ("observed_at", "ascending"), ("observation_key", "ascending")]
        for table, name, key in (
            (registry.sort_by(order), "barton_id", "observation_key"),
            (by_age, "usable_id", "row_key"),
            (by_age, "row_key", "row_key"),
        ):
            mentioned = table.filter(pc.is_in(table[name], value_set=ids))
            mentioned = mentioned.filter(pc.is_in(mentioned[key], value_set=plain_text(rows["row_key"])))
            for text, row in zip(mentioned[name].to_pylist(), mentioned[key].to_pylist(), strict=True):
                named.setdefault(text, row)
    lines, decided = [], set()
    for verdict in verdicts.to_pylist():
        one, other = named.get(verdict["first_id"]), named.get(verdict["second_id"])
        is_unknown, pair = one is None or other is None, frozenset((one, other))
        if is_unknown or len(pair) < 2 or pair in decided:
            one = other = None
        decided.add(pair)
        lines.append((verdict["verdict_id"], one, other, verdict["verdict"], is_unknown))
    columns = list(zip(*lines, strict=True)) or [[]] * len(_JUDGED)
    return pa.table(columns, schema=_JUDGED)


_JUDGED = pa.schema(
    [("verdict_id", _TEXT), ("one", _TEXT), ("other", _TEXT), ("verdict", _TEXT), ("is_unknown", pa.bool_())]
)


def _verdict_rows(judged: pa.Table, contradicted: Bools) -> dict[str, object]:
    nothing = pa.scalar(None, _TEXT)
    return {
        "kind": "verdict",
        "verdict_id": judged["verdict_id"],
        "rejection_code": pc.case_when(
            pc.make_struct(judged["is_unknown"], pa.array(contradicted)),
            pa.scalar("COMPANY_NOT_FOUND"),
            pa.scalar("VERDICT_CONTRADICTED"),
            nothing,
        ),
    }


def _pairs(pairs: pa.Table, observations: pa.Table, placed: pa.Table, registry: pa.Table) -> dict[str, object]:
    """Pairs with company ids; two that a verdict joined have the ids that they were first registered with."""
    first = registry.sort_by([("recorded_at", "ascending"), ("entity_number", "ascending")])
    is_joined = pc.equal(pairs["status"], "confirmed_same")
    ids, times = [], []
    for side in ("older", "younger"):
        row = pc.index_in(pairs[side], value_set=plain_text(observations["observation_key"]))
        today = placed["barton_id"].take(row)
        at_first = plain_text(first["barton_id"]).take(
            pc.index_in(pairs[side], value_set=plain_text(first["observation_key"]))
        )
        ids.append(pc.if_else(is_joined, pc.coalesce(at_first, today), today))
        times.append(observations["observed_at"].cast(pa.timestamp("us")).take(row))
    columns = {
        "company_id": ids[0],
        "other_company_id": ids[1],
        "conflict_type": pairs["conflict_type"],
        "shared_value": pairs["shared_value"],
        "resolution_status": pairs["status"],
        "created_at": pc.max_element_wise(*times),
    }
    distinct = pa.table(columns).filter(pc.not_equal(ids[0], ids[1]))
    return {"kind": "pair", **{name: distinct[name] for name in columns}}


def identify_people(
    observations: pa.Table,
    references: pa.Table,
    verdicts: pa.Table,
    registered: pa.Table,
    merges: pa.Table,
    company_ids: pa.Array,
) -> pa.Table:
    """Group observations into people, give each person a number and ids, and resolve references by name.

    Args:
        observations: as in `group_people`, and `name_key` (nullable text).
        references, verdicts: as in `group_people`.
        registered: as in `identify_companies`; companies are not read.
        merges: ids of people that became one in earlier builds: `alias_id`, `survivor_id`, `recorded_at`.
        company_ids: every id that refers to a company; it is not used for a person.

    Returns:
        Rows of four kinds.
        `observation`, one per observation: `observation_key`; `person_id`, `person_number`; `handed_in_id`, the id that
        counts; `held_id`, the id handed in if a company has it; `linkedin_owner_id` and `email_owner_id`, the person to
        whom the LinkedIn or email of the row belongs, if that is another person, else null; and, if the registry
        records the observation in this build, `observed_at`, `registered_number`, `registered_id` and `origin`, else
        null.
        `alias`, one per id that refers to a person (the person's own id is one of them): `alias_id`, `person_id`,
        `person_number`. `reference`, one per reference that matches exactly one person: `reference_key`, `person_id`,
        `person_number`. `verdict`, one per verdict on observations that are there: `reference_key`, both observation
        keys joined by `|`; `similarity` of their names, if that was a reason to ask for the verdict.

    Raises:
        ValueError: as `group_people` does.
    """
    registry = _of_type(registered, "person")
    keys = plain_text(observations["observation_key"])
    has_own_key = _any_valid(observations, "email", "linkedin_url")
    handed_in = judge_handed_in_ids(
        plain_text(observations["handed_in_id"]), has_own_key, _minted(registry), company_ids.cast(_TEXT)
    )
    rows = _with(observations, handed_in_id=handed_in.joining)
    found = group_people(rows, references, verdicts, registry, merges)
    people = register(
        pa.table(
            {
                "observation_key": keys,
                "group_key": keys.take(pa.array(found.person)),
                "observed_at": observations["observed_at"],
                "intake_id": plain_text(observations["intake_id"]),
                "mention": observations["mention"],
                "handed_in_id": handed_in.usable,
                "name_key": plain_text(observations["name_key"]),
                "has_own_key": has_own_key,
            }
        ),
        registry,
        "person",
        other_ids=company_ids.cast(_TEXT),
    )
    placed = people.observations

    def id_of(owner: Ints) -> pa.ChunkedArray:
        """The id of the person of another row, null for -1 and if it is the person of the row itself."""
        ids = placed["barton_id"].take(pa.array(owner, mask=owner < 0))
        return pc.if_else(pc.equal(ids, placed["barton_id"]), pa.scalar(None, _TEXT), ids)

    is_meaning = found.meant >= 0
    means = placed.select(["barton_id", "entity_number"]).take(pa.array(found.meant[is_meaning]))
    return _stacked(
        PERSON_SCHEMA,
        {
            "kind": "observation",
            "observation_key": keys,
            "person_id": placed["barton_id"],
            "person_number": placed["entity_number"],
            "handed_in_id": handed_in.usable,
            "held_id": handed_in.held,
            "linkedin_owner_id": id_of(found.linkedin_owner),
            "email_owner_id": id_of(found.email_owner),
            **_recorded(placed, observations["observed_at"]),
        },
        {
            "kind": "alias",
            "alias_id": people.aliases["alias_id"],
            "person_id": people.aliases["barton_id"],
            "person_number": people.aliases["entity_number"],
        },
        {
            "kind": "reference",
            "reference_key": plain_text(references["reference_key"]).filter(pa.array(is_meaning)),
            "person_id": means["barton_id"],
            "person_number": means["entity_number"],
        },
        {"kind": "verdict", **_judged(verdicts, observations, keys)},
    )


def _judged(verdicts: pa.Table, observations: pa.Table, keys: pa.Array) -> dict[str, pa.Array]:
    """The keys of the observations that verdicts are about, and how much their names are alike."""
    sides = [plain_text(verdicts[side]) for side in ("observation_key_a", "observation_key_b")]
    rows = [position_in(side, keys) for side in sides]
    is_there = pc.and_(rows[0].is_valid(), rows[1].is_valid())
    company, name = (
        [observations[column].take(side.filter(is_there)).to_pylist() for side in rows]
        for column in ("company_id", "name_key")
    )
    pairs = zip(*company, *name, strict=True)
    return {
        "reference_key": pc.binary_join_element_wise(*(side.filter(is_there) for side in sides), "|"),
        "similarity": pa.array([name_likeness(one == other, *names) for one, other, *names in pairs], pa.float64()),
    }


def _of_type(registered: pa.Table, entity: str) -> pa.Table:
    is_of_type = pc.equal(registered["entity_type"], entity)
    return registered if pc.all(is_of_type).as_py() else registered.filter(is_of_type)  # a filter copies the rows


def _minted(registry: pa.Table) -> pa.Array:
    return plain_text(registry["barton_id"].filter(pc.equal(registry["origin"], MINTED)))


def _placed(entities: Entities, is_accepted: pa.ChunkedArray) -> pa.Table:
    """The result of `register` for the accepted rows, with nulls for the others."""
    position = pc.if_else(is_accepted, pc.subtract(pc.cumulative_sum(is_accepted.cast(_NUMBER)), 1), None)
    return entities.observations.take(position)


def _recorded(found: pa.Table, observed_at: pa.ChunkedArray) -> dict[str, pa.ChunkedArray]:
    columns = {name: found[name] for name in ("registered_number", "registered_id", "origin")}
    return {"observed_at": pc.if_else(found["origin"].is_valid(), observed_at, None), **columns}


def _stacked(schema: pa.Schema, *kinds: dict[str, object]) -> pa.Table:
    """Tables of one kind each, concatenated. A column that a kind lacks is null."""
    tables = []
    for columns in kinds:
        size = max(len(values) for values in columns.values() if not isinstance(values, str))
        full = {
            field.name: pa.nulls(size, field.type) if field.name not in columns else columns[field.name]
            for field in schema
        }
        full["kind"] = pa.repeat(columns["kind"], size)
        tables.append(pa.table(full).cast(schema))
    return pa.concat_tables(tables)


def _any_valid(table: pa.Table, *columns: str) -> pa.Array:
    return pc.is_valid(pc.coalesce(*(plain_text(table[column]) for column in columns)))


def _with(table: pa.Table, **columns: pa.Array) -> pa.Table:
    """The table with other values in these columns."""
    for name, values in columns.items():
        table = table.set_column(table.column_names.index(name), name, values)
    return table
