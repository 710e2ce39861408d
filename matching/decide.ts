import type { Candidate, FailureDetails } from '../contract/failure.ts'
import { type Evidence, evidenceWords } from '../contract/words.ts'
import { comparableAddress } from './address.ts'
import type { Decision, MatchCode, Proposal } from './decision.ts'
import { compare, type EvidenceIndex, indexEvidence, type Link } from './evidence.ts'
import { isUsable, type MatchAccount, type MatchInput, type MatchPerson } from './input.ts'
import { indexNames, type Lookalikes } from './proposals.ts'

/**
 * Decides for every selected active person which external account is theirs. Pure and deterministic: the order
 * of the input changes nothing, the answer is ordered by account id. Nobody is connected on a key that is not
 * unique on both sides or that anything contradicts, nor to an account that somebody has or that was rejected
 * for them; one account is given to one person at most.
 */
export function decide(input: MatchInput): Decision[] {
  const people = chosenPeople(input)
  if (people.length === 0) return []
  const { byAddress, byName } = createMatcher(input)
  const decisions = people.map(({ person, at }) => byAddress(person, at))
  const unknown = people.filter((_, index) => !decisions[index]).map(({ at }) => at)
  const lookalikes = indexNames(input.staff, input.accounts, unknown)
  return people.map(({ person, at }, index) => decisions[index] ?? byName(person, at, lookalikes(at)))
}

function chosenPeople({ staff, selected }: MatchInput): { person: MatchPerson; at: number }[] {
  return staff
    .flatMap((person, at) => (person.active && selected.has(person.accountId) ? [{ person, at }] : []))
    .sort((a, b) => compare(a.person.accountId, b.person.accountId))
}

interface Matcher {
  /** What addresses and identities say; undefined when they say nothing. */
  byAddress(person: MatchPerson, at: number): Decision | undefined
  /** What is left to say of somebody whom no address leads to. */
  byName(person: MatchPerson, at: number, alike: Lookalikes): Decision
}

function createMatcher(input: MatchInput): Matcher {
  const { staff, accounts, holders, options } = input
  const index = indexEvidence(input)
  const rejected = new Set(input.rejections.map(({ accountId, externalId }) => pair(accountId, externalId)))
  const nameOf = holderNames(input)
  const silent = silentAccounts(input, index)

  return {
    byAddress(person, at) {
      const links = index.links(at)
      const usable = links.filter((link) => isUsable(account(link)) && !isRejected(person, account(link)))
      return byOwnAddress(person, at, usable) ?? bySharedAddress(person, usable) ?? byUnusable(person, links)
    },
    byName: (person, at, alike) => bySameName(person, at, alike) ?? nothing(person, index.links(at)),
  }

  /** Evidence 2–5: addresses that only this person has. */
  function byOwnAddress(person: MatchPerson, at: number, links: Link[]): Decision | undefined {
    const own = links.filter((link) => !link.shared)
    const [first] = own
    if (!first) return undefined
    const fitting = distinctAccounts(own)
    if (fitting.length > 1) {
      const alike = distinctAccounts(own.filter((link) => link.kind === first.kind)).length > 1
      return ask(person, alike ? 'match_ambiguous' : 'match_conflict', {
        details: {
          fact: own.map((link) => `${account(link).login}: ${evidenceWords[link.kind]}`).join('; '),
        },
        fitting,
        proposals: free(person, fitting).map((each) =>
          proposal(each, own.filter((link) => account(link) === each).map(reason)),
        ),
      })
    }
    const found = account(first)
    const taken = byHolder(person, found)
    if (taken) return taken
    const rivals = rivalsFor(first.account, at)
    if (rivals)
      return ask(person, 'match_ambiguous', {
        details: { fact: `${found.login} also shows the address of ${rivals}` },
        fitting,
      })
    return connect(person, found, own.map(evidenceOf))
  }

  /** An address that several people have tells nobody apart. */
  function bySharedAddress(person: MatchPerson, links: Link[]): Decision | undefined {
    const [first] = links
    if (!first) return undefined
    return ask(person, 'match_ambiguous', {
      details: { fact: `${first.address} belongs to several people on the roster` },
      fitting: distinctAccounts(links),
    })
  }

  /** An address that leads only to accounts nobody may have. */
  function byUnusable(person: MatchPerson, links: readonly Link[]): Decision | undefined {
    const found = links.filter((link) => !link.shared && !isUsable(account(link)))
    const human = found.find((link) => account(link).kind === 'human')
    const first = human ?? found[0]
    if (!first) return undefined
    return ask(person, human ? 'account_suspended' : 'match_not_human', {
      details: { other: account(first).login },
      fitting: distinctAccounts(found),
    })
  }

  /** Evidence 7: a name proves nothing by itself. */
  function bySameName(person: MatchPerson, at: number, alike: Lookalikes): Decision | undefined {
    const fitting = alike.accounts.map(accountAt)
    const [found] = fitting
    const [foundAt] = alike.accounts
    if (!found || foundAt === undefined) return undefined
    if (alike.people > 1)
      return ask(person, 'match_ambiguous', {
        details: { fact: `${alike.people} people on the roster have this name` },
        fitting,
      })
    if (fitting.length > 1)
      return ask(person, 'match_ambiguous', {
        details: { fact: `${fitting.length} accounts have this name` },
        fitting,
        proposals: free(person, fitting).map((each) =>
          proposal(each, ['Same full name, as others have too']),
        ),
      })
    if (isRejected(person, found)) return undefined
    const rivals = rivalsFor(foundAt, at)
    if (rivals)
      return ask(person, 'match_ambiguous', {
        details: { fact: `${found.login} has the name, but the address of ${rivals}` },
        fitting,
      })
    const taken = byHolder(person, found)
    if (taken) return taken
    const other = otherMailbox(person, foundAt)
    if (options.connectUniqueNames && alike.full && !other)
      return connect(person, found, [{ kind: 'name', value: person.displayName }])
    const against = other ? `${found.login} shows another address: ${other}` : undefined
    return ask(person, 'match_weak', {
      details: { other: found.login, ...(against && { fact: against }) },
      fitting,
      proposals: [
        proposal(found, ['Same full name, and nobody else has it', ...(against ? [`But ${against}`] : [])]),
      ],
    })
  }

  function nothing(person: MatchPerson, links: readonly Link[]): Decision {
    const addresses = addressesOf(person)
    if (addresses.length === 0) {
      const unfit = person.email ?? person.aliases[0]
      const fact = unfit && `${unfit} is a shared or unusual address`
      return ask(person, 'person_email_missing', { details: fact ? { fact } : {} })
    }
    const [first] = addresses
    if (first && index.domains.size > 0 && !addresses.some(({ domain }) => index.domains.has(domain)))
      return ask(person, 'person_email_foreign', { details: { email: first.value } })
    const refused = links.find((link) => isRejected(person, account(link)))
    const fact = refused
      ? `${account(refused).login} aside, who was marked as not this person`
      : silent > 0
        ? `${silent === 1 ? '1 account there shows' : `${silent} accounts there show`} none of these`
        : undefined
    return ask(person, index.vouches ? 'match_none' : 'match_no_evidence', { details: fact ? { fact } : {} })
  }

  function byHolder(person: MatchPerson, found: MatchAccount): Decision | undefined {
    const holder = holders.get(found.externalId)
    if (holder === undefined || holder === person.accountId) return undefined
    return ask(person, 'match_taken', { details: { other: nameOf.get(holder) ?? holder }, fitting: [found] })
  }

  /** An address of the account at one of the person's own domains: they would have that one on the roster. */
  function otherMailbox(person: MatchPerson, accountIndex: number): string | undefined {
    const domains = new Set(addressesOf(person).map(({ domain }) => domain))
    return index.addresses(accountIndex).find(({ domain }) => domains.has(domain))?.value
  }

  function ask(
    person: MatchPerson,
    code: MatchCode,
    {
      details,
      fitting = [],
      proposals = [],
    }: {
      details: FailureDetails
      fitting?: MatchAccount[]
      proposals?: Proposal[]
    },
  ): Decision {
    const candidates = fitting.slice(0, mostCandidates).map(candidate)
    return {
      accountId: person.accountId,
      outcome: 'ask',
      failure: { code, details, candidates },
      proposals: proposals.slice(0, mostCandidates),
    }
  }

  function candidate({ externalId, login, name }: MatchAccount): Candidate {
    const holder = holders.get(externalId)
    if (holder === undefined) return { externalId, login, name }
    const takenBy = { accountId: holder, displayName: nameOf.get(holder) ?? holder }
    return { externalId, login, name, takenBy }
  }

  function accountAt(at: number): MatchAccount {
    const found = accounts[at]
    if (!found) throw new RangeError(`No account ${at}`)
    return found
  }
  function account(link: Link): MatchAccount {
    return accountAt(link.account)
  }
  function distinctAccounts(links: readonly Link[]): MatchAccount[] {
    return [...new Set(links.map((link) => link.account))].map(accountAt)
  }
  function isRejected(person: MatchPerson, { externalId }: MatchAccount): boolean {
    return rejected.has(pair(person.accountId, externalId))
  }
  /** What may be proposed: not somebody else's, not rejected. */
  function free(person: MatchPerson, fitting: MatchAccount[]): MatchAccount[] {
    return fitting.filter((each) => {
      const holder = holders.get(each.externalId)
      return (holder === undefined || holder === person.accountId) && !isRejected(person, each)
    })
  }
  /** The names of the others whose own address leads to the account; undefined when there are none. */
  function rivalsFor(accountIndex: number, at: number): string | undefined {
    const names = index.claimants(accountIndex).flatMap((rival) => {
      const other = staff[rival]
      return rival !== at && other && !isRejected(other, accountAt(accountIndex)) ? [other.displayName] : []
    })
    return names.length > 0 ? names.sort(compare).join(', ') : undefined
  }
}

/** More than this helps nobody to choose. */
const mostCandidates = 5

function connect(person: MatchPerson, { externalId, login }: MatchAccount, evidence: Evidence[]): Decision {
  return { accountId: person.accountId, outcome: 'connect', externalId, login, evidence: distinct(evidence) }
}

function distinct(evidence: Evidence[]): Evidence[] {
  return [...new Map(evidence.map((each) => [pair(each.kind, each.value), each])).values()]
}

function evidenceOf(link: Link): Evidence {
  return { kind: link.kind, value: link.address }
}

function proposal({ externalId, login, name }: MatchAccount, reasons: string[]): Proposal {
  return { externalId, login, name, reasons: [...new Set(reasons)] }
}

function reason(link: Link): string {
  const words = evidenceWords[link.kind]
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}: ${link.address}`
}

function addressesOf(person: MatchPerson) {
  return [person.email, ...person.aliases].flatMap((raw) => (raw && comparableAddress(raw)) || [])
}

/** The names of those who have an account, by account id. */
function holderNames({ staff, holders }: MatchInput): Map<string, string> {
  const ids = new Set(holders.values())
  return new Map(
    staff.flatMap(({ accountId, displayName }) => (ids.has(accountId) ? [[accountId, displayName]] : [])),
  )
}

/** How many usable accounts that nobody has show neither an address nor a name. */
function silentAccounts({ accounts, holders }: MatchInput, index: EvidenceIndex): number {
  return accounts.filter(
    (each, at) =>
      isUsable(each) && !each.name && index.addresses(at).length === 0 && !holders.has(each.externalId),
  ).length
}

function pair(a: string, b: string): string {
  return `${a}\n${b}`
}
