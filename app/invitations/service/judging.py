"""What is the matter with each line of a list: all of it, and not only the first."""

from collections.abc import Mapping, Sequence
from heapq import nlargest
from typing import NamedTuple

from email_validator import EmailNotValidError, validate_email

from app.accounts.models import Actor, Company
from app.core.text import folded, says_something
from app.invitations import queries
from app.invitations.models import Finding, ImportLine, Verdict
from app.invitations.models.invitations import GROUPS_MOST
from app.invitations.policy import is_guest_of, keeps_all, offered_groups
from app.invitations.queries import Address, InUse
from app.invitations.service.inviting import Plan

OF_THE_FILE = ("broken", "too_many_cells", "cut", "formula", "double")  # said once; the rest is asked again
HARMLESS = ("member", "invited")
ROLES = {"": (), "deelnemer": (), "gast": (), "contactpersoon": ("as_contact",), "afgevaardigde": ("as_delegate",)}
AS_STAFF, AS_GUEST = ("contactpersoon", "afgevaardigde"), ("gast",)
ALIKE = 0.4  # so much of two names in common, and one may be meant by the other


class Around(NamedTuple):
    """What the lines are compared with, read once for all of them."""

    sees_all: bool
    own: Company | None
    companies: dict[str, Company]
    pairs: dict[str, frozenset[str]]  # of the letters of their names
    groups: dict[bool, dict[str, int]]  # for guests and for others: name or address → id
    used: InUse


def judged(actor: Actor, lines: list[ImportLine]) -> list[ImportLine]:
    around = around_of(actor, lines)
    return [judge(line, around) for line in lines]


def around_of(actor: Actor, lines: Sequence[ImportLine]) -> Around:
    companies = queries.companies_named(actor)
    own = None if keeps_all(actor) else next((each for each in companies.values() if each.id == actor.company_id), None)
    groups = {
        for_guest: {key: each.group_id for each in offered_groups(actor, for_guest=for_guest)
                    for key in (folded(each.name), each.slug)}
        for for_guest in (True, False)
    }  # fmt: skip
    pairs = {each.name: _pairs(each.name) for each in companies.values()}
    used = queries.in_use(actor, {_email(line) for line in lines})
    return Around(keeps_all(actor), own, companies, pairs, groups, used)


def judge(line: ImportLine, around: Around) -> ImportLine:
    """All that is the matter with it, not only the first."""
    found = [finding for finding in line.findings if finding.code in OF_THE_FILE]
    if not any(finding.code == "broken" for finding in found):
        found += [*_about_person(line), *_about_company(line, around), *_about_address(line, around)]
    is_harmless = all(finding.code in HARMLESS for finding in found)
    verdict = Verdict.OK if not found else Verdict.WARNING if is_harmless else Verdict.ERROR
    return line._replace(findings=tuple(found), verdict=verdict)


def _about_person(line: ImportLine) -> list[Finding]:
    values, found = line.values, []
    if not says_something(values["name"]) or len(values["name"]) < 2:
        found.append(Finding("name", "no_name"))
    if len(values["name"]) > 80:
        found.append(Finding("name", "too_long", "80"))
    if len(values["function"]) > 80:
        found.append(Finding("function", "too_long", "80"))
    if not _is_email(_email(line)):
        found.append(Finding("email", "no_email", values["email"][:60]))
    if any(folded(role) not in ROLES for role in _parts(values["role"])):
        found.append(Finding("role", "unknown_role", values["role"][:60]))
    return found


def _about_company(line: ImportLine, around: Around) -> list[Finding]:
    company, named = company_of(line, around), line.values["company"]
    if company is None and not named:
        return [Finding("company", "no_company")]
    if company is None and not around.sees_all:
        return [Finding("company", "not_own_company", named[:60])]
    if company is None:
        names = _nearest(named[:60], around.pairs)
        return [Finding("company", "unknown_company", named[:60]),
                *([Finding("company", "nearest", ", ".join(names))] if names else [])]  # fmt: skip
    is_guest = is_guest_of(company)
    groups = _groups_in(line, around.groups[is_guest])
    found = [Finding("groups", "unknown_group", part[:60]) for part in groups
             if folded(part) not in around.groups[is_guest]]  # fmt: skip
    if len(groups) > GROUPS_MOST:
        found.append(Finding("groups", "too_many_groups", str(GROUPS_MOST)))
    elsewhere = AS_STAFF if is_guest else AS_GUEST
    found += [Finding("role", "role_elsewhere", role) for role in _parts(line.values["role"])
              if folded(role) in elsewhere]  # fmt: skip
    return found


def _about_address(line: ImportLine, around: Around) -> list[Finding]:
    company = company_of(line, around)
    address = around.used.address(company, _email(line)) if company is not None else Address.FREE
    return [] if address is Address.FREE else [Finding("email", address.value)]


def company_of(line: ImportLine, around: Around) -> Company | None:
    named = line.values["company"]
    return around.companies.get(folded(named)) if named else around.own


def plan_of(line: ImportLine, groups: dict[str, int]) -> Plan:
    values = line.values
    roles = {flag: True for role in _parts(values["role"]) for flag in ROLES[folded(role)]}
    named = [folded(part) for part in _groups_in(line, groups)]
    return Plan(email=_email(line), name=values["name"], function=values["function"], **roles,
                group_ids=[groups[part] for part in named if part in groups])  # fmt: skip


def _groups_in(line: ImportLine, known: Mapping[str, int]) -> list[str]:
    """Parted by bars or semicolons, and by commas where no group has the whole for its name."""
    parts = [part.strip() for part in line.values["groups"].replace(";", "|").split("|")]
    each = [[part] if folded(part) in known else [one.strip() for one in part.split(",")] for part in parts]
    return [one for several in each for one in several if one]


def _nearest(named: str, pairs: Mapping[str, frozenset[str]]) -> list[str]:
    """The three names that are most like it; difflib takes minutes for a thousand lines of a hundred companies."""
    asked = _pairs(named)
    alike = {name: 2 * len(asked & own) / (len(asked) + len(own) or 1) for name, own in pairs.items()}
    return [name for name in nlargest(3, alike, key=alike.__getitem__) if alike[name] >= ALIKE]


def _pairs(name: str) -> frozenset[str]:
    plain = f" {folded(name)} "
    return frozenset(plain[place : place + 2] for place in range(len(plain) - 1))


def _email(line: ImportLine) -> str:
    return line.values["email"].lower()


def _is_email(text: str) -> bool:
    try:
        validate_email(text, check_deliverability=False, test_environment=True)
    except EmailNotValidError:
        return False
    return len(text) <= 254


def _parts(cell: str) -> list[str]:
    """Names in one cell, separated by commas, bars or semicolons."""
    return [part.strip() for part in cell.replace("|", ",").replace(";", ",").split(",") if part.strip()]
