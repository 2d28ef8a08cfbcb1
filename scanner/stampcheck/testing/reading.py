"""Which declared facts the source of a rule never reads: such a fact tells nothing on its page."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from stampcheck.model import Rule
from stampcheck.testing.source import tree_of


def unread_facts(rule: Rule) -> Iterator[str]:
    """The facts whose names nothing holds that the judging function leads to.

    Names are followed within its module; what it takes from other modules of its package may read
    anything, so nothing is said of a rule that does.
    """
    tree = tree_of(rule.module)
    if tree is None:
        return
    names = _reached(tree, rule.name)
    package = rule.module.partition(".")[0]
    imported = list(_imported(tree))
    if any(alias in names for module, _, alias in imported if _is_own(module, package)):
        return
    read = {name for module, name, alias in imported if alias in names}
    for fact in rule.facts:
        if fact.name not in names | read:
            yield f"declares {fact.name} and never reads it"


def _is_own(module: str, package: str) -> bool:
    return module.startswith(".") or module.partition(".")[0] == package


def _reached(tree: ast.Module, start: str) -> set[str]:
    """Every name that the body of a function holds, and so on for what they name."""
    definitions = dict(_definitions(tree))
    names, waiting = set[str](), {start}
    while waiting:
        names |= waiting
        held = {
            name for word in waiting for node in definitions.get(word, ()) for name in _in(node)
        }
        waiting = held - names
    return names


def _definitions(tree: ast.Module) -> Iterator[tuple[str, list[ast.stmt] | list[ast.expr]]]:
    """What stands behind each name of the module; of functions and classes the body alone."""
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            yield node.name, node.body
        elif isinstance(node, ast.Assign):
            yield from ((one.id, [node.value]) for one in node.targets if isinstance(one, ast.Name))
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.value:
            yield node.target.id, [node.value]


def _in(node: ast.AST) -> Iterator[str]:
    for one in ast.walk(node):
        if isinstance(one, ast.Name):
            yield one.id
        elif isinstance(one, ast.Attribute):
            yield one.attr


def _imported(tree: ast.Module) -> Iterator[tuple[str, str, str]]:
    """Module, name and the name that it bears here."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            module = "." * node.level + (node.module or "")
            yield from ((module, one.name, one.asname or one.name) for one in node.names)
        elif isinstance(node, ast.Import):
            yield from ((one.name, one.name, one.asname or one.name) for one in node.names)
