"""The rules of the project's shape, read from its parsed manifest."""

import re
from collections import defaultdict

import pytest
from warehouse_support import ROOT

LAYERS = ("staging", "intermediate", "ledgers", "marts", "interfaces")
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
    """Per model, what it reads: models, seeds, snapshots and sources."""
    every = {**manifest.nodes, **manifest.sources}
    return {name: [every[parent] for parent in node.depends_on.nodes] for name, node in models.items()}


def test_staging_alone_reads_the_sources(models, parents):
    reading = {
        name: models[name].original_file_path
        for name, read in parents.items()
        if any(parent.resource_type == "source" for parent in read)
    }
    assert reading
    assert {name: path for name, path in reading.items() if not path.startswith("models/staging/base/")} == {}


def test_every_source_is_a_table_of_the_raw_contract(manifest):
    text = (ROOT.parent / "shared" / "design" / "raw-contract.md") if ROOT.parent else None
    if not text or not text.exists():
        pytest.skip("the raw contract is not beside the checkout")
    contract = {}
    for line in text.read_text(encoding="utf-8").splitlines():
        if match := re.match(r"\| `(\w+)` \| (.+) \|$", line):
            columns = re.sub(r"\([^)]*\)", "", match[2])
            contract[match[1]] = set(re.findall(r"`(\w+)`", columns))
    declared = {source.name: set(source.columns) for source in manifest.sources.values()}
    assert set(declared) == set(contract)
    missing = {table: columns - declared[table] for table, columns in contract.items() if columns - declared[table]}
    assert missing == {}


@pytest.mark.parametrize(
    ("reader", "allowed"),
    [
        ("staging", {"source", "staging", "seed"}),
        ("intermediate", {"staging", "intermediate", "ledgers", "snapshot", "seed"}),
        ("ledgers", {"intermediate", "ledgers", "seed"}),
        ("marts", {"intermediate", "ledgers", "snapshot", "marts", "seed"}),
        ("interfaces", {"marts", "seed"}),
    ],
)
def test_each_layer_reads_only_what_lies_below(models, parents, reader, allowed):
    wrong = defaultdict(list)
    for name, read in parents.items():
        if layer(models[name]) == reader:
            wrong[name] += [parent.name for parent in read if layer(parent) not in allowed]
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


def test_every_data_test_is_named_as_a_promise_and_described_when_it_stands_alone(manifest):
    singular = [
        node for node in manifest.nodes.values() if node.resource_type == "test" and not hasattr(node, "test_metadata")
    ]
    assert len(singular) >= 12
    assert [node.name for node in singular if not node.description.strip()] == []


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


def test_only_marts_and_seeds_of_theirs_are_in_the_schema_of_the_users(manifest):
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
    for file in (ROOT / "slotwatch").rglob("*.py"):
        found = WALL_CLOCK.search(re.sub(r"\"\"\".*?\"\"\"", "", file.read_text(encoding="utf-8"), flags=re.DOTALL))
        assert not found, f"{file.name}: {found[0]}"


def test_the_clock_is_the_start_of_the_run_only_when_as_of_is_not_given(manifest):
    users = [
        macro.name
        for macro in manifest.macros.values()
        if macro.package_name == "slotwatch"
        and "run_started_at" in macro.macro_sql
        and not macro.original_file_path.endswith("ple_log.sql")
    ]
    assert users == ["as_of_text"]


def test_what_ranks_descending_says_where_nulls_go_or_has_none(models):
    """Timestamps of accepted rows, numbers of windows and the like are never null; all else must say it."""
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


def test_no_code_uses_what_only_one_engine_knows(models, manifest):
    """Differences live in macros/engine, and nowhere else."""
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
    assert 1 <= len(python) <= 6
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
    here = {name: set(node.columns) for name, node in models.items() if layer(node) == "marts" and name in promised}
    assert len(here) >= 14
    assert {name: promised[name] - columns for name, columns in here.items() if promised[name] - columns} == {}
