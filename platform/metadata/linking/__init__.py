"""Makes a Model out of merged documents: every reference is resolved, or named as a problem."""

from __future__ import annotations

from collections.abc import Iterator

from newel.metadata.layers import Stack
from newel.metadata.linking.apps import link_apps
from newel.metadata.linking.forms import link_forms
from newel.metadata.linking.objects import draft_objects, link_objects
from newel.metadata.linking.references import link_references
from newel.metadata.linking.roles import link_roles
from newel.metadata.linking.samples import link_samples
from newel.metadata.linking.scenarios import link_scenarios
from newel.metadata.linking.texts import cut_off, gather
from newel.metadata.linking.views import link_views
from newel.metadata.linking.workbench import Workbench
from newel.metadata.model import Model, Solution
from newel.metadata.problems import Problems


def link(stack: Stack, problems: Problems) -> Model:
    """The Model of a stack, yet without its hash. It is of use only where no problem was found."""
    bench = Workbench(stack, problems, gather(stack, problems))
    solutions = _link_solutions(bench)
    bench.currency = next((each.currency for each in reversed(solutions.values()) if each.currency), bench.currency)
    draft_objects(bench)
    inverses = link_references(bench)
    link_objects(bench, inverses)
    forms = link_forms(bench)
    views = link_views(bench)
    roles = link_roles(bench)
    apps = link_apps(bench, roles, views)
    samples = link_samples(bench)
    tests = link_scenarios(bench, roles)
    bench.texts.leftovers(bench.places, _lost(bench), problems)
    return Model(
        hash="",
        solutions=solutions,
        objects=bench.objects,
        forms=forms,
        views=views,
        roles=roles,
        apps=apps,
        samples=samples,
        places=bench.places,
        uses={address: tuple(sorted(users)) for address, users in sorted(bench.uses.items())},
        currency=bench.currency,
        tests=tests,
    )


def _link_solutions(bench: Workbench) -> dict[str, Solution]:
    found = {}
    for name in bench.stack.order:
        document = bench.stack.solutions.get(name)
        if document is None:
            continue
        data, address = document.data, f"solution:{name}"
        bench.element(address, document.place)
        label = bench.text(address, data, name=name)
        bench.optional_text(address, data, "description")
        about = {key: data[key] for key in ("language", "prefix", "currency") if key in data}
        found[name] = Solution(
            name, data.get("version", ""), label, requires=dict(data.get("requires", {})), place=document.place, **about
        )
    return found


def _lost(bench: Workbench) -> Iterator[str]:
    """The addresses of what was meant to be there, but is of no use; why has been told."""
    yield from (f"{kind}:{name}" for kind, name in bench.stack.broken)
    for (kind, name), document in bench.stack.documents.items():
        yield from cut_off(f"{kind}:{name}", document.data)
    for draft in bench.drafts.values():
        yield from (f"{draft.address}/field:{name}" for name in draft.missing)
        links = (f"{draft.address}_{name}" for name in (*draft.missing, *draft.fields))
        yield from (address for address in links if address not in bench.places)
        for group, kind in (("validations", "validation"), ("actions", "action")):
            declared = (f"{draft.address}/{kind}:{name}" for name in draft.data.branch(group))
            yield from (address for address in declared if address not in bench.places)
