"""The rules for the structure of the project, checked on its parsed manifest."""

import re
from collections import defaultdict

import jinja2
import pytest
from warehouse_support import ROOT

from slotwatch.normal_forms.families import FAMILIES
from slotwatch.normal_forms.normalise import KINDS

# Parts of the contracts that are not built yet: columns of a table or mart, or all of it if none are named. When an
# entry is built, the test fails until the entry is removed here.
RAW_TO_COME: dict[str, set[str]] = {}
OUTPUTS_TO_COME: dict[str, set[str]] = {}
LAYERS = ("staging", "intermediate", "ledgers", "marts", "interfaces")
PUBLIC_LAYERS = {"marts", "interfaces"}
# Column names with several meanings, and the reason why each keeps its name.
HOMONYMS = {
    "band": "a proof and its message carry the band to write at, which may be below the company's",
    "completed_at": "of an agent's job by the source, of an invocation by the machine's clock",
    "confidence": "sources give a share, email providers a number up to 100; each is kept as it came",
    "created_at": "the time at which a row began, as the replaced documents name it",
    "domain": "an internet domain; of pressure signals the domain of pressure, as the business calls it",
    "email_status": "of a person's email now; of one check its own result, in the replaced documents in other words",
    "event_type": "slots, the pipeline and the audit log have events of their own",
    "first_seen_at": "of companies and people by the source, of errors by the build that found them",
    "is_active": "a signal has not expired; a rule is switched on",
    "log_id": "the log of runs and the log of verdicts have ids of their own",
    "reason": "why not to write; in bit.signal the replaced document's name for the kind of signal",
    "signal_id": "pressure signals are ours, buyer intent signals have the upstream system's ids",
    "signal_type": "pressure signals and buyer intent signals have types of their own",
    "started_at": "of an agent's job by the source, of an invocation by the machine's clock",
    "status": "slots, messages, jobs, cycles and steps have states of their own",
    "updated_at": "the time at which a row last changed, as the replaced documents name it",
}
WALL_CLOCK = re.compile(
    r"\b(current_timestamp|current_date|current_time|localtimestamp|localtime|now\s*\(|getdate\s*\(|sysdate|"
    r"clock_timestamp|statement_timestamp|transaction_timestamp|get_current_timestamp|"
    r"datetime\.now|datetime\.utcnow|modules\.datetime\.datetime\.now|time\.time\s*\()",
    re.IGNORECASE,
)
STATE_LEDGERS = {
    "bit_rule_event_ledger",
    "company_id_registry",
    "error_id_registry",
    "id_merges",
    "person_id_registry",
    "proof_ledger",
}


def raw_tables(manifest) -> list:
    return [source for source in manifest.sources.values() if source.source_name == "raw"]


def layer(node) -> str:
    return node.fqn[1] if node.resource_type == "model" else node.resource_type


@pytest.fixture(scope="module")
def models(manifest):
    """The project's models by name."""
    found = {
        node.name: node
        for node in manifest.nodes.values()
        if node.resource_type == "model" and node.package_name == "slotwatch"
    }
    assert len(found) > 90
    assert {layer(node) for node in found.values()} <= set(LAYERS)
    return found


@pytest.fixture(scope="module")
def parents(manifest, models):
    """The models, seeds, snapshots and sources that each model reads."""
    every = {**manifest.nodes, **manifest.sources}
    return {name: [every[parent] for parent in node.depends_on.nodes] for name, node in models.items()}


# Warnings about raw files, which need no staging: the errors of the pipeline read them.
READ_BY_ERRORS = {"int_pipeline_errors": "file_warnings"}


def test_staging_alone_reads_the_sources(models, parents):
    reading = {
        name: models[name].original_file_path
        for name, read in parents.items()
        if any(parent.resource_type == "source" and parent.name != READ_BY_ERRORS.get(name) for parent in read)
    }
    assert reading
    assert {name: path for name, path in reading.items() if not path.startswith("models/staging/")} == {}
    assert sorted(source.name for read in parents.values() for source in read if source.resource_type == "source") == (
        sorted({source.name for read in parents.values() for source in read if source.resource_type == "source"})
    ), "a raw table is read by one model"


# Models that list raw tables, since dbt must see their refs; the sources' yml says which tables belong there.
LISTS_OF_RAW_TABLES = {
    "stg_contact_values": lambda table: _kinds(table) and not _is_filing(table),
    "stg_filing_values": lambda table: _kinds(table) and _is_filing(table),
    "stg_company_references": lambda table: any(name.endswith("company") for name in _meta(table, "references")),
    "stg_person_references": lambda table: "person" in _meta(table, "references"),
    "int_known_rows": lambda table: True,
    "data_reconciliation": lambda table: True,
}


def _meta(table, name):
    return table.config.meta.get(name, [])


def _kinds(table) -> dict[str, str]:
    kinds = {name: (column.config.meta or {}).get("kind") for name, column in table.columns.items()}
    return {name: kind for name, kind in kinds.items() if kind}


def _is_filing(table) -> bool:
    return table.name.startswith(("form_", "schedule_"))


@pytest.mark.parametrize("name", LISTS_OF_RAW_TABLES)
def test_a_model_that_lists_raw_tables_lists_those_of_the_sources_yml(manifest, models, parents, name):
    belongs = LISTS_OF_RAW_TABLES[name]
    listed = dict(re.findall(r'"(\w+)": \(?ref\("(\w+)"\)', models[name].raw_code))
    assert set(listed) == {table.name for table in raw_tables(manifest) if belongs(table)}
    wrong = {}
    for table, model in listed.items():
        ancestors = {model}
        while more := {p.name for a in ancestors if a in parents for p in parents[a]} - ancestors:
            ancestors |= more
        if table not in ancestors:
            wrong[table] = model
    assert wrong == {}


def test_the_meta_of_the_sources_names_existing_columns_kinds_and_entities(manifest):
    for table in manifest.sources.values():
        assert set(table.config.meta) <= {"row_id", "known_at", "required", "references", "subject"}, table.name
        named = [*_meta(table, "row_id"), *_meta(table, "required")]
        named += [table.config.meta["known_at"]] if _meta(table, "known_at") else []
        named += [f"{reference}_unique_id" for reference in _meta(table, "references")]
        assert set(named) <= set(table.columns), table.name
        assert table.config.meta.get("subject", "company") in ("company", "person", "company_or_person"), table.name
        assert set(_kinds(table).values()) <= set(KINDS), table.name
    kinds = {kind for table in manifest.sources.values() for kind in _kinds(table).values()}
    assert kinds == set(KINDS)


@pytest.mark.parametrize("family", FAMILIES)
def test_a_table_of_normal_forms_reads_the_word_lists_of_its_kinds(parents, family):
    seeds = {parent.name for parent in parents[f"{family}_forms"] if parent.resource_type == "seed"}
    assert seeds == set(FAMILIES[family].word_lists)


def test_every_source_is_a_table_of_the_raw_contract(manifest):
    text = (ROOT.parent / "shared" / "design" / "raw-contract.md") if ROOT.parent else None
    if not text or not text.exists():
        pytest.skip("the raw contract is not beside the checkout")
    contract = {}
    for line in text.read_text(encoding="utf-8").splitlines():
        if match := re.match(r"\| `(\w+)` \| (.+) \|$", line):
            columns = re.sub(r"\([^)]*\)", "", match[2])
            contract[match[1]] = set(re.findall(r"`(\w+)`", columns))
    declared = {source.name: set(source.columns) for source in raw_tables(manifest)}
    assert set(declared) - set(contract) == set()
    missing = {table: columns - declared.get(table, set()) for table, columns in contract.items()}
    assert {table: columns for table, columns in missing.items() if columns} == {
        table: columns or contract[table] for table, columns in RAW_TO_COME.items()
    }


@pytest.mark.parametrize(
    ("reader", "allowed"),
    [
        ("staging", {"source", "staging", "seed"}),
        ("intermediate", {"staging", "intermediate", "ledgers", "snapshot", "seed", "marts"}),
        ("ledgers", {"intermediate", "ledgers", "marts", "seed"}),
        ("marts", {"staging", "intermediate", "ledgers", "snapshot", "marts", "seed"}),
        ("interfaces", {"marts", "seed"}),
    ],
)
def test_each_layer_reads_only_what_lies_below(models, parents, reader, allowed):
    wrong = defaultdict(list)
    for name, read in parents.items():
        if layer(models[name]) == reader:
            wrong[name] += [
                parent.name
                for parent in read
                if layer(parent) not in allowed and parent.name != READ_BY_ERRORS.get(name)
            ]
    assert {name: read for name, read in wrong.items() if read} == {}


def test_every_model_and_every_column_of_it_is_described(models):
    assert [name for name, node in models.items() if not node.description.strip()] == []
    assert [
        f"{name}.{column.name}"
        for name, node in models.items()
        for column in node.columns.values()
        if not column.description.strip()
    ] == []


def test_every_source_table_seed_snapshot_and_macro_is_described(manifest):
    mine = [
        node
        for node in [*manifest.sources.values(), *manifest.nodes.values()]
        if node.resource_type in ("source", "seed", "snapshot") and node.package_name == "slotwatch"
    ]
    assert [node.name for node in mine if not node.description.strip()] == []
    assert [
        f"{node.name}.{column.name}"
        for node in mine
        for column in node.columns.values()
        if not column.description.strip()
    ] == []
    macros = [macro for macro in manifest.macros.values() if macro.package_name == "slotwatch"]
    engine_variants = re.compile(r"^(default|duckdb|postgres|postgrespy|spark)__")
    assert [m.name for m in macros if not m.description.strip() and not engine_variants.match(m.name)] == []


def test_every_argument_of_a_macro_is_described(manifest):
    """Compares the signature of each macro with the arguments in its yml."""
    wrong = {}
    for macro in manifest.macros.values():
        is_materialization = macro.name.startswith("materialization_")
        if macro.package_name == "slotwatch" and "__" not in macro.name and not is_materialization:
            body = jinja2.Environment(extensions=["jinja2.ext.do"]).parse(macro.macro_sql).body
            (signature,) = [node for node in body if isinstance(node, jinja2.nodes.Macro)]
            described = [argument.name for argument in macro.arguments if argument.description.strip()]
            if [argument.name for argument in signature.args] != described:
                wrong[macro.name] = described
    assert wrong == {}


def test_every_data_test_is_named_as_a_promise_and_described_when_it_stands_alone(manifest):
    singular = [
        node for node in manifest.nodes.values() if node.resource_type == "test" and not hasattr(node, "test_metadata")
    ]
    assert len(singular) >= 12
    assert [node.name for node in singular if not node.description.strip()] == []


def test_every_unit_test_is_described(manifest):
    assert len(manifest.unit_tests) > 80
    assert [test.name for test in manifest.unit_tests.values() if not test.description.strip()] == []
    assert [test.name for test in manifest.unit_tests.values() if len(test.name) > 63] == []  # a table on Postgres


def test_every_part_of_the_metrics_has_a_label_and_a_description(manifest):
    parts = {metric.name: metric for metric in manifest.metrics.values()}
    for model in manifest.semantic_models.values():
        parts[model.name, "model"] = model
        for part in (*model.entities, *model.dimensions, *model.measures):
            parts[model.name, type(part).__name__, part.name] = part
    assert len(parts) > 60
    assert [name for name, part in parts.items() if not (part.description or "").strip()] == []
    assert [name for name, part in parts.items() if not (part.label or "").strip()] == []


@pytest.fixture(scope="module")
def columns(manifest):
    """For each column name, every model, seed and snapshot with that column, as (node, column)."""
    found = defaultdict(list)
    for node in manifest.nodes.values():
        if node.resource_type in ("model", "seed", "snapshot"):
            for column in node.columns.values():
                found[column.name].append((node, column))
    return found


def test_a_column_name_has_one_meaning_in_all_public_tables(manifest, columns):
    """All its descriptions have a doc block in common; a relation may add what is particular to it, before or after."""
    common = {
        name: set.intersection(*(set(column.doc_blocks) for node, column in uses if _is_read_by_users(node)))
        for name, uses in columns.items()
        if sum(_is_read_by_users(node) for node, _ in uses) > 1
    }
    assert len(common) > 140
    several = {name for name, blocks in common.items() if not blocks}
    assert several - set(HOMONYMS) == set()
    assert set(HOMONYMS) - several == set(), "these mean one thing by now"


def test_a_repeated_column_description_is_a_doc_block(columns):
    literal = defaultdict(list)
    for name, uses in columns.items():
        for node, column in uses:
            if not column.doc_blocks:
                literal[name, " ".join(column.description.split())].append(node.name)
    assert {text: where for text, where in literal.items() if len(where) > 1} == {}


def test_every_doc_block_is_used(manifest):
    used = {
        block
        for node in (*manifest.nodes.values(), *manifest.sources.values())
        for part in (node, *node.columns.values())
        for block in getattr(part, "doc_blocks", [])
    }
    texts = [metric.description for metric in manifest.metrics.values()]
    unused = [
        doc.name
        for doc in manifest.docs.values()
        if doc.package_name == "slotwatch" and doc.unique_id not in used and doc.block_contents.strip() not in texts
    ]
    assert unused == ["__overview__"]


def _is_read_by_users(node) -> bool:
    return getattr(node, "access", None) == "public" or (node.resource_type == "seed" and node.schema == "slotwatch")


def test_marts_and_interfaces_are_public_and_the_rest_is_private_to_its_group(manifest, models):
    assert {name: node.access for name, node in models.items() if layer(node) in PUBLIC_LAYERS} == {
        name: "public" for name, node in models.items() if layer(node) in PUBLIC_LAYERS
    }
    assert {node.access for node in models.values() if layer(node) not in PUBLIC_LAYERS} == {"private"}
    groups = {group.name: group for group in manifest.groups.values()}
    assert all(group.owner.name and group.owner.email and group.description for group in groups.values())
    assert {node.group for node in models.values()} <= set(groups)
    others = [node for node in manifest.nodes.values() if node.resource_type in ("seed", "snapshot")]
    assert {node.config.group for node in others if node.package_name == "slotwatch"} <= set(groups)


def test_exposures_have_an_owner_and_read_public_relations_only(manifest):
    exposures = {exposure.name: exposure for exposure in manifest.exposures.values()}
    assert set(exposures) == {"dashboard", "send_queue_consumer", "weekly_report"}
    for name, exposure in exposures.items():
        assert exposure.label and exposure.description.strip() and exposure.maturity, name
        assert exposure.owner.name and exposure.owner.email, name
        read = [manifest.nodes[node] for node in exposure.depends_on.nodes]
        assert read, name
        assert [node.name for node in read if not _is_read_by_users(node)] == [], name
    counted = [manifest.nodes[node] for model in manifest.semantic_models.values() for node in model.depends_on.nodes]
    assert {node.access for node in counted} == {"public"}


def test_the_overview_explains_every_layer_and_its_links_work(manifest, models):
    overview = manifest.docs["doc.slotwatch.__overview__"].block_contents
    linked = re.findall(r"\]\(#!/(model|exposure|source_list)/([\w.]+)\)", overview)
    assert len(linked) == overview.count("](")
    known = {*manifest.nodes, *manifest.exposures, *{source.source_name for source in manifest.sources.values()}}
    assert {target for _, target in linked} - known == set()
    assert len(linked) > 20
    schemas = {node.schema for node in models.values() if layer(node) != "interfaces"}
    assert {schema for schema in schemas if f"`{schema}`" not in overview} == set()
    assert {name for name in LAYERS if f"| {name} |" not in overview} == set()


def test_marts_have_an_enforced_contract_a_key_and_all_their_columns(models):
    marts = {name: node for name, node in models.items() if layer(node) == "marts"}
    assert len(marts) >= 15
    assert [name for name, node in marts.items() if not node.contract.enforced] == []
    without_key = [
        name
        for name, node in marts.items()
        if node.config.materialized != "view"  # the log of runs, which hooks write
        and not any(c.type == "primary_key" for c in node.constraints)
        and not any(c.type == "primary_key" for column in node.columns.values() for c in column.constraints)
    ]
    assert without_key == []
    assert [
        f"{name}.{column.name}"
        for name, node in marts.items()
        for column in node.columns.values()
        if not column.data_type
    ] == []


def test_only_marts_and_published_seeds_are_in_the_schema_of_the_users(manifest):
    there = {
        node.name: layer(node)
        for node in manifest.nodes.values()
        if node.resource_type in ("model", "seed", "snapshot") and node.schema == "slotwatch"
    }
    assert {name for name, where in there.items() if where not in ("marts", "seed")} == set()
    assert "slots" in there


def test_nothing_reads_the_wall_clock(manifest, models):
    code = {name: node.raw_code for name, node in models.items()}
    code |= {node.name: node.raw_code for node in manifest.nodes.values() if node.resource_type in ("snapshot", "test")}
    code |= {
        macro.name: macro.macro_sql
        for macro in manifest.macros.values()
        # the log of runs is about the machine, not about the business
        if macro.package_name == "slotwatch" and not macro.original_file_path.endswith("ple_log.sql")
    }
    without_comments = {name: re.sub(r"\{#.*?#\}|--[^\n]*", "", text, flags=re.DOTALL) for name, text in code.items()}
    assert {name: found[0] for name, text in without_comments.items() if (found := WALL_CLOCK.search(text))} == {}
    writers_of_the_log = {ROOT / "slotwatch/warehouse/rewinding.py"}
    for file in {*(ROOT / "slotwatch").rglob("*.py")} - writers_of_the_log:
        found = WALL_CLOCK.search(re.sub(r"\"\"\".*?\"\"\"", "", file.read_text(encoding="utf-8"), flags=re.DOTALL))
        assert not found, f"{file.name}: {found[0]}"


def test_without_as_of_the_clock_is_the_start_of_the_run(manifest):
    users = {
        macro.name
        for macro in manifest.macros.values()
        if macro.package_name == "slotwatch"
        and "run_started_at" in macro.macro_sql
        and not macro.original_file_path.endswith("ple_log.sql")
    }
    assert users == {"as_of_text", "check_as_of"}  # this check refuses a day in the future


def test_descending_ranks_have_nulls_first_or_last_or_no_nulls(models):
    """Timestamps of accepted rows and similar columns are never null; all others need `nulls first` or `nulls last`."""
    never_null = re.compile(
        r"(recency|rank|magnitude|length\([\w.]+\)|observed_at|uploaded_at|received_at|verified_at|recorded_at|sent_at|entry_order|"
        r"detected_at|occurred_at|valid_from|raw_id|ack_id|plan_year|content_hash|last_observed_at|number)$"
    )
    wrong = []
    for name, node in models.items():
        for expression, rest in re.findall(r"([\w.()]+)\s+desc\b([^,\n)]*)", node.raw_code):
            if "nulls" not in rest and not never_null.search(expression):
                wrong.append((name, expression))
    assert wrong == []


def test_models_are_small_and_each_has_its_yml_beside_it(models):
    assert {name: len(node.raw_code) for name, node in models.items() if len(node.raw_code) > 8000} == {}
    lonely = []
    for name, node in models.items():
        path = ROOT / node.original_file_path
        beside = path.with_suffix(".yml")
        if not beside.exists() or (node.patch_path or "").split("://")[-1] != beside.relative_to(ROOT).as_posix():
            lonely.append(name)
    assert lonely == []


def test_ledgers_survive_a_full_refresh(models):
    ledgers = {name: node for name, node in models.items() if layer(node) == "ledgers"}
    assert set(ledgers) >= STATE_LEDGERS
    assert [name for name, node in ledgers.items() if node.config.full_refresh is not False] == []
    assert {node.config.materialized for node in ledgers.values()} == {"incremental"}
    kept = {"table", "view", "incremental", "ephemeral"}
    assert {node.config.materialized for node in models.values()} <= kept


@pytest.mark.parametrize("entity", ["company", "person"])
def test_ids_are_recorded_before_a_mart_or_a_snapshot_shows_them(manifest, entity):
    def above(node: str) -> set[str]:
        found, left = set(), [node]
        while left:
            new = set(manifest.parent_map.get(left.pop(), ())) - found
            found |= new
            left += new
        return {name.rpartition(".")[2] for name in found}

    readers = [
        node.unique_id
        for node in manifest.nodes.values()
        if node.resource_type == "snapshot" or (node.resource_type == "model" and node.fqn[1] == "marts")
    ]
    showing = {node: above(node) for node in readers if f"int_{entity}_identity" in above(node)}
    assert len(showing) > 10
    assert [node for node, names in showing.items() if f"{entity}_id_registry" not in names] == []


def test_every_seed_fixes_the_types_of_its_columns(manifest):
    seeds = [n for n in manifest.nodes.values() if n.resource_type == "seed" and n.package_name == "slotwatch"]
    assert len(seeds) > 20
    untyped = []
    for seed in seeds:
        header = (ROOT / seed.original_file_path).read_text(encoding="utf-8").splitlines()[0].split(",")
        types = set(seed.config.column_types or {})
        typed = types | {column.name for column in seed.columns.values() if column.data_type}
        untyped += [f"{seed.name}.{column}" for column in header if column not in typed]
    assert untyped == []


def test_code_outside_the_engine_macros_is_the_same_for_every_engine(models, manifest):
    """Engine differences are allowed in macros/engine only."""
    only_one = re.compile(
        r"\bqualify\b|\bdistinct on\b|::|\bgenerate_series\b|\bunnest\b|\bregexp_\w+\(|\bstring_agg\(|\blist\(|"
        r"\bstruct_pack\(|\bany_value\(|\bgroup by all\b|\border by all\b|\bexclude\s*\(|\bstrptime\(|\bepoch\(|"
        r"\btry_cast\(|\barg_max\(|\bdate_diff\(|\bdatediff\(|\bilike\b|\bjson_object\(|\bto_json\(",
        re.IGNORECASE,
    )
    code = {name: node.raw_code for name, node in models.items() if node.language == "sql"}
    code |= {
        n.name: n.raw_code
        for n in manifest.nodes.values()
        if n.resource_type == "test" and not hasattr(n, "test_metadata")
    }
    code |= {
        macro.name: macro.macro_sql
        for macro in manifest.macros.values()
        if macro.package_name == "slotwatch" and not macro.original_file_path.startswith("macros/engine")
    }
    without_comments = {name: re.sub(r"\{#.*?#\}", "", text, flags=re.DOTALL) for name, text in code.items()}
    assert {name: found[0] for name, text in without_comments.items() if (found := only_one.search(text))} == {}


def test_python_models_are_thin(models):
    python = {name: node for name, node in models.items() if node.language == "python"}
    assert 1 <= len(python) <= 12
    assert {name: lines for name, node in python.items() if (lines := len(node.raw_code.splitlines())) > 30} == {}


def test_the_outputs_promised_by_the_contract_are_there_with_their_columns(models):
    contract = ROOT.parent / "shared" / "design" / "outputs.md"
    if not contract.exists():
        pytest.skip("the output contract is not beside the checkout")
    promised = {}
    for line in contract.read_text(encoding="utf-8").split("## Interfaces")[0].splitlines():
        if match := re.match(r"\| `(\w+)` \| [^|]+ \| ([^|]+) \|$", line):
            columns = [column.strip() for column in re.sub(r"\([^)]*\)", "", match[2]).split(",")]
            if all(re.fullmatch(r"\w+", column) for column in columns):
                promised[match[1]] = set(columns)
    here = {name: set(node.columns) for name, node in models.items() if layer(node) == "marts"}
    assert len(here) >= 14
    missing = {name: columns - here.get(name, set()) for name, columns in promised.items()}
    assert {name: columns for name, columns in missing.items() if columns} == {
        name: columns or promised[name] for name, columns in OUTPUTS_TO_COME.items()
    }
