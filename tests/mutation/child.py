"""``python -m tests.mutation.child [MUTANT ...]``: mutmut, with our operators and rules.

Runs in the root of a scratch copy of the tree, whose pyproject.toml holds ``[tool.mutmut]``.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from pathlib import Path
from typing import Any


def main() -> None:
    """Run the mutants that are not done, or those that are named."""
    # mutmut reads its settings as it is imported, and the tests import all modules
    import libcst as cst
    import mutmut.__main__ as tool
    from mutmut.mutation import file_mutation
    from mutmut.mutation.mutators import mutation_operators

    from .operators import added_operators, parents_of, rule

    mutation_operators.extend(added_operators())
    create = file_mutation.create_mutations

    def created(filename: str, *rest: Any) -> Any:
        module, mutations, *others = create(filename, *rest)
        parents = parents_of(module)
        kept: list[file_mutation.Mutation] = []
        aside: Counter[str] = Counter()
        for mutation in mutations:
            inside = mutation.contained_by_top_level_function
            if inside is None:
                continue  # mutmut itself makes no mutants of code outside of functions
            if isinstance(inside, cst.FunctionDef) and inside.name.value.endswith("_loops"):
                continue  # numba compiles no function that may be one of several
            why = rule(mutation, parents)
            if why is None:
                kept.append(mutation)
            elif isinstance(inside, cst.FunctionDef):
                aside[why] += 1
        Path("mutants", f"{filename}.aside").write_text(json.dumps(aside))
        return module, kept, *others

    file_mutation.create_mutations = created
    # one process: the order of mutants, and which tests see them first, is always the same
    tool._run(tuple(sys.argv[1:]), 1)


if __name__ == "__main__":
    main()
