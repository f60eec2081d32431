"""Changes that mutmut does not make, and changes that are set aside before the run.

Two operators are added, because dropping a check is the mistake that matters most in code
that judges:

- a condition that never holds: ``if c:`` becomes ``if (c) and False:``;
- a call that is not made: a statement ``f(x)`` becomes ``pass``.

Set aside, and counted by rule:

- ``words``: the text of an error, that is what is inside an argument made of text of a
  ``raise`` or of a method ``fail``;
- ``amounts``: how many units of work are charged (the argument of a method ``spend``),
  except for no number at all.  That a charge is made is not set aside.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import libcst as cst
import libcst.matchers as m
from mutmut.mutation.file_mutation import Mutation

__all__ = ["RULES", "added_operators", "rule"]

RULES = ("words", "amounts")


def _condition_off(node: cst.If) -> Iterable[cst.If]:
    test = node.test.with_changes(lpar=[cst.LeftParen()], rpar=[cst.RightParen()])
    off = cst.BooleanOperation(left=test, operator=cst.And(), right=cst.Name("False"))
    # `if(x)` has no space before its parenthesis
    yield node.with_changes(test=off, whitespace_before_test=cst.SimpleWhitespace(" "))


def _call_off(node: cst.Expr) -> Iterable[cst.CSTNode]:
    if isinstance(node.value, cst.Call):
        yield cst.Pass()


def added_operators() -> list[tuple[type, object]]:
    """The operators in the form of mutmut's own table."""
    return [(cst.If, _condition_off), (cst.Expr, _call_off)]


def rule(mutation: Mutation, parents: dict[int, cst.CSTNode]) -> str | None:
    """Name the rule by which a change is set aside, if any."""
    inner = mutation.original_node
    if isinstance(inner, cst.Call) and isinstance(mutation.mutated_node, cst.Call):
        changed = _changed_argument(inner.args, mutation.mutated_node.args)
        if changed is not None and _is_message(inner, parents) and _is_text(changed.value):
            return "words"
    below: cst.CSTNode = inner
    while (node := parents.get(id(below))) is not None:
        if isinstance(node, cst.Call) and isinstance(below, cst.Arg):
            if _is_message(node, parents) and _is_text(below.value):
                return "words"
            if m.matches(node.func, m.Attribute(attr=m.Name("spend"))):
                return "amounts"
        below = node
    return None


def parents_of(module: cst.Module) -> dict[int, cst.CSTNode]:
    """The parent of every node of a module, by the node's identity."""
    return {id(child): node for node in _walk(module) for child in node.children}


def _walk(node: cst.CSTNode) -> Iterator[cst.CSTNode]:
    stack = [node]
    while stack:
        current = stack.pop()
        yield current
        stack.extend(current.children)


def _is_message(call: cst.Call, parents: dict[int, cst.CSTNode]) -> bool:
    raised = isinstance(parents.get(id(call)), cst.Raise)
    return raised or m.matches(call.func, m.Attribute(attr=m.Name("fail")))


def _is_text(node: cst.BaseExpression) -> bool:
    if isinstance(node, cst.IfExp):
        return _is_text(node.body) and _is_text(node.orelse)
    if isinstance(node, cst.BinaryOperation):
        return _is_text(node.left) or _is_text(node.right)
    return isinstance(node, cst.BaseString)  # plain, formatted, or several side by side


def _changed_argument(before: Sequence[cst.Arg], after: Sequence[cst.Arg]) -> cst.Arg | None:
    kept = {id(arg) for arg in after}
    changed = [arg for arg in before if id(arg) not in kept]
    return changed[0] if len(changed) == 1 else None
