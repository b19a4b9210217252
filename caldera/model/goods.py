"""Goods that only go where they may, vouchers for them and the rights that hang on them, as plain data; every rule
raises the contract error's name.

Accounts are names and entities are numbers; the empty name is nobody. A signature is who gave it and what exactly it
was given over. Times are seconds; a last second still counts.
"""

from collections import Counter
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import NamedTuple

from caldera.model.ledger import ACTIVE, Party, Refused

FIRST_SALE, ACTIVATION, DATE = 0, 1, 2
TRAVELS, LAPSES, ONCE = 0, 1, 2
NO_END = (1 << 40) - 1
MOST_RIGHTS = 32
MOST_ITEMS = 4096
RESTRICTIONS = {
    "UnknownToken": "ERC721NonexistentToken",
    "NotTheOwner": "ERC721IncorrectOwner",
    "SenderNotActive": "ERC7943CannotSend",
    "ReceiverNotActive": "ERC7943CannotReceive",
    "ReceiverOutsideScope": "OutsideScope",
    "OperatorOutsideScope": "OutsideScope",
    "Frozen": "ERC7943InsufficientUnfrozenBalance",
    "Halted": "LineIsHalted",
    "ConsumerResale": "ConsumerResale",
    "GiftsUsedUp": "GiftsUsedUp",
    "SenderOutsideScope": "OutsideScope",
}
REFUSALS = {
    "UnknownRight": "UnknownRight",
    "HolderNotActive": "NotActive",
    "ItemFrozen": "ItemFrozen",
    "NotInEffect": "RightNotInEffect",
    "Expired": "RightExpired",
    "Lapsed": "LapsedOnResale",
    "UsedUp": "RightUsedUp",
    "CentreNotAuthorised": "CentreNotAuthorised",
}


class Signature(NamedTuple):
    """Who signed, and over what."""

    by: str
    over: Hashable


NONE = Signature("", None)


class Template(NamedTuple):
    """What the value standard allows and demands of a line, or of a right's centres. Zero bits: no bound."""

    regions: int
    qualifications: int


class Voucher(NamedTuple):
    """A promise of one item: for `holder`, or, where that is empty, for whom the ticket's `key` says."""

    line: int
    series: int
    number: int
    holder: str
    profile: int
    key: str
    not_before: int
    deadline: int


class Use(NamedTuple):
    """A use to be; `centre` is empty where the holder acts alone."""

    item: int
    right: int
    centre: str
    report: str
    deadline: int


class Spending(NamedTuple):
    """Points to be spent by `holder` with the brand of which `brand` is an account."""

    brand: str
    holder: str
    amount: int
    purpose: str
    deadline: int


class Definition(NamedTuple):
    """A right as its brand states it."""

    condition: int = FIRST_SALE
    resale: int = TRAVELS
    alone: bool = False
    uses: int = 0
    points: int = 0
    starts_at: int = 0
    duration: int = 0
    until: int = 0
    text: str = "text"


@dataclass
class Right:
    """A right of a line; `centres`: entities that the brand authorised."""

    terms: Definition
    scope: Template
    centres: set[int] = field(default_factory=set)


class LineTerms(NamedTuple):
    """Who may hold the items of a line, and who answers for them."""

    regions: int
    qualifications: int
    customers: int
    consumers: bool
    gifts: int
    after_sales: int
    conditions: str = "conditions"
    document: str = "document"


@dataclass
class Line:
    """A line: its terms, its brand's entity, what was issued and what was promised."""

    terms: LineTerms
    issuer: int
    halted: bool = False
    batches: int = 0
    issued: int = 0
    retired: int = 0
    lowest: int = 0
    claimed: set[tuple[int, int]] = field(default_factory=set)
    rights: list[Right] = field(default_factory=list)
    serials: dict[str, set[tuple[str, int]]] = field(default_factory=dict)
    bearers: dict[str, int] = field(default_factory=dict)


@dataclass
class Item:
    """An item and what it has been through."""

    line: int
    owner: str
    sold_at: int = 0
    handovers: int = 0
    given: int = 0
    frozen_for: set[str] = field(default_factory=set)
    retired: bool = False
    withheld: bool = False
    approved: str = ""
    serial: str = ""
    activated_at: int = 0
    uses: Counter[int] = field(default_factory=Counter)

    @property
    def frozen(self) -> bool:
        """For who holds it."""
        return self.owner in self.frozen_for


class GoodsModel:
    """Parties, lines, items and points at time `now`. `around`: the regions in which each region lies, theirs not
    included. `template`: of lines; `service`: of the rights' centres."""

    def __init__(self, now: int, around: dict[int, int], template: Template, service: Template) -> None:
        self.now = now
        self.around = around
        self.template = template
        self.service = service
        self.parties: dict[str, Party] = {}
        self.entities: set[int] = set()
        self.lines: dict[int, Line] = {}
        self.items: dict[int, Item] = {}
        self.operators: set[tuple[str, str]] = set()
        self.points: Counter[tuple[int, str]] = Counter()
        self.spendings: Counter[tuple[int, str]] = Counter()

    # Parties and regions.

    def closure(self, regions: int) -> int:
        """The regions and all those around them."""
        wide, last = regions, 0
        while wide != last:
            last = wide
            for region, within in self.around.items():
                wide |= within if wide & region else 0
        return wide

    def enrol(self, name: str, entity: int, expires: int, regions: int, qualifications: int) -> None:
        """Enters an account, or replaces what is known of it; its status stays."""
        known = self.parties.get(name)
        status = known.status if known else ACTIVE
        self.entities.add(entity)
        self.parties[name] = Party(entity, expires, self.closure(regions), qualifications, status)

    def active(self, name: str) -> bool:
        """Enrolled, not suspended, not expired."""
        party = self.parties.get(name)
        return party is not None and party.status == ACTIVE and self.now < party.expires

    def deals(self, line: Line, name: str) -> bool:
        """Whether the account is within the dealers' scope, or the issuer itself; active or not."""
        party = self.parties.get(name)
        if party is None:
            return False
        terms = line.terms
        return party.entity == line.issuer or _admits(terms.regions, terms.qualifications, party)

    def buys(self, line: Line, name: str) -> bool:
        """Whether the account fits the profile of the line's customers; active or not."""
        party = self.parties.get(name)
        needed = line.terms.customers
        return line.terms.consumers and party is not None and (not needed or bool(needed & party.qualifications))

    def _entity(self, name: str) -> int:
        if not self.active(name):
            raise Refused("NotActive")
        return self.parties[name].entity

    def _line(self, number: int) -> Line:
        if number not in self.lines:
            raise Refused("UnknownLine")
        return self.lines[number]

    def _of(self, number: int, account: str, error: str) -> Line:
        entity = self._entity(account)
        line = self._line(number)
        if entity != line.issuer:
            raise Refused(error)
        return line

    # Lines and issuing.

    def create_line(self, caller: str, terms: LineTerms) -> int:
        """A line of the caller's entity, within the template."""
        issuer = self._entity(caller)
        scoped = terms.regions or terms.qualifications
        if not (scoped and terms.conditions and terms.after_sales):
            raise Refused("MissingField")
        bounds, allowed = self.template
        if any(region not in self.around for region in _bits(terms.regions)):
            raise Refused("UnknownRegion")
        within = all(self.closure(region) & bounds for region in _bits(terms.regions))
        if bounds and not (terms.regions and within):
            raise Refused("ScopeTooWide")
        if allowed and not (terms.qualifications and not terms.qualifications & ~allowed):
            raise Refused("ScopeTooWide")
        if terms.after_sales not in self.entities:
            raise Refused("UnknownEntity")
        self.lines[len(self.lines) + 1] = Line(terms, issuer)
        return len(self.lines)

    def halt(self, number: int, caller: str, halted: bool) -> None:
        """By the issuer."""
        self._of(number, caller, "NotTheIssuer").halted = halted

    def issue(self, number: int, caller: str, to: str, count: int) -> int:
        """A batch for a dealer, by the issuer; gives the first id."""
        line = self._of(number, caller, "NotTheIssuer")
        if not 1 <= count <= MOST_ITEMS:
            raise Refused("BatchOutOfRange")
        if not self.active(to):
            raise Refused("ERC7943CannotReceive")
        if not self.deals(line, to):
            raise Refused("OutsideScope")
        return self._mint(number, line, to, count)

    def _mint(self, number: int, line: Line, to: str, count: int) -> int:
        first = number << 48 | line.batches << 12
        line.batches += 1
        line.issued += count
        for item in range(first, first + count):
            self.items[item] = Item(number, to)
        return first

    def issue_to(self, number: int, to: str) -> int:
        """One item for a dealer or a customer; to a customer it is the first sale."""
        line = self._line(number)
        if not self.active(to):
            raise Refused("ERC7943CannotReceive")
        dealer = self.deals(line, to)
        if not dealer and not self.buys(line, to):
            raise Refused("OutsideScope")
        item = self._mint(number, line, to, 1)
        if not dealer:
            self.items[item].sold_at = self.now
        return item

    def retire(self, number: int, caller: str) -> None:
        """By the issuer, of what it holds itself."""
        line = self._of(number >> 48 & 0xFFFFFFFF, caller, "NotTheIssuer")
        item = self._item(number)
        if self.parties[item.owner].entity != line.issuer:
            raise Refused("NotTakenBack")
        if item.frozen:
            raise Refused("ERC7943InsufficientUnfrozenBalance")
        item.retired = True
        line.retired += 1

    def _item(self, number: int) -> Item:
        item = self.items.get(number)
        if item is None or item.retired:
            raise Refused("ERC721NonexistentToken")
        return item

    # Vouchers.

    def claim(self, voucher: Voucher, to: str, signer: str, signature: Signature, ticket: Signature) -> int:
        """Mints what the voucher promises, once."""
        if not voucher.not_before <= self.now <= voucher.deadline:
            raise Refused("VoucherNotInTime")
        known = self.lines.get(voucher.line)
        if known and voucher.series < known.lowest:
            raise Refused("VoucherRevoked")
        if known and (voucher.series, voucher.number) in known.claimed:
            raise Refused("VoucherUsed")
        party = self.parties.get(to)
        if voucher.profile and not (party and party.qualifications & voucher.profile):
            raise Refused("OutsideProfile")
        line = self._of(voucher.line, signer, "NotTheIssuer")
        if signature != Signature(signer, voucher):
            raise Refused("InvalidVoucher")
        if not voucher.holder:
            if not voucher.key:
                raise Refused("NoClaimKey")
            if ticket != Signature(voucher.key, (voucher, to)):
                raise Refused("InvalidClaim")
        elif voucher.holder != to:
            raise Refused("NotTheHolder")
        item = self.issue_to(voucher.line, to)
        line.claimed.add((voucher.series, voucher.number))
        return item

    def revoke_series(self, number: int, caller: str, series: int) -> None:
        """Voids every voucher below the series, by the issuer."""
        line = self._of(number, caller, "NotTheIssuer")
        if series <= line.lowest:
            raise Refused("SeriesOnlyRise")
        line.lowest = series

    # Movements.

    def restriction(self, operator: str, source: str, target: str, number: int) -> str:
        """The first reason for which the operator could not move the item; empty where there is none."""
        item = self.items.get(number)
        if item is None or item.retired:
            return "UnknownToken"
        line = self.lines[item.line]
        own = operator == source
        passed_on = not self.deals(line, source) and not self.deals(line, target)
        gift = own and passed_on and not self.one_entity(source, target)
        reasons: dict[str, Callable[[], bool]] = {
            "NotTheOwner": lambda: item.owner != source,
            "Halted": lambda: line.halted,
            "SenderNotActive": lambda: not self.active(source),
            "ReceiverNotActive": lambda: not self.active(target),
            "Frozen": lambda: item.frozen,
            "OperatorOutsideScope": lambda: not own and not (self.active(operator) and self.deals(line, operator)),
            "ReceiverOutsideScope": lambda: not self.deals(line, target) and not self.buys(line, target),
            "ConsumerResale": lambda: not own and passed_on,
            "SenderOutsideScope": lambda: passed_on and not self.buys(line, source),
            "GiftsUsedUp": lambda: gift and item.given >= line.terms.gifts,
        }
        return next((name for name, holds in reasons.items() if holds()), "")

    def one_entity(self, first: str, second: str) -> bool:
        """True for two accounts of one entity, and for an account and itself."""
        entities = {self.parties[name].entity if name in self.parties else 0 for name in (first, second)}
        return len(entities) == 1

    def transfer(self, operator: str, source: str, target: str, number: int) -> None:
        """By the holder, or by an operator whom it approved."""
        reason = self.restriction(operator, source, target, number)
        if reason:
            raise Refused(RESTRICTIONS[reason])
        item = self.items[number]
        if operator != source and (source, operator) not in self.operators and item.approved != operator:
            raise Refused("ERC721InsufficientApproval")
        self._move(item, target)

    def approve(self, caller: str, operator: str, number: int) -> None:
        """For one item, by its holder or one of its operators."""
        item = self._item(number)
        if caller != item.owner and (item.owner, caller) not in self.operators:
            raise Refused("ERC721InvalidApprover")
        item.approved = operator

    def force(self, source: str, target: str, number: int) -> None:
        """By compliance, frozen or halted or not, to whoever may hold it."""
        if source == target:
            raise Refused("SameAccount")
        item = self._held(source, number)
        line = self.lines[item.line]
        if not self.active(target):
            raise Refused("ERC7943CannotReceive")
        if not self.deals(line, target) and not self.buys(line, target):
            raise Refused("OutsideScope")
        item.frozen_for.discard(source)
        self._move(item, target)

    def freeze(self, holder: str, number: int, frozen: bool) -> None:
        """By compliance, for who holds it or may come to."""
        item = self._item(number)
        (item.frozen_for.add if frozen else item.frozen_for.discard)(holder)
        item.withheld = item.withheld or (frozen and holder != item.owner)

    def _held(self, holder: str, number: int) -> Item:
        item = self._item(number)
        if item.owner != holder:
            raise Refused("ERC721IncorrectOwner")
        return item

    def _move(self, item: Item, target: str) -> None:
        line, source = self.lines[item.line], item.owner
        item.owner, item.approved = target, ""
        if self.deals(line, target):
            return
        if item.sold_at == 0:
            item.sold_at = self.now
        elif self.one_entity(source, target):
            return
        else:
            item.handovers += 1
        item.given += not self.deals(line, source)

    # Rights.

    def define(self, number: int, caller: str, terms: Definition) -> int:
        """One more right of every item of the line, by its brand; gives its number."""
        line = self._of(number, caller, "NotTheBrand")
        if len(line.rights) == MOST_RIGHTS:
            raise Refused("TooManyRights")
        if terms.points and not terms.uses:
            raise Refused("RightOutOfRange")
        if not terms.text or (terms.condition == DATE) != bool(terms.starts_at):
            raise Refused("RightOutOfRange")
        if terms.until and (terms.until <= self.now or terms.until < terms.starts_at):
            raise Refused("RightOutOfRange")
        if terms.starts_at and terms.duration and terms.starts_at + terms.duration <= self.now:
            raise Refused("RightOutOfRange")  # over before it began to exist
        line.rights.append(Right(terms, self.service))
        return len(line.rights) - 1

    def authorise(self, number: int, caller: str, right: int, centre: int, authorised: bool) -> None:
        """Lets an entity serve a right, or no longer."""
        line = self._of(number, caller, "NotTheBrand")
        if right >= len(line.rights):
            raise Refused("NoSuchRight")
        if centre not in self.entities:
            raise Refused("UnknownEntity")
        (line.rights[right].centres.add if authorised else line.rights[right].centres.discard)(centre)

    def publish(self, number: int, caller: str, root: str, serials: set[tuple[str, int]]) -> None:
        """Serial numbers, each with the item that bears it."""
        line = self._of(number, caller, "NotTheBrand")
        if root in line.serials:
            raise Refused("InvalidSerials")
        line.serials[root] = serials

    def activate(self, number: int, caller: str, serial: str, root: str) -> None:
        """Proves the item's serial number, once; by its holder."""
        item = self._item(number)
        if item.owner != caller:
            raise Refused("NotTheItemsHolder")
        self._entity(caller)
        if item.frozen:
            raise Refused("ItemFrozen")
        line = self.lines[item.line]
        if item.sold_at == 0:
            raise Refused("NotSold")
        if (serial, number) not in line.serials.get(root, ()):
            raise Refused("SerialNotGenuine")
        if item.serial:
            raise Refused("AlreadyActivated")
        if serial in line.bearers:
            raise Refused("SerialTaken")
        line.bearers[serial] = number
        item.serial, item.activated_at = serial, self.now

    def span(self, number: int, right: int) -> tuple[int, int]:
        """First second, 0 where none is known, and last second of an item's right."""
        item = self.items[number]
        rights = self.lines[item.line].rights
        if right >= len(rights):
            raise Refused("UnknownRight")
        terms = rights[right].terms
        start = (item.sold_at, item.activated_at, terms.starts_at)[terms.condition]
        ends = [terms.until or NO_END]
        if start and terms.duration:
            ends.append(start + terms.duration - 1)
        return start, min(ends)

    def refusal(self, number: int, right: int, centre: str) -> str:
        """Why the item's holder could not use the right with the centre now; empty where it can."""
        item = self._item(number)
        line = self.lines[item.line]
        if right >= len(line.rights):
            return "UnknownRight"
        known = line.rights[right]
        terms = known.terms
        start, end = self.span(number, right)
        survives = {TRAVELS: item.handovers, LAPSES: 0, ONCE: 1}[terms.resale]
        reasons = {
            "HolderNotActive": not self.active(item.owner),
            "ItemFrozen": item.frozen,
            "NotInEffect": not start or self.now < start,
            "Expired": self.now > end,
            "Lapsed": item.handovers > survives,
            "UsedUp": terms.uses != 0 and item.uses[right] >= terms.uses,
            "CentreNotAuthorised": bool(centre) if terms.alone else not self.serves(line, known, centre),
        }
        return next((name for name, holds in reasons.items() if holds), "")

    def serves(self, line: Line, right: Right, centre: str) -> bool:
        """Whether the account may serve the right: active, of the right kind, authorised or responsible anyway."""
        if not self.active(centre):
            return False
        party = self.parties[centre]
        leave = party.entity in right.centres or party.entity == line.terms.after_sales
        return leave and _admits(*right.scope, party)

    def terms_of(self, use: Use) -> Hashable:
        """What a signature for the item's next use is given over."""
        item = self._item(use.item)
        return use, item.uses[use.right], item.owner

    def use(self, use: Use, caller: str, by_holder: Signature, by_centre: Signature) -> int:
        """Holder and centre agree by calling or by signature; gives how often the right was used."""
        item = self._item(use.item)
        refusal = self.refusal(use.item, use.right, use.centre)
        if refusal:
            raise Refused(REFUSALS[refusal])
        wanted = self.terms_of(use)
        self._agreed(item.owner, caller, use.deadline, wanted, by_holder)
        if use.centre:
            self._agreed(use.centre, caller, use.deadline, wanted, by_centre)
        line = self.lines[item.line]
        item.uses[use.right] += 1
        self.points[line.issuer, item.owner] += line.rights[use.right].terms.points
        return item.uses[use.right]

    def _agreed(self, account: str, caller: str, deadline: int, wanted: Hashable, signature: Signature) -> None:
        if account == caller:
            return
        if self.now > deadline:
            raise Refused("SignatureExpired")
        if signature != Signature(account, wanted):
            raise Refused("NotAgreed")

    def terms_of_spending(self, spending: Spending) -> Hashable:
        """What a signature for the holder's next spending is given over."""
        brand = self.parties[spending.brand].entity
        return spending, brand, self.spendings[brand, spending.holder]

    def spend(self, spending: Spending, caller: str, by_holder: Signature, by_brand: Signature) -> None:
        """Holder and brand agree by calling or by signature."""
        brand = self._entity(spending.brand)
        self._entity(spending.holder)
        if not 1 <= spending.amount <= self.points[brand, spending.holder]:
            raise Refused("InsufficientPoints")
        wanted = self.terms_of_spending(spending)
        self._agreed(spending.holder, caller, spending.deadline, wanted, by_holder)
        self._agreed(spending.brand, caller, spending.deadline, wanted, by_brand)
        self.spendings[brand, spending.holder] += 1
        self.points[brand, spending.holder] -= spending.amount


def _admits(regions: int, qualifications: int, party: Party) -> bool:
    """Whether the party has one of the regions and one of the qualifications, where any are demanded."""
    return (not regions or bool(regions & party.regions)) and (
        not qualifications or bool(qualifications & party.qualifications)
    )


def _bits(word: int) -> list[int]:
    return [1 << place for place in range(word.bit_length()) if word >> place & 1]
