"""Select the packs for a spec. Reports missing ones with the line that requests them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from blueprint.catalog.faults import PackError
from blueprint.catalog.model import CHOICES, DISK_FEATURES, LAYERS, VALUE_FEATURES, Catalog, Pack
from blueprint.errors import Problem, SpecError
from blueprint.plan.disk_state import NOTHING_ON_DISK, DiskStates
from blueprint.spec.findings import Findings, closest, in_order
from blueprint.spec.model import Service, Spec
from blueprint.spec.names import shown


def select_packs(spec: Spec, catalog: Catalog, disk_states: DiskStates = NOTHING_ON_DISK) -> tuple[Pack, ...]:
    """Return the packs of a project, in the order of their layers.

    Raises SpecError with every unavailable choice, and PackError if a pack uses an unknown part.
    """
    selection = _Selection(spec, catalog)
    packs = selection.packs()
    if selection.findings.problems:
        raise SpecError(in_order(selection.findings.problems))
    packs += _features(spec, catalog, disk_states)
    return tuple(sorted(_with_parts(packs, catalog, spec.stack), key=lambda pack: LAYERS.index(pack.kind)))


class _Selection:
    def __init__(self, spec: Spec, catalog: Catalog) -> None:
        self.findings = Findings()
        self._spec = spec
        self._catalog = catalog
        self._stack = spec.stack if catalog.find("stack", spec.stack) else None

    def packs(self) -> list[Pack]:
        pattern = self._chosen("pattern", self._spec.pattern)
        preset = self._preset()
        chosen = [self._chosen("stack", self._spec.stack), pattern, preset]
        kinds = [kind for kind in CHOICES if kind != "auth"]
        chosen += [pack for kind in kinds for pack in self._choice(kind, pattern)]
        chosen += self._auth(pattern, preset)
        always = [pack for kind in ("base", "overlay") for pack in self._catalog.offers(kind, self._stack)]
        return [*always, *(pack for pack in chosen if pack)]

    def _choice(self, kind: str, pattern: Pack | None) -> list[Pack]:
        """The packs of a kind that only some patterns use: the default, and the selected one."""
        wanted: str | None = getattr(self._spec, kind)
        named = self._chosen(kind, wanted)
        if pattern is None or kind not in (*pattern.ports, *(pattern.options if wanted else ())):
            return []
        default = self._chosen(kind, None)
        if wanted is None and default is None:
            message = f'the pattern "{pattern.id}" takes a {kind}, and the spec names none'
            hint = f'add "{kind}: ..." at the top level: {_ids(self._catalog.offers(kind, self._stack))}'
            self.findings.add(self._spec.marks.location("pattern"), "missing-choice", message, hint)
        return [pack for pack in (default, named if named != default else None) if pack]

    def _auth(self, pattern: Pack | None, preset: Pack | None) -> list[Pack]:
        """One auth pack, and its code for accounts if the spec has them."""
        fitting = preset.auth if preset else ()
        named = self._chosen("auth", self._spec.auth or (fitting[0] if fitting else None))
        if named is None or pattern is None or "auth" not in pattern.ports:
            return []
        if preset and fitting and named.id not in fitting:
            message = f'the preset "{preset.id}" does not go with auth "{named.id}"'
            self.findings.add(
                self._spec.marks.location("auth"), "auth-of-preset", message, f"there is {', '.join(fitting)}"
            )
        accounts = self._catalog.find("part", named.accounts, self._stack) if named.accounts else None
        return [named, accounts] if accounts and self._keeps(accounts, preset) else [named]

    def _keeps(self, accounts: Pack, preset: Pack | None) -> bool:
        """Whether the spec has the services and fields that this code needs.

        If a service of the preset lacks a field, that is an error.
        """
        services: dict[str, Service] = {service.name: service for service in self._spec.services}
        is_fitting = accounts.needs.keys() <= services.keys()
        for name, fields in accounts.needs.items():
            if name not in services:
                continue
            known = {field.name for field in services[name].resource or ()}
            missing = [f"{field}: {kind}" for field, kind in fields.items() if field not in known]
            is_fitting = is_fitting and not missing
            if missing and preset and name in preset.services:
                message = f'auth needs more fields of the service "{name}"'
                location = self._spec.marks.key_location("services", name)
                self.findings.add(location, "auth-fields", message, f"add {', '.join(missing)}")
        return is_fitting

    def _chosen(self, kind: str, wanted: str | None) -> Pack | None:
        """The selected pack, or the default, if there is one."""
        if wanted is None:
            offers = self._catalog.offers(kind, self._stack)
            return next((pack for pack in offers if pack.default), None)
        stack = None if kind == "stack" else self._stack
        pack = self._catalog.find(kind, wanted, stack)
        if pack is None:
            self._note_missing(kind, wanted, stack)
        return pack

    def _note_missing(self, kind: str, wanted: str, stack: str | None) -> None:
        location = self._spec.marks.location(kind)
        offers = self._catalog.offers(kind, stack)
        if self._catalog.find(kind, wanted):
            message = f'the {kind} "{wanted}" cannot be combined with the stack "{stack}"'
            self.findings.add(location, "not-for-this-stack", message, f"there is {_ids(offers)}")
            return
        near = closest(wanted, [pack.id for pack in offers])
        guess = f'did you mean "{near}"? ' if near else ""
        message = f"there is no {kind} {shown(wanted)}"
        self.findings.add(location, f"unknown-{kind}", message, f"{guess}there is {_ids(offers)}")

    def _preset(self) -> Pack | None:
        """The preset, unless all of its services were removed."""
        preset = self._chosen("preset", self._spec.preset)
        if preset is None or not preset.services:
            return preset
        return preset if {service.name for service in self._spec.services} & {*preset.services} else None


def _ids(packs: Iterable[Pack]) -> str:
    return ", ".join(pack.id for pack in packs) or "none"


def _features(spec: Spec, catalog: Catalog, disk_states: DiskStates) -> list[Pack]:
    """The parts that the spec, or the project on the disk, needs."""
    states = [disk_states[service.name] for service in spec.services if service.name in disk_states]
    sources: dict[str, Sequence[object]] = {
        **dict.fromkeys(VALUE_FEATURES, [spec]),
        **dict.fromkeys(DISK_FEATURES, states),
    }
    return [
        pack
        for pack in catalog.offers("part", spec.stack)
        if pack.when is not None
        and any(getattr(each, pack.when) for each in sources.get(pack.when, spec.services))
    ]


def _with_parts(packs: list[Pack], catalog: Catalog, stack: str) -> list[Pack]:
    wanted = {part: pack for pack in packs for part in pack.uses}
    found = {part: catalog.find("part", part, stack) for part in sorted(wanted)}
    problems = [
        Problem("bad-pack", f"the pack {wanted[part].label} uses the unknown part {shown(part)}")
        for part, pack in found.items()
        if pack is None
    ]
    if problems:
        raise PackError(problems)
    return packs + [pack for pack in found.values() if pack and pack not in packs]
