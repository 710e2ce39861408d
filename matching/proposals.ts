import { isUsable, type MatchAccount, type MatchPerson } from './input.ts'
import { type ComparableName, comparableName } from './name.ts'

/**
 * Who resembles whom without proof (evidence 6–7). Today: equal full names. A scored engine answers the same
 * question, `lookalikes`, with more candidates and better reasons; what may be done with an answer is decided
 * in decide.ts and does not change.
 */
export interface Lookalikes {
  /** Usable accounts (indices, ascending by external id) that bear this person's name. */
  accounts: readonly number[]
  /** How many active people on the roster bear the name, this one included. */
  people: number
  /** Both sides show at least two whole name parts, so that the name could stand for one person. */
  full: boolean
}

const nobody: Lookalikes = { accounts: [], people: 0, full: false }

/** Indexes all names once; the function it answers with finds one person's lookalikes. */
export function indexNames(
  staff: readonly MatchPerson[],
  accounts: readonly MatchAccount[],
): (person: number) => Lookalikes {
  const accountNames = names(accounts, (account) => (isUsable(account) ? account.name : null))
  const staffNames = names(staff, (person) => (person.active ? person.displayName : null))
  const byExternalId = (a: number, b: number) =>
    (accounts[a]?.externalId ?? '') < (accounts[b]?.externalId ?? '') ? -1 : 1

  return (person) => {
    const name = staffNames.of.get(person)
    if (!name) return nobody
    const found = bearers(name, accountNames.byForm)
    if (found.size === 0) return nobody
    // A form of the account's name may reach people whom this person's own forms do not.
    const rivals = bearers(name, staffNames.byForm)
    for (const account of found) {
      const other = accountNames.of.get(account)
      if (other) for (const rival of bearers(other, staffNames.byForm)) rivals.add(rival)
    }
    return {
      accounts: [...found].sort(byExternalId),
      people: rivals.size,
      full: name.full && [...found].every((account) => accountNames.of.get(account)?.full),
    }
  }
}

interface Names {
  of: ReadonlyMap<number, ComparableName>
  byForm: ReadonlyMap<string, readonly number[]>
}

function names<T>(list: readonly T[], nameOf: (item: T) => string | null): Names {
  const of = new Map<number, ComparableName>()
  const byForm = new Map<string, number[]>()
  list.forEach((item, at) => {
    const name = comparableName(nameOf(item))
    if (!name) return
    of.set(at, name)
    for (const form of name.forms) {
      const bearersOfForm = byForm.get(form)
      if (bearersOfForm) bearersOfForm.push(at)
      else byForm.set(form, [at])
    }
  })
  return { of, byForm }
}

function bearers(name: ComparableName, byForm: Names['byForm']): Set<number> {
  return new Set(name.forms.flatMap((form) => byForm.get(form) ?? []))
}
