import { describe, expect, it } from 'vitest'
import { decide } from './decide.ts'
import type { Decision } from './decision.ts'
import type { KeyKind, MatchAccount, MatchInput, MatchPerson } from './input.ts'

const ana: MatchPerson = {
  accountId: 'p-ana',
  displayName: 'Ana Pérez',
  email: 'ana@acme.example',
  aliases: [],
  active: true,
}
const bo: MatchPerson = {
  accountId: 'p-bo',
  displayName: 'Bo Li',
  email: 'bo@acme.example',
  aliases: [],
  active: true,
}
const account = (externalId: string, more: Partial<MatchAccount> = {}): MatchAccount => ({
  externalId,
  login: `login-${externalId}`,
  name: null,
  kind: 'human',
  suspended: false,
  ...more,
})
const key = (externalId: string, kind: KeyKind, value: string) => ({ externalId, kind, value })

function decisionsOf(given: Partial<MatchInput>): Decision[] {
  const staff = given.staff ?? [ana]
  return decide({
    staff,
    selected: new Set(staff.map((person) => person.accountId)),
    accounts: [],
    keys: [],
    holders: new Map(),
    rejections: [],
    options: { connectUniqueNames: false },
    ...given,
  })
}
/** What was decided about Ana: the external id, or the failure's code. */
function verdict(given: Partial<MatchInput>): string | undefined {
  const found = decisionsOf(given).find((decision) => decision.accountId === ana.accountId)
  return found?.outcome === 'connect' ? found.externalId : found?.failure.code
}
function asked(given: Partial<MatchInput>) {
  const [found] = decisionsOf(given)
  if (found?.outcome !== 'ask') throw new Error('was connected')
  return found
}

describe('addresses and identities', () => {
  it.each<KeyKind>(['saml-name-id', 'scim-user-name', 'verified-email', 'directory-alias', 'public-email'])(
    'connects on a unique %s',
    (kind) => {
      const [found] = decisionsOf({ accounts: [account('1')], keys: [key('1', kind, 'Ana@acme.example')] })
      expect(found).toEqual({
        accountId: 'p-ana',
        outcome: 'connect',
        externalId: '1',
        login: 'login-1',
        evidence: [{ kind, value: 'ana@acme.example' }],
      })
    },
  )

  it('connects on an alias, and lists all the evidence, strongest first', () => {
    const [found] = decisionsOf({
      staff: [{ ...ana, aliases: ['aperez@acme.example'] }],
      accounts: [account('1')],
      keys: [key('1', 'public-email', 'ana@acme.example'), key('1', 'saml-name-id', 'aperez@acme.example')],
    })
    expect(found).toMatchObject({
      evidence: [
        { kind: 'saml-name-id', value: 'aperez@acme.example' },
        { kind: 'public-email', value: 'ana@acme.example' },
      ],
    })
  })

  it('calls it a conflict when two kinds name different accounts, and proposes both', () => {
    const found = asked({
      accounts: [account('1'), account('2')],
      keys: [key('1', 'public-email', 'ana@acme.example'), key('2', 'saml-name-id', 'ana@acme.example')],
    })
    expect(found.failure.code).toBe('match_conflict')
    expect(found.proposals.map((each) => each.externalId)).toEqual(['2', '1'])
  })

  it('never chooses between two accounts of one kind', () => {
    const accounts = [account('1'), account('2')]
    const keys = accounts.map(({ externalId }) => key(externalId, 'verified-email', 'ana@acme.example'))
    expect(verdict({ accounts, keys })).toBe('match_ambiguous')
  })

  it('never chooses between two people with one address, even when only one is selected', () => {
    const found = asked({
      staff: [ana, { ...bo, email: 'ANA@acme.example' }],
      selected: new Set([ana.accountId]),
      accounts: [account('1')],
      keys: [key('1', 'saml-name-id', 'ana@acme.example')],
    })
    expect(found.failure.code).toBe('match_ambiguous')
    expect(found.proposals).toEqual([])
  })

  it('is not confused by somebody inactive with the same address', () => {
    const staff = [ana, { ...bo, email: ana.email, active: false }]
    expect(
      verdict({ staff, accounts: [account('1')], keys: [key('1', 'verified-email', 'ana@acme.example')] }),
    ).toBe('1')
  })

  it('connects nobody to an account that shows the addresses of two people', () => {
    const decisions = decisionsOf({
      staff: [ana, bo],
      accounts: [account('1')],
      keys: [key('1', 'saml-name-id', 'ana@acme.example'), key('1', 'public-email', 'bo@acme.example')],
    })
    expect(decisions.map((each) => each.outcome === 'ask' && each.failure.code)).toEqual([
      'match_ambiguous',
      'match_ambiguous',
    ])
    expect(decisions[0]).toMatchObject({
      failure: { details: { fact: 'login-1 also shows the address of Bo Li' } },
    })
  })

  it('says who has the account already', () => {
    const found = asked({
      staff: [ana, bo],
      accounts: [account('1')],
      keys: [key('1', 'verified-email', 'ana@acme.example')],
      holders: new Map([['1', 'p-bo']]),
    })
    expect(found.failure).toMatchObject({
      code: 'match_taken',
      details: { other: 'Bo Li' },
      candidates: [{ takenBy: { accountId: 'p-bo', displayName: 'Bo Li' } }],
    })
  })

  it('does not take an account from the person who has it', () => {
    expect(
      verdict({
        accounts: [account('1')],
        keys: [key('1', 'verified-email', 'ana@acme.example')],
        holders: new Map([['1', 'p-ana']]),
      }),
    ).toBe('1')
  })

  it.each([
    [{ kind: 'bot' as const }, 'match_not_human'],
    [{ kind: 'guest' as const }, 'match_not_human'],
    [{ suspended: true }, 'account_suspended'],
  ])('does not connect to an account that is %j', (what, code) => {
    const keys = [key('1', 'verified-email', 'ana@acme.example')]
    expect(verdict({ accounts: [account('1', what)], keys })).toBe(code)
  })

  it('prefers the account in use over the suspended one', () => {
    const keys = ['1', '2'].map((id) => key(id, 'verified-email', 'ana@acme.example'))
    expect(verdict({ accounts: [account('1', { suspended: true }), account('2')], keys })).toBe('2')
  })

  it('never comes back to a rejected account', () => {
    const given = {
      accounts: [account('1', { name: 'Ana Pérez' })],
      keys: [key('1', 'verified-email', 'ana@acme.example')],
      rejections: [{ accountId: 'p-ana', externalId: '1' }],
    }
    const found = asked(given)
    expect(found.failure.code).toBe('match_none')
    expect(found.failure.details.fact).toBe('login-1 aside, who was marked as not this person')
    expect(found.proposals).toEqual([])
  })
})

describe('names', () => {
  const named = [account('1', { name: 'Pérez, Ana' })]

  it('proposes an equal name that nobody else has', () => {
    const found = asked({ accounts: named })
    expect(found.failure).toMatchObject({ code: 'match_weak', details: { other: 'login-1' } })
    expect(found.proposals).toEqual([
      {
        externalId: '1',
        login: 'login-1',
        name: 'Pérez, Ana',
        reasons: ['Same full name, and nobody else has it'],
      },
    ])
  })

  const options = { connectUniqueNames: true }
  it('connects on it when the administrator allows that', () => {
    expect(decisionsOf({ accounts: named, options })).toMatchObject([
      { outcome: 'connect', evidence: [{ kind: 'name', value: 'Ana Pérez' }] },
    ])
  })

  it('still asks when the account shows another address at the person’s domain', () => {
    const found = asked({
      accounts: named,
      keys: [key('1', 'verified-email', 'ana.perez@acme.example')],
      options,
    })
    expect(found.failure.code).toBe('match_weak')
    expect(found.proposals[0]?.reasons[1]).toBe('But login-1 shows another address: ana.perez@acme.example')
  })

  it('still asks when it is only half a name', () => {
    const staff = [{ ...ana, displayName: 'Suharto' }]
    expect(verdict({ staff, accounts: [account('1', { name: 'Suharto' })], options })).toBe('match_weak')
  })

  it('proposes nothing to two people with one name', () => {
    const staff = [ana, { ...bo, displayName: 'ana perez' }]
    const found = asked({ staff, accounts: named, options })
    expect(found.failure.code).toBe('match_ambiguous')
    expect(found.proposals).toEqual([])
  })

  it('lets a human choose between two accounts with the name', () => {
    const found = asked({ accounts: [...named, account('2', { name: 'Ana Perez' })], options })
    expect(found.failure.code).toBe('match_ambiguous')
    expect(found.proposals.map((each) => each.externalId)).toEqual(['1', '2'])
  })

  it('leaves an account alone whose address is a colleague’s', () => {
    const decisions = decisionsOf({
      staff: [ana, bo],
      accounts: named,
      keys: [key('1', 'saml-name-id', 'bo@acme.example')],
      options,
    })
    expect(decisions).toMatchObject([
      { outcome: 'ask', failure: { code: 'match_ambiguous' }, proposals: [] },
      { outcome: 'connect', externalId: '1' },
    ])
  })
})

describe('nothing found', () => {
  const vouching = key('9', 'verified-email', 'somebody@acme.example')

  it('says that most likely there is no account where the vendor vouches for addresses', () => {
    expect(verdict({ accounts: [account('9')], keys: [vouching] })).toBe('match_none')
  })

  it('says that nothing can be compared where the vendor shows no work address of anybody', () => {
    const found = asked({ accounts: [account('1'), account('2')] })
    expect(found.failure.code).toBe('match_no_evidence')
    expect(found.failure.details.fact).toBe('2 accounts there show none of these')
  })

  it('names an email outside the domains that the vendor vouches for', () => {
    const staff = [{ ...ana, email: 'ana@freelance.example' }]
    expect(verdict({ staff, accounts: [account('9')], keys: [vouching] })).toBe('person_email_foreign')
    expect(
      verdict({
        staff,
        options: { connectUniqueNames: false, organizationDomains: ['freelance.example'] },
        accounts: [account('9')],
        keys: [vouching],
      }),
    ).toBe('match_none')
  })

  it('says when the roster has no address to compare', () => {
    expect(verdict({ staff: [{ ...ana, email: null }] })).toBe('person_email_missing')
    expect(asked({ staff: [{ ...ana, email: 'info@acme.example' }] }).failure.details.fact).toBe(
      'info@acme.example is a shared or unusual address',
    )
  })
})

it('decides about nobody who is inactive, unknown or not selected', () => {
  const staff = [ana, { ...bo, active: false }, { ...bo, accountId: 'p-cy' }]
  const decisions = decisionsOf({ staff, selected: new Set(['p-ana', 'p-bo', 'p-nobody']) })
  expect(decisions.map((each) => each.accountId)).toEqual(['p-ana'])
})
