"""No module imports itself by way of others, imports for type checkers included."""

import grimp


def circles(imports):
    """Return the strongly connected sets of more than one module, largest first (Tarjan 1972); `imports` maps to sets."""
    index, low, stack, on, found = {}, {}, [], set(), []

    def visit(module):
        index[module] = low[module] = len(index)
        stack.append(module)
        on.add(module)
        for other in sorted(imports[module]):
            if other not in index:
                visit(other)
                low[module] = min(low[module], low[other])
            elif other in on:
                low[module] = min(low[module], index[other])
        if low[module] == index[module]:
            members = set()
            while module not in members:
                members.add(stack.pop())
            on.difference_update(members)
            if len(members) > 1:
                found.append(sorted(members))

    for module in sorted(imports):
        if module not in index:
            visit(module)
    return sorted(found, key=len, reverse=True)


def test_a_circle_is_seen():
    assert circles({"a": {"b"}, "b": {"c"}, "c": {"a"}, "d": {"a"}, "e": set()}) == [["a", "b", "c"]]
    assert circles({"a": {"b", "c"}, "b": {"c"}, "c": set()}) == []


def test_the_largest_circle_is_none():
    graph = grimp.build_graph("sim", exclude_type_checking_imports=False)
    imports = {module: graph.find_modules_directly_imported_by(module) for module in graph.modules}
    assert len(imports) > 200
    assert circles(imports) == []
