import { expect, test } from 'vitest'
import { type FailureCode, failureCodes } from '../../contract/failure.ts'
import { describeFailure } from '../../contract/failure-table.ts'
import type { FaultSpec } from '../../sandbox/github/faults.ts'
import { contextFor, failureOf, sandboxForTests } from '../../test/github-on-sandbox.ts'
import { Paused } from '../egress.ts'
import { VendorFailure } from '../vendor.ts'
import { github } from './index.ts'

const sandbox = await sandboxForTests({ staff: 120 })

/** Probes, then reads a page, as a run does: the first failure on the way. */
async function firstFailure(context: ReturnType<typeof contextFor>['context']): Promise<VendorFailure> {
  return failureOf(
    (async () => {
      const { lines } = await github.probe(context)
      const failure = lines.find(({ ok, optional }) => !ok && !optional)?.failure
      if (failure) throw new VendorFailure(failure)
      let cursor: string | null = null
      do cursor = (await github.readDirectory(context, cursor)).next
      while (cursor !== null)
    })(),
  )
}

/** Every fault of the sandbox that is one, met before the probe and in the middle of a directory. */
const faults: [FaultSpec, FailureCode, FailureCode][] = [
  [{ fault: 'primary_rate_limit' }, 'rate_limited', 'rate_limited'],
  [{ fault: 'primary_rate_limit', status: 429 }, 'rate_limited', 'rate_limited'],
  [{ fault: 'primary_rate_limit', endpoint: 'graphql', type: 'RATE_LIMIT' }, 'rate_limited', 'rate_limited'],
  [
    { fault: 'primary_rate_limit', endpoint: 'graphql', type: 'RATE_LIMITED' },
    'rate_limited',
    'rate_limited',
  ],
  [{ fault: 'secondary_rate_limit' }, 'rate_limited', 'rate_limited'],
  [{ fault: 'secondary_rate_limit', status: 429, withoutHeader: true }, 'rate_limited', 'rate_limited'],
  [{ fault: 'secondary_rate_limit', status: 200, endpoint: 'graphql' }, 'rate_limited', 'rate_limited'],
  [{ fault: 'server_error' }, 'vendor_busy', 'vendor_busy'],
  [{ fault: 'server_error', status: 500 }, 'vendor_busy', 'vendor_busy'],
  [{ fault: 'server_error', status: 503 }, 'vendor_busy', 'vendor_busy'],
  [{ fault: 'server_error', status: 504 }, 'vendor_busy', 'vendor_busy'],
  [{ fault: 'slow' }, 'vendor_timeout', 'vendor_timeout'],
  [{ fault: 'slow', part: 'body' }, 'vendor_timeout', 'vendor_timeout'],
  [{ fault: 'cut_body' }, 'network_error', 'network_error'],
  [{ fault: 'connection_reset' }, 'network_error', 'network_error'],
  [{ fault: 'truncated_json' }, 'data_unexpected', 'data_unexpected'],
  [{ fault: 'html' }, 'data_unexpected', 'data_unexpected'],
  [{ fault: 'bad_credentials' }, 'app_credential_invalid', 'app_credential_invalid'],
  [{ fault: 'ip_allow_list' }, 'app_policy_blocked', 'app_policy_blocked'],
  [{ fault: 'clock_skew', seconds: 3600 }, 'app_clock_skew', 'app_clock_skew'],
  [{ fault: 'key_deleted' }, 'app_credential_invalid', 'app_credential_invalid'],
  [{ fault: 'installation_suspended' }, 'app_suspended', 'app_suspended'],
  [{ fault: 'installation_removed' }, 'app_not_installed', 'app_not_installed'],
  [{ fault: 'permission_missing' }, 'app_permission_missing', 'app_permission_missing'],
]

/** Waiting takes a moment of a real deadline. */
const egress = { deadlineMs: 600 }

test.each(faults)('%o before the probe is %s', async (spec, code) => {
  sandbox.github.setFault(spec)
  const { failure } = await firstFailure(contextFor(sandbox, { egress }).context)
  expect(failure.code).toBe(code)
})

test.each(faults.map(([spec, , code]) => [spec, code] as const))(
  '%o in the middle of the directory is %s',
  async (spec, code) => {
    const { context, stored } = contextFor(sandbox, { egress })
    const { next } = await github.readDirectory(context, null)
    sandbox.github.setFault(spec)
    // These are met only where the app's own signature is asked for.
    if (spec.fault === 'clock_skew' || spec.fault === 'key_deleted') stored.clear()
    const { failure, retryAt } = await failureOf(github.readDirectory(context, next))
    expect(failure.code).toBe(code)
    const words = describeFailure(failure)
    expect(`${words.sentence} ${words.nextStep}`).not.toMatch(/undefined|null|NaN/)
    if (retryAt) expect(failure.details.until).toBe(retryAt.toISOString())
  },
)

test('waits exactly until GitHub’s reset, holds all workers to it, and makes no call before', async () => {
  const { context, pauses } = contextFor(sandbox)
  const { next } = await github.readDirectory(context, null)
  sandbox.github.setFault({ fault: 'primary_rate_limit', endpoint: 'graphql', resetAfterSeconds: 1800 })
  const { retryAt } = await failureOf(github.readDirectory(context, next))
  const wait = (retryAt?.getTime() ?? 0) - Date.now()
  expect(wait).toBeGreaterThan(1_797_000)
  expect(wait).toBeLessThan(1_802_000)
  expect([...pauses]).toEqual([['graphql', retryAt]])

  sandbox.github.resetCalls()
  const again = await failureOf(github.readDirectory(context, next))
  expect(again.failure.code).toBe('rate_limited')
  expect(again.retryAt).toEqual(retryAt)
  expect(sandbox.github.calls().total).toBe(0)
})

test('a secondary limit stops every kind of call: for the time it states, a minute where it states none', async () => {
  for (const [withoutHeader, seconds] of [
    [false, 7],
    [true, 60],
  ] as const) {
    sandbox.github.clearFaults()
    const { context, pauses } = contextFor(sandbox)
    sandbox.github.setFault({
      fault: 'secondary_rate_limit',
      retryAfterSeconds: 7,
      withoutHeader,
      endpoint: 'graphql',
    })
    const { retryAt } = await failureOf(github.readDirectory(context, null))
    const wait = (retryAt?.getTime() ?? 0) - Date.now()
    expect(wait).toBeGreaterThan(seconds * 1000 - 2000)
    expect(wait).toBeLessThanOrEqual(seconds * 1000)
    expect([...pauses.keys()].toSorted()).toEqual(['core', 'graphql'])
    await expect(
      context.egress.request({ method: 'GET', url: `${sandbox.github.apiUrl}/app`, resource: 'core' }),
    ).rejects.toBeInstanceOf(Paused)
  }
})

test('a permission accepted after a refusal works at once: the token is made anew', async () => {
  const { context } = contextFor(sandbox)
  await github.readDirectory(context, null)
  sandbox.github.setFault({ fault: 'permission_missing' })
  const { failure } = await failureOf(github.readDirectory(context, null))
  expect(failure.details.permission).toBe('Organization members: read')
  sandbox.github.clearFaults()
  sandbox.github.resetCalls()
  await github.readDirectory(context, null)
  expect(sandbox.github.calls().byEndpoint['POST /app/installations/{id}/access_tokens']).toBe(1)
})

test('links a suspended installation to the page where an owner wakes it', async () => {
  sandbox.github.setFault({ fault: 'installation_suspended' })
  const { failure } = await firstFailure(contextFor(sandbox).context)
  const { organization, installationId } = sandbox.github
  expect(failure.link).toBe(
    `${sandbox.url}/organizations/${organization}/settings/installations/${installationId}`,
  )
  expect(failure.evidence.requestId ?? '').not.toBe('undefined')
})

test('no failure carries a key, a token or a signature', async () => {
  const secrets = (values: Iterable<string>) => [
    sandbox.github.privateKeyPem.slice(40, 90),
    'eyJ',
    'ghs_',
    ...values,
  ]
  for (const [spec] of faults) {
    sandbox.github.clearFaults()
    const { context, stored } = contextFor(sandbox, { egress })
    await github.readDirectory(context, null)
    const tokens = [...stored.values()].map(({ value }) => value)
    sandbox.github.setFault(spec)
    const error = await firstFailure(context)
    const text = JSON.stringify(error.failure) + String(error.stack) + JSON.stringify(error)
    for (const secret of secrets(tokens)) expect(text).not.toContain(secret)
    expect(failureCodes).toContain(error.failure.code)
  }
})
