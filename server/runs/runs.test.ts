import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Failure } from '../../contract/failure.ts'
import { buildFailure } from '../../test/builders.ts'
import { selectionKey, wait } from './runs.ts'

describe('the same wish', () => {
  const wish = { app: 'github', action: 'connect', dryRun: false } as const

  it('is known whatever the order and however often an id is given', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ minLength: 1 }), { minLength: 1 }), (accountIds) => {
        const twice = [...accountIds, ...accountIds].reverse()
        expect(selectionKey({ ...wish, selection: { accountIds: twice } })).toBe(
          selectionKey({ ...wish, selection: { accountIds } }),
        )
      }),
    )
    expect(
      selectionKey({ ...wish, selection: { filter: { group: 'a', team: 'b', search: undefined } } }),
    ).toBe(selectionKey({ ...wish, selection: { filter: { team: 'b', group: 'a' } } }))
  })

  it('is another when anything about it is', () => {
    const selection = { filter: {} }
    const keys = [
      selectionKey({ ...wish, selection }),
      selectionKey({ ...wish, selection, dryRun: true }),
      selectionKey({ ...wish, selection, action: 'retry' }),
      selectionKey({ ...wish, selection, app: 'gitlab' }),
      selectionKey({ ...wish, selection: { filter: { group: 'a' } } }),
      selectionKey({ ...wish, selection: { accountIds: ['a'] } }),
    ]
    expect(new Set(keys).size).toBe(keys.length)
  })
})

describe('waiting for a vendor in trouble', () => {
  const start = new Date('2026-11-23T10:00:00Z')
  const busy = buildFailure('vendor_busy', { at: start.toISOString() })
  const later = (ms: number) => new Date(start.getTime() + ms)

  it('obeys the time that the vendor stated', () => {
    const until = later(3_599_000)
    expect(wait(buildFailure('rate_limited'), until, null, start)).toMatchObject({
      waitUntil: until,
      failure: { code: 'rate_limited', details: { until: until.toISOString() } },
    })
  })

  it('otherwise waits as long again as it has lasted, and gives up after a day of the same', () => {
    let known: Failure | null = null
    let now = start
    const pauses: number[] = []
    for (;;) {
      const outcome = wait({ ...busy, at: now.toISOString() }, undefined, known, now)
      if ('givenUp' in outcome) {
        expect(outcome.givenUp).toMatchObject({
          code: 'unreachable_for_long',
          details: { fact: 'Vendor is busy' },
        })
        break
      }
      pauses.push((outcome.waitUntil.getTime() - now.getTime()) / 1000)
      known = outcome.failure
      now = outcome.waitUntil
    }
    expect(pauses.slice(0, 8)).toEqual([10, 10, 20, 40, 80, 160, 320, 640])
    expect(Math.max(...pauses)).toBe(900)
    expect(now.getTime()).toBeGreaterThanOrEqual(later(24 * 3_600_000).getTime())
  })

  it('counts on when it is another trouble, for the vendor has not answered in between', () => {
    const since = later(-3_600_000).toISOString()
    const known = buildFailure('network_error', { at: since })
    const waits = { failure: { code: 'vendor_busy', at: since }, waitUntil: later(900_000) }
    expect(wait(busy, undefined, known, start)).toMatchObject(waits)
  })
})
