import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { accountKinds } from '../contract/words.ts'
import { comparableAddress } from './address.ts'
import { decide } from './decide.ts'
import type { Decision } from './decision.ts'
import type { KeyKind, MatchInput } from './input.ts'
import { comparableName } from './name.ts'

/** A world small enough that everything collides with everything. */
const personName = fc.constantFrom(
  'Ana Pérez',
  'Perez, Ana',
  'Bo Li',
  'Jürgen Müller',
  'Juergen Mueller',
  'Cy',
)
const address = fc.constantFrom('a@x.example', 'A@x.example', 'b@x.example', 'c@y.example', 'info@x.example')
const ids = ['1', '2', '3', '4', '5']
const externalId = fc.constantFrom(...ids)
const kinds: KeyKind[] = [
  'saml-name-id',
  'scim-user-name',
  'verified-email',
  'directory-alias',
  'public-email',
]
const accountId = fc.constantFrom('p1', 'p2', 'p3', 'p4', 'p5')

const world: fc.Arbitrary<MatchInput> = fc.record({
  staff: fc.uniqueArray(
    fc.record({
      accountId,
      displayName: personName,
      email: fc.option(address),
      aliases: fc.array(address, { maxLength: 2 }),
      active: fc.oneof({ weight: 4, arbitrary: fc.constant(true) }, fc.boolean()),
    }),
    { selector: (person) => person.accountId },
  ),
  selected: fc.uniqueArray(accountId).map((list) => new Set(list)),
  accounts: fc.uniqueArray(
    fc.record({
      externalId,
      login: externalId.map((id) => `l${id}`),
      name: fc.option(personName),
      kind: fc.oneof(
        { weight: 5, arbitrary: fc.constant('human' as const) },
        fc.constantFrom(...accountKinds),
      ),
      suspended: fc.oneof({ weight: 5, arbitrary: fc.constant(false) }, fc.boolean()),
    }),
    { selector: (account) => account.externalId },
  ),
  keys: fc.array(fc.record({ externalId, kind: fc.constantFrom(...kinds), value: address }), {
    maxLength: 6,
  }),
  holders: fc
    .dictionary(externalId, accountId, { maxKeys: 2 })
    .map((taken) => new Map(Object.entries(taken))),
  rejections: fc.array(fc.record({ accountId, externalId }), { maxLength: 2 }),
  options: fc.record({ connectUniqueNames: fc.boolean() }),
})

const connected = (decisions: Decision[]) => decisions.filter((each) => each.outcome === 'connect')
const runs = { numRuns: 500 }

describe('whatever the roster and the directory say', () => {
  it('the order of the input never matters', () => {
    fc.assert(
      fc.property(world, fc.infiniteStream(fc.nat()), (input, dice) => {
        const shuffled = {
          ...input,
          staff: shuffle(input.staff, dice),
          accounts: shuffle(input.accounts, dice),
          keys: shuffle(input.keys, dice),
          rejections: shuffle(input.rejections, dice),
          holders: new Map(shuffle([...input.holders], dice)),
        }
        expect(decide(shuffled)).toEqual(decide(input))
      }),
      runs,
    )
  })

  it('one account is given to one person at most, and never one that somebody has', () => {
    fc.assert(
      fc.property(world, (input) => {
        const everybody = { ...input, selected: new Set(input.staff.map((person) => person.accountId)) }
        const given = connected(decide(everybody))
        expect(new Set(given.map((each) => each.externalId)).size).toBe(given.length)
        for (const each of given)
          expect([undefined, each.accountId]).toContain(input.holders.get(each.externalId))
      }),
      runs,
    )
  })

  it('who else is selected never matters', () => {
    fc.assert(
      fc.property(world, (input) => {
        const everybody = decide({ ...input, selected: new Set(input.staff.map(({ accountId: id }) => id)) })
        expect(decide(input)).toEqual(everybody.filter((each) => input.selected.has(each.accountId)))
      }),
      runs,
    )
  })

  it('a rejected, suspended or inhuman account is never connected or proposed', () => {
    fc.assert(
      fc.property(world, (input) => {
        for (const each of decide(input)) {
          const offered =
            each.outcome === 'connect' ? [each.externalId] : each.proposals.map((some) => some.externalId)
          for (const id of offered) {
            const found = input.accounts.find((some) => some.externalId === id)
            expect(found).toMatchObject({ kind: 'human', suspended: false })
            expect(input.rejections).not.toContainEqual({ accountId: each.accountId, externalId: id })
          }
        }
      }),
      runs,
    )
  })

  it('nobody is connected without an address that only they have, unless names are allowed', () => {
    fc.assert(
      fc.property(world, (input) => {
        for (const each of connected(decide(input))) {
          for (const { kind, value } of each.evidence) {
            if (kind === 'name') {
              expect(input.options.connectUniqueNames).toBe(true)
              continue
            }
            const owners = input.staff.filter((person) =>
              [person.email, ...person.aliases].some((raw) => raw && comparableAddress(raw)?.value === value),
            )
            expect(owners.filter((owner) => owner.active).map((owner) => owner.accountId)).toEqual([
              each.accountId,
            ])
          }
        }
      }),
      runs,
    )
  })

  it('an address that leads to a second usable account turns a connection into a question', () => {
    fc.assert(
      fc.property(world, fc.constantFrom(...kinds), (input, kind) => {
        const first = connected(decide(input)).find((each) =>
          each.evidence.every(({ kind: is }) => is !== 'name'),
        )
        fc.pre(first !== undefined)
        const value = first.evidence[0]?.value ?? ''
        const rival = {
          externalId: 'rival',
          login: 'rival',
          name: null,
          kind: 'human' as const,
          suspended: false,
        }
        const contradicted = decide({
          ...input,
          accounts: [...input.accounts, rival],
          keys: [...input.keys, { externalId: 'rival', kind, value }],
        }).find((each) => each.accountId === first.accountId)
        expect(contradicted).toMatchObject({ outcome: 'ask' })
        if (contradicted?.outcome === 'ask')
          expect(contradicted.failure.code).toBe(
            first.evidence[0]?.kind === kind ? 'match_ambiguous' : 'match_conflict',
          )
      }),
      runs,
    )
  })

  it('a namesake on either side never raises anyone’s confidence', () => {
    fc.assert(
      fc.property(world, personName, fc.boolean(), (input, name, onRoster) => {
        const more: MatchInput = onRoster
          ? {
              ...input,
              staff: [
                ...input.staff,
                { accountId: 'namesake', displayName: name, email: null, aliases: [], active: true },
              ],
            }
          : {
              ...input,
              accounts: [
                ...input.accounts,
                { externalId: 'namesake', login: 'namesake', name, kind: 'human', suspended: false },
              ],
            }
        const before = new Map(decide(input).map((each) => [each.accountId, each]))
        const bears = (other: string) =>
          comparableName(other)?.forms.some((form) => comparableName(name)?.forms.includes(form))
        for (const after of decide(more)) {
          const was = before.get(after.accountId)
          const person = input.staff.find((each) => each.accountId === after.accountId)
          if (!was || !person || !bears(person.displayName)) continue
          for (const id of ids) expect(confidence(after, id)).toBeLessThanOrEqual(confidence(was, id))
        }
      }),
      runs,
    )
  })
})

/** 2 connected, 1 the only proposal, 0 anything less. */
function confidence(decision: Decision, externalId: string): number {
  if (decision.outcome === 'connect') return decision.externalId === externalId ? 2 : 0
  const [only, ...others] = decision.proposals
  return only?.externalId === externalId && others.length === 0 ? 1 : 0
}

function shuffle<T>(list: readonly T[], dice: fc.Stream<number>): T[] {
  const rolled = list.map((item) => ({ item, roll: dice.next().value ?? 0 }))
  return rolled.sort((a, b) => a.roll - b.roll).map(({ item }) => item)
}
