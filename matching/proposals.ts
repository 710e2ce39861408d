import { isUsable, type MatchAccount, type MatchPerson } from './input.ts'
import { type ComparableName, comparableName } from './name.ts'
import { OneOrMany } from './one-or-many.ts'

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

/**
 * Finds the lookalikes of the `wanted` people. All names of both sides are looked at, but only those that
 * somebody wanted shares are kept: that is a small part where most people are known by their address.
 */
export function indexNames(
  staff: readonly MatchPerson[],
  accounts: readonly MatchAccount[],
  wanted: Iterable<number>,
): (person: number) => Lookalikes {
  const wantedNames = new Map<number, ComparableName>()
  for (const at of wanted) {
    const name = comparableName(staff[at]?.displayName ?? null)
    if (name) wantedNames.set(at, name)
  }
  const accountNames = bearersOf(formsOf(wantedNames.values()), accounts, (account) =>
    isUsable(account) ? account.name : null,
  )
  // A form of an account's name may reach people whom the wanted person's own forms do not.
  const staffNames = bearersOf(formsOf(accountNames.of.values()), staff, (person) =>
    person.active ? person.displayName : null,
  )
  const byExternalId = (a: number, b: number) =>
    (accounts[a]?.externalId ?? '') < (accounts[b]?.externalId ?? '') ? -1 : 1

  return (person) => {
    const name = wantedNames.get(person)
    if (!name) return nobody
    const found = [...new Set(name.forms.flatMap((form) => accountNames.byForm.get(form)))]
    const names = found.flatMap((account) => accountNames.of.get(account) ?? [])
    const rivals = new Set([...formsOf(names)].flatMap((form) => staffNames.byForm.get(form)))
    return {
      accounts: found.sort(byExternalId),
      people: rivals.size,
      full: name.full && names.every((each) => each.full),
    }
  }
}

interface Bearers {
  of: ReadonlyMap<number, ComparableName>
  byForm: OneOrMany<string>
}

/** Everything on a list whose name has one of the forms. */
function bearersOf<T>(
  forms: ReadonlySet<string>,
  list: readonly T[],
  nameOf: (item: T) => string | null,
): Bearers {
  const of = new Map<number, ComparableName>()
  const byForm = new OneOrMany<string>()
  list.forEach((item, at) => {
    const name = comparableName(nameOf(item))
    if (!name?.forms.some((form) => forms.has(form))) return
    of.set(at, name)
    for (const form of name.forms) byForm.add(form, at)
  })
  return { of, byForm }
}

function formsOf(names: Iterable<ComparableName>): Set<string> {
  const forms = new Set<string>()
  for (const name of names) for (const form of name.forms) forms.add(form)
  return forms
}
