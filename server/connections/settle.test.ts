import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { failureCodes } from '../../contract/failure.ts'
import { connectionStatuses, origins, runActions } from '../../contract/words.ts'
import type { Decision } from '../../matching/decision.ts'
import { buildFailure } from '../../test/builders.ts'
import { leftAlone, type Settlement, type Standing } from './connections.ts'
import {
  type OpenProposal,
  settleAcceptance,
  settleDecision,
  settleDisconnection,
  settleLeftAlone,
} from './settle.ts'

const accountId = 'ana'
const circumstances = {
  app: 'github',
  organization: 'acme',
  at: '2026-11-23T10:00:00.000Z',
  by: 'admin@acme.example',
} as const

const standing: fc.Arbitrary<Standing> = fc
  .record({
    status: fc.constantFrom(...connectionStatuses),
    active: fc.boolean(),
    origin: fc.constantFrom(...origins),
    code: fc.constantFrom(...failureCodes),
    has: fc.boolean(),
  })
  .map(({ status, active, origin, code, has }) => {
    const held = status === 'connected' || (has && (status === 'failed' || status === 'paused'))
    return {
      accountId,
      displayName: 'Ana',
      active,
      status,
      origin: held ? origin : null,
      externalId: held ? '1' : null,
      login: held ? 'ana1' : null,
      evidence: [],
      failure: status === 'connected' ? null : buildFailure(code),
      connectedBy: held ? 'somebody@acme.example' : null,
      connectedAt: held ? '2026-01-01T00:00:00.000Z' : null,
      stored: true,
    }
  })
const decision: fc.Arbitrary<Decision> = fc.oneof(
  fc.constant<Decision>({
    accountId,
    outcome: 'connect',
    externalId: '2',
    login: 'ana2',
    evidence: [{ kind: 'saml-name-id', value: 'ana@acme.example' }],
  }),
  fc.constantFrom('match_none', 'match_weak', 'match_taken', 'account_suspended').map(
    (code): Decision => ({
      accountId,
      outcome: 'ask',
      failure: { code, details: {}, candidates: [] },
      proposals: [],
    }),
  ),
)
const proposal: fc.Arbitrary<OpenProposal> = fc.record({
  externalId: fc.constantFrom('2', '3'),
  account: fc.option(
    fc.record({ login: fc.constant('ana2'), name: fc.constant('Ana'), usable: fc.boolean() }),
  ),
  contested: fc.boolean(),
  takenBy: fc.option(fc.constant({ accountId: 'bo', displayName: 'Bo' })),
})

/** Everything a run can make of somebody. */
const settled = fc
  .record({
    action: fc.constantFrom(...runActions),
    before: standing,
    decision,
    proposals: fc.array(proposal, { maxLength: 2 }),
    isThere: fc.boolean(),
  })
  .map(({ action, before, decision: decided, proposals, isThere }) => {
    const alone = leftAlone(action, before)
    const settlement: Settlement = alone
      ? settleLeftAlone(before, alone, circumstances)
      : action === 'disconnect'
        ? settleDisconnection(before)
        : action === 'accept'
          ? settleAcceptance(before, proposals, circumstances)
          : settleDecision(before, decided, circumstances, () => isThere)
    return { action, before, settlement, next: settlement.next }
  })

describe('whatever a run decides', () => {
  const whatever = (holds: (given: typeof settled extends fc.Arbitrary<infer T> ? T : never) => void) =>
    fc.assert(fc.property(settled, holds), { numRuns: 1_000 })

  it('a working connection of an active person is never changed by connecting', () => {
    whatever(({ action, before, next }) => {
      if (before.status === 'connected' && before.active && action !== 'disconnect')
        expect(next).toBeUndefined()
    })
  })

  it('what a person connected themself works on, and a no stays a no', () => {
    whatever(({ before, next }) => {
      if (before.status === 'connected' && before.origin === 'self' && before.active)
        expect(next).toBeUndefined()
      if (before.status === 'opted_out') expect(next).toBeUndefined()
    })
  })

  it('nobody inactive is connected; their connection only rests', () => {
    whatever(({ action, before, next }) => {
      if (before.active || action === 'disconnect' || !next) return
      expect([before.status, next.status, next.externalId]).toEqual([
        'connected',
        'paused',
        before.externalId,
      ])
    })
  })

  it('an account that somebody had is only let go for another one, or on purpose', () => {
    whatever(({ action, before, next }) => {
      if (before.externalId === null || !next || action === 'disconnect') return
      expect(next.externalId).not.toBeNull()
    })
  })

  it('a connected person has an account, a failed one a failure, and both say the same as the item', () => {
    whatever(({ action, settlement, next }) => {
      if (settlement.outcome === 'needs_mapping' || settlement.outcome === 'failed')
        expect(settlement.failure).not.toBeNull()
      if (!next) return
      if (next.status === 'connected')
        expect(next).toMatchObject({ failure: null, externalId: settlement.externalId })
      if (next.status === 'connected') expect(next.evidence).toEqual(settlement.evidence)
      if (next.failure) expect(next.failure).toEqual(settlement.failure)
      if (settlement.outcome === 'connected')
        expect(next.status).toBe(action === 'disconnect' ? 'not_connected' : 'connected')
    })
  })

  it('a proposal is accepted only when it is the only one, usable, uncontested and nobody’s', () => {
    const case_ = fc.record({ before: standing, proposals: fc.array(proposal, { maxLength: 2 }) })
    fc.assert(
      fc.property(case_, ({ before, proposals }) => {
        const { outcome } = settleAcceptance(before, proposals, circumstances)
        const [only, ...others] = proposals
        const fine = only?.account?.usable && !only.contested && !only.takenBy && others.length === 0
        expect(outcome === 'connected').toBe(fine === true)
      }),
      { numRuns: 1_000 },
    )
  })
})

it('resumes a connection that rested while the person was away, if the account is still there', () => {
  const resting = {
    accountId,
    displayName: 'Ana',
    active: true,
    status: 'paused',
    origin: 'self',
    externalId: '1',
    login: 'ana1',
    evidence: [],
    failure: buildFailure('person_inactive'),
    connectedBy: 'ana@acme.example',
    connectedAt: '2026-01-01T00:00:00.000Z',
    stored: true,
  } as const satisfies Standing
  const ask: Decision = {
    accountId,
    outcome: 'ask',
    failure: { code: 'match_none', details: {}, candidates: [] },
    proposals: [],
  }
  expect(settleDecision(resting, ask, circumstances, () => true).next).toMatchObject({
    status: 'connected',
    origin: 'self',
    externalId: '1',
    connectedBy: 'ana@acme.example',
    failure: null,
  })
  expect(settleDecision(resting, ask, circumstances, () => false)).toMatchObject({
    outcome: 'failed',
    next: { status: 'failed', externalId: '1', failure: { code: 'account_not_found' } },
  })
})
