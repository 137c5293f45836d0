"""Companies and people with their ids, for the models `int_company_identity` and `int_person_identity`."""

import pyarrow as pa
import pyarrow.compute as pc

from slotwatch.identity import plain_text
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
        ("rejection_code", _TEXT),
        ("conflict_detail", _TEXT),
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


def identify_companies(rows: pa.Table, registered: pa.Table) -> pa.Table:
    """Group company rows into companies, and give each company its number and ids.

    Args:
        rows: as in `group_companies`.
        registered: both id registries as earlier builds left them: `entity_type` (`company` or `person`),
            `observation_key`, `entity_number`, `barton_id`, `origin`, `observed_at`, `recorded_at`. Of people, only
            the ids are read.

    Returns:
        Rows of two kinds.
        `row`, one per input row: `intake_id`; `company_id` and `company_number`, null if the row is refused;
        `handed_in_id`, the id that is used; `held_id`, the id handed in if a person has it; `rejection_code` and
        `conflict_detail` as in `group_companies`; and, if the registry records the row in this build, `observed_at`,
        `registered_number`, `registered_id` and `origin`, else null.
        `alias`, one per id that refers to a company (its own id is one of them): `alias_id`, `company_id`,
        `company_number`.

    Raises:
        ValueError: a column is missing, or `row_key` is null or repeated.
    """
    registry = _of_type(registered, "company")
    has_own_key = _any_valid(rows, "domain", "ein", "linkedin_url")
    handed_in = judge_handed_in_ids(
        plain_text(rows["handed_in_id"]),
        has_own_key,
        _minted(registry),
        plain_text(_of_type(registered, "person")["barton_id"]),
    )
    grouped = group_companies(_with(rows, handed_in_id=handed_in.joining))
    grouped = grouped.take(pc.index_in(plain_text(rows["row_key"]), value_set=plain_text(grouped["row_key"])))
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
        }
    )
    is_accepted = observations["group_key"].is_valid()
    companies = register(observations.filter(is_accepted), registry, "company")
    found = _placed(companies, is_accepted)
    return _stacked(
        COMPANY_SCHEMA,
        {
            "kind": "row",
            "intake_id": observations["observation_key"],
            "company_id": found["barton_id"],
            "company_number": found["entity_number"],
            "handed_in_id": pc.if_else(is_accepted, handed_in.usable, None),
            "held_id": handed_in.held,
            "rejection_code": grouped["rejection_code"],
            "conflict_detail": grouped["conflict_detail"],
            **_recorded(found, rows["observed_at"]),
        },
        {
            "kind": "alias",
            "alias_id": companies.aliases["alias_id"],
            "company_id": companies.aliases["barton_id"],
            "company_number": companies.aliases["entity_number"],
        },
    )


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
    grouped = group_people(rows, references, verdicts, registry, merges)
    is_reference = pc.equal(grouped["kind"], "reference")
    meant = grouped.filter(pc.and_(is_reference, grouped["group_key"].is_valid()))
    grouped = grouped.filter(pc.invert(is_reference))
    grouped = grouped.take(pc.index_in(keys, value_set=plain_text(grouped["key"])))
    people = register(
        pa.table(
            {
                "observation_key": keys,
                "group_key": plain_text(grouped["group_key"]),
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
    found = people.observations

    def owner_of(key: str) -> pa.ChunkedArray:
        """The person of the row that a column of keys names, if it is another person than the row's own."""
        owner = found["barton_id"].take(pc.index_in(plain_text(grouped[key]), value_set=keys, skip_nulls=True))
        return pc.if_else(pc.equal(owner, found["barton_id"]), pa.scalar(None, _TEXT), owner)

    means = found.take(pc.index_in(plain_text(meant["group_key"]), value_set=keys))
    return _stacked(
        PERSON_SCHEMA,
        {
            "kind": "observation",
            "observation_key": keys,
            "person_id": found["barton_id"],
            "person_number": found["entity_number"],
            "handed_in_id": handed_in.usable,
            "held_id": handed_in.held,
            "linkedin_owner_id": owner_of("linkedin_owner"),
            "email_owner_id": owner_of("email_owner"),
            **_recorded(found, observations["observed_at"]),
        },
        {
            "kind": "alias",
            "alias_id": people.aliases["alias_id"],
            "person_id": people.aliases["barton_id"],
            "person_number": people.aliases["entity_number"],
        },
        {
            "kind": "reference",
            "reference_key": meant["key"],
            "person_id": means["barton_id"],
            "person_number": means["entity_number"],
        },
        {"kind": "verdict", **_judged(verdicts, observations, keys)},
    )


def _judged(verdicts: pa.Table, observations: pa.Table, keys: pa.Array) -> dict[str, pa.Array]:
    """The keys of the observations that verdicts are about, and how much their names are alike."""
    sides = [plain_text(verdicts[side]) for side in ("observation_key_a", "observation_key_b")]
    rows = [pc.index_in(side, value_set=keys, skip_nulls=True) for side in sides]
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
    return registered.filter(pc.equal(registered["entity_type"], entity))


def _minted(registry: pa.Table) -> pa.Array:
    return plain_text(registry.filter(pc.equal(registry["origin"], MINTED))["barton_id"])


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
    return pa.concat_tables(tables).combine_chunks()


def _any_valid(table: pa.Table, *columns: str) -> pa.Array:
    return pc.is_valid(pc.coalesce(*(plain_text(table[column]) for column in columns)))


def _with(table: pa.Table, **columns: pa.Array) -> pa.Table:
    """The table with other values in these columns."""
    for name, values in columns.items():
        table = table.set_column(table.column_names.index(name), name, values)
    return table
