"""The docs site tells of every column that a build makes, and of no other."""


def test_the_columns_of_every_relation_are_those_of_its_yml(demo_warehouse):
    built = demo_warehouse[0]
    nodes = {
        f"{node.schema}.{node.alias}": node
        for node in built.manifest.nodes.values()
        if node.resource_type in ("model", "seed", "snapshot")
    }
    made = built.column_types({node.schema for node in nodes.values()})
    # the tables behind the log of runs are written by hooks; their marts describe them
    logs = {f"slotwatch_ledgers.{name}" for name in ("ple_cycle_log", "ple_message_log", "ple_step_log")}
    assert set(made) - set(nodes) == logs
    wrong = {}
    for name, node in nodes.items():
        columns = {row[0] for row in made[name][1]}
        if columns != set(node.columns):
            wrong[name] = columns ^ set(node.columns)
    assert wrong == {}
