"""Invoices against ledgers: links of people, then by key, then nearly by key, then sums, then the
cause of what is left."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from models.ledger import Ledger
from models.match import Match, MatchState
from reconcile.books import Books, World
from reconcile.causes import Diagnosis
from reconcile.exact import pair_at_a_glance
from reconcile.facts import InvoiceFacts, invoice_facts
from reconcile.index import Index
from reconcile.keyed import match_by_key
from reconcile.links import follow_links
from reconcile.messages import said
from reconcile.near import unmatched
from reconcile.nets import Nets
from reconcile.records import Keyed, Options
from reconcile.shared import match_shared
from reconcile.strays import Strays
from reconcile.sums import match_sums
from reconcile.why import exact_match


class Outcome:
    """The verdicts of a run. Those on exact matches and on entries are made when asked for, since
    a million of them would not fit as easily as what they are made from."""

    def __init__(self, world: World) -> None:
        self._world = world

    def __len__(self) -> int:
        """How many invoices."""
        return len(self._world.ours)

    def of(self, place: int) -> Match:
        """The verdict on the invoice at this place, counted as given."""
        world = self._world
        pair = world.pairs[place]
        if pair is None:
            return world.results[place]
        rows = (pair,) if isinstance(pair, int) else pair
        return exact_match(world, place, rows)

    def invoices(self) -> Iterator[Match]:
        """One verdict for each invoice in the order given."""
        return map(self.of, range(len(self)))

    def strays(self) -> Iterator[Match]:
        """One for each entry no invoice accounts for, in order of where they stand."""
        return Strays(self._world).all()

    def strays_among(self, rows: Iterable[int]) -> Iterator[Match]:
        """The same of the entries at these places of the index only."""
        return Strays(self._world).among(rows)

    def touched(self) -> set[int]:
        """The places of entries that some invoice took, was suggested for or is like."""
        books = self._world.books
        return {*books.spoken(), *books.spare, *books.alike}

    def open(self) -> Iterator[Match]:
        """The verdicts on invoices that are not exact at a glance."""
        return (self._world.results[place] for place in sorted(self._world.results))

    @property
    def exact_at_a_glance(self) -> int:
        """How many invoices have one undisputed entry that agrees in everything."""
        return sum(pair is not None for pair in self._world.pairs)


def match(invoices: Sequence[Keyed], ledgers: Sequence[Ledger], options: Options) -> list[Match]:
    """One Match per invoice in the order given, then one per entry no invoice accounts for.

    An exact match needs the same number (domain.md 0.1); which of two copies takes an entry is
    decided by content and key, not by order. Suggestions leave their entry out of the second
    part, since a partner is named. Time grows with the number of both, not with their product.
    """
    facts = [invoice_facts(keyed.key, keyed.invoice) for keyed in invoices]
    outcome = compare(facts, Index.of(ledgers), options)
    return [*outcome.invoices(), *outcome.strays()]


def compare(
    invoices: Iterable[InvoiceFacts],
    index: Index,
    options: Options,
    taken: Mapping[str, str] | None = None,
) -> Outcome:
    """`match` for lean records, a million on either side. `taken` says which entries invoices
    outside this run have (entry key -> key of the invoice): they are not suggested to others."""
    ours = invoices if isinstance(invoices, list) else list(invoices)
    books = Books(len(index.entries))
    world = World(ours, index, options, books, [None] * len(ours), others=taken or {})
    follow_links(world)
    decided = frozenset(world.results) | {place for place, _ in world.apart}
    pair_at_a_glance(world, decided)
    match_by_key(world, (place for place in range(len(ours)) if not world.is_found(place)))
    rest = [place for place in range(len(ours)) if not world.is_found(place)]
    nets, diagnosis = Nets(world), Diagnosis(index, options)
    causes = {place: diagnosis.of(ours[place], nets.of(place)) for place in rest}
    for place in rest:
        found = unmatched(world, place, causes[place])
        evidence = diagnosis.portal_evidence(ours[place])
        if evidence:
            found = found.model_copy(update={"evidence": found.evidence | evidence})
        world.results[place] = found
    match_sums(world)
    match_shared(world)
    return Outcome(world)


def judge(
    invoice: InvoiceFacts,
    index: Index,
    options: Options,
    taken: Mapping[str, str] | None = None,
) -> Match:
    """The verdict on one new invoice against kept entries (`Index.prepare` first).

    `taken` says which entries other invoices have: entry key -> key of the invoice.
    """
    outcome = compare([invoice], index, options, taken)
    found = outcome.of(0)
    if not taken or found.state not in (MatchState.EXACT, MatchState.MISMATCH):
        return found
    owner = next((taken[each.key] for each in found.candidates if each.key in taken), None)
    if owner is None or owner == invoice.key:
        return found
    return found.model_copy(
        update={
            "state": MatchState.DUPLICATE,
            "cause": "N11" if "voucher_no" in found.evidence else None,
            "evidence": found.evidence | {"taken_by": owner},
            **said("duplicate", owner),
        }
    )
