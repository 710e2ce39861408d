import type { Person, TruthClass } from './model.ts'
import type { PersonName } from './names.ts'
import { type Random, uuid } from './random.ts'

export type RosterEntry = Omit<Person, 'truth' | 'github'>

const DEPARTMENTS: Readonly<Record<string, readonly string[]>> = {
  Engineering: ['Platform', 'Payments', 'Mobile', 'Search', 'Data Pipeline', 'Developer Experience'],
  Product: ['Discovery', 'Design', 'Research'],
  Operations: ['Site Reliability', 'IT Support', 'Security'],
  Consulting: ['North', 'South', 'Public Sector'],
  Finance: ['Controlling', 'Payroll'],
}
const DEPARTMENT_NAMES = Object.keys(DEPARTMENTS)
const PARTNERS = ['northwind.example', 'contoso.example', 'initech.example']

/** Evidence that needs no email on the roster; only such people may have theirs hidden. */
const EMAIL_MAY_BE_HIDDEN = new Set<TruthClass>(['unique-name', 'name-of-namesake', 'nothing', 'no-account'])

function local(text: string): string {
  return text.toLowerCase().replaceAll(/[^a-z0-9]+/g, '')
}

/** Hands out roster entries; every address is given once. */
export function rosterEntry(random: Random): (name: PersonName, truth: TruthClass) => RosterEntry {
  const taken = new Map<string, number>()
  const address = (wish: string, domain: string): string => {
    const base = `${wish}@${domain}`
    const count = taken.get(base) ?? 0
    taken.set(base, count + 1)
    return count === 0 ? base : address(`${wish}${count + 1}`, domain)
  }
  return (name, truth) => {
    const given = local(name.given)
    const family = local(name.family)
    const full = family === '' ? given : `${given}.${family}`
    const foreign = truth === 'contractor'
    const hidden = EMAIL_MAY_BE_HIDDEN.has(truth) && random.chance(0.12)
    const domain = foreign ? random.pick(PARTNERS) : 'acme.example'
    const email = hidden ? null : address(full, domain)
    const aliases: string[] = []
    if (email !== null && !foreign && name.birthFamily !== undefined) {
      aliases.push(address(`${given}.${local(name.birthFamily)}`, domain))
    }
    if (email !== null && !foreign && family !== '' && random.chance(0.25)) {
      aliases.push(address(`${given.slice(0, 1)}${family}`, domain))
    }
    const department = random.pick(DEPARTMENT_NAMES)
    return {
      accountId: `712020:${uuid(random)}`,
      displayName: name.display,
      email,
      aliases,
      groups: [foreign ? 'contractors' : 'employees', department.toLowerCase()],
      teams: random.chance(0.9) ? [random.pick(DEPARTMENTS[department] ?? [])] : [],
      active: truth !== 'leaver',
    }
  }
}
