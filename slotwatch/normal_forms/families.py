"""Families of kinds. Each family is one table of normal forms, so that a model waits only for the values that it
reads."""

from collections.abc import Mapping
from typing import Any, NamedTuple

import pyarrow

from slotwatch.normal_forms.normalise import KINDS, normalise_in_batches
from slotwatch.normal_forms.version import forms_version

_NAME_PARTS = ("first_name", "last_name", "first_key", "middle_key", "last_key", "suffix_key")


class Family(NamedTuple):
    """Kinds that are read together, and the columns of `normalise` that apply to them."""

    kinds: tuple[str, ...]
    columns: tuple[str, ...]

    @property
    def word_lists(self) -> tuple[str, ...]:
        """The word lists that any of the kinds needs, by name."""
        return tuple(sorted({name for kind in self.kinds for name in KINDS[kind].word_lists}))


FAMILIES = {
    "company": Family(
        ("company_name", "company_phone", "ein", "linkedin_company", "postal_code", "state", "website"),
        ("kind", "raw_value", "normal_value", "display_value", "extension", "is_shared_host"),
    ),
    "person": Family(
        ("email", "linkedin_person", "person_name", "person_phone", "stop"),
        ("kind", "raw_value", "mention", "normal_value", "display_value", "is_role_mailbox", *_NAME_PARTS),
    ),
    "text": Family(
        ("json", "reply", "title"),
        ("kind", "raw_value", "normal_value", "display_value"),
    ),
    "filing": Family(
        ("broker", "carrier", "ein"),
        ("kind", "raw_value", "normal_value"),
    ),
}


def family_forms(
    name: str, values: Any, word_lists: Mapping[str, Any], session: Any, existing: Any | None
) -> pyarrow.RecordBatchReader:
    """The rows that a family's table lacks, read in batches while dbt writes them.

    Args:
        name: key of `FAMILIES`.
        values: DuckDB relation of distinct pairs (kind, raw_value); kinds of other families are left out.
        word_lists: DuckDB relations of the seeds that the family needs.
        session: connection that can query the warehouse.
        existing: the table as earlier builds left it, None for the first build.

    Returns:
        The family's columns and `forms_version`: every value that the table does not hold in the present version.
    """
    family = FAMILIES[name]
    words = {seed: relation.to_arrow_table() for seed, relation in word_lists.items()}
    version = forms_version(family.kinds, words)
    kinds = ", ".join(f"'{kind}'" for kind in family.kinds)
    values = values.filter(f"kind in ({kinds})")
    if existing is not None:
        known = session.query(f"select distinct kind, raw_value from {existing} where forms_version = '{version}'")
        values = values.join(known.set_alias("known"), "kind, raw_value", how="anti")
    forms = normalise_in_batches(values.to_arrow_table(), words, family.columns)
    schema = forms.schema.append(pyarrow.field("forms_version", pyarrow.string()))
    return pyarrow.RecordBatchReader.from_batches(schema, (_with_version(batch, version, schema) for batch in forms))


def _with_version(batch: pyarrow.RecordBatch, version: str, schema: pyarrow.Schema) -> pyarrow.RecordBatch:
    return pyarrow.record_batch([*batch.columns, pyarrow.repeat(version, batch.num_rows)], schema=schema)
