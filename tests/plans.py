"""What PostgreSQL means to do with a query."""

import json
from typing import Any

from django.db import connection


def plan_of(sql: str) -> list[dict[str, Any]]:
    """Return the nodes of a query's plan."""
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (FORMAT JSON) {sql}")
        found = cursor.fetchone()[0]
    root = (json.loads(found) if isinstance(found, str) else found)[0]["Plan"]
    nodes, waiting = [], [root]
    while waiting:
        node = waiting.pop()
        nodes.append(node)
        waiting += node.get("Plans", [])
    return nodes


def indexes_in(nodes: list[dict[str, Any]]) -> set[str]:
    """Return the indexes that a plan reads."""
    return {node["Index Name"] for node in nodes if "Index Name" in node}


def tables_read_whole(nodes: list[dict[str, Any]]) -> set[str]:
    """Return the tables that a plan reads from end to end."""
    return {node["Relation Name"] for node in nodes if node["Node Type"] == "Seq Scan"}
