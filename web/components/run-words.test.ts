import fc from 'fast-check'
import { expect, test } from 'vitest'
import { runActions, runStates } from '../../contract/words.ts'
import { outcomeCounts, runDone, runStage, runTitle } from './run-words.ts'

const counts = {
  selected: 1204,
  connected: 701,
  unchanged: 12,
  needsMapping: 61,
  failed: 38,
  skipped: 0,
  waiting: 392,
}

test('a run is named by what it does, to how many, with which app', () => {
  const run = { action: 'connect', app: 'github', dryRun: false, counts } as const
  expect(runTitle(run, true)).toBe('Connecting 1,204 people with GitHub')
  expect(runTitle(run)).toBe('Connect 1,204 people with GitHub')
  expect(runTitle({ ...run, dryRun: true })).toBe('Dry run: connect 1,204 people with GitHub')
  expect(runTitle({ ...run, action: 'disconnect', counts: { selected: 1 } })).toBe(
    'Disconnect 1 person from GitHub',
  )
})

test('a run that has not begun waits for its turn', () => {
  expect(runStage({ state: 'queued', stage: 'Waiting for a worker' })).toBe('Waiting for its turn')
  expect(runStage({ state: 'running', stage: 'Reading the directory' })).toBe('Reading the directory')
})

test('a run that has not counted its people yet does not claim that they are none', () => {
  const run = { action: 'connect', app: 'github', dryRun: false, counts: { selected: 0 } } as const
  expect(runTitle(run, true)).toBe('Connecting people with GitHub')
})

test('people left are to go while the run is under way and waiting afterwards', () => {
  const words = (state: 'running' | 'cancelled') =>
    outcomeCounts({ action: 'connect', state, counts, dryRun: false }).find(
      ({ outcome }) => outcome === 'pending',
    )?.words
  expect(words('running')).toBe('to go')
  expect(words('cancelled')).toBe('waiting')
})

test('a dry run says what would be, not what is', () => {
  const [first] = outcomeCounts({ action: 'connect', state: 'finished', counts, dryRun: true })
  expect(first?.words).toBe('would be connected')
})

test('the shown counts always add up to the people selected', () => {
  const amount = fc.nat(100_000)
  const some = fc.record({
    connected: amount,
    unchanged: amount,
    needsMapping: amount,
    failed: amount,
    skipped: amount,
    waiting: amount,
  })
  fc.assert(
    fc.property(
      some,
      fc.constantFrom(...runActions),
      fc.constantFrom(...runStates),
      (given, action, state) => {
        const selected = Object.values(given).reduce((sum, count) => sum + count, 0)
        const run = { action, state, dryRun: false, counts: { ...given, selected } }
        expect(outcomeCounts(run).reduce((sum, { count }) => sum + count, 0)).toBe(selected)
        expect(runDone(run) + given.waiting).toBe(selected)
      },
    ),
  )
})
