import { expect, test } from 'vitest'
import type { FailureCode } from '../../contract/failure.ts'
import { startSandbox } from '../../sandbox/start.ts'
import { contextFor, failureOf, sandboxForTests } from '../../test/github-on-sandbox.ts'
import { github } from './index.ts'

const sandbox = await sandboxForTests({ staff: 120 })
const { installationId, organization } = sandbox.github

type Changes = Parameters<typeof contextFor>[1]

/** The lines of a probe as a person would read them: what is missing, and the code. */
async function probe(changes?: Changes, of = sandbox) {
  const { lines } = await github.probe(contextFor(of, changes).context)
  const bad = lines.filter(({ ok, optional }) => !ok && !optional)
  return { lines, bad: Object.fromEntries(bad.map((line) => [line.permission, line.failure?.code])) }
}

const needed = [
  'Organization members: read',
  'Repository metadata: read',
  'Contents: read',
  'Pull requests: read',
]

test('names key, installation, every permission and what people can be found by, in three calls and a token', async () => {
  const { lines } = await probe()
  expect(lines.map(({ permission, ok }) => [permission, ok])).toEqual(
    ['App key', 'Installation', ...needed, 'Single sign-on identities', 'Verified-domain emails'].map(
      (name) => [name, true],
    ),
  )
  const members = lines.find(({ permission }) => permission === 'Organization members: read')
  expect(members?.note).toBe(`${sandbox.organisation.githubAccounts.length} members`)
  expect(sandbox.github.calls().byEndpoint).toEqual({
    'GET /app': 1,
    'GET /orgs/{org}/installation': 1,
    'POST /app/installations/{id}/access_tokens': 1,
    'POST /graphql': 1,
  })
})

test('asks for the configured installation, and uses a token that is at hand', async () => {
  const { context } = contextFor(sandbox, { settings: { installationId } })
  await github.probe(context)
  sandbox.github.resetCalls()
  await github.probe(context)
  expect(sandbox.github.calls().byEndpoint).toEqual({
    'GET /app': 1,
    'GET /app/installations/{id}': 1,
    'POST /graphql': 1,
  })
})

test('works the same against an Enterprise Server and with a client ID', async () => {
  const { bad, lines } = await probe({
    settings: { apiUrl: sandbox.github.enterpriseApiUrl, appId: sandbox.github.clientId },
  })
  expect(bad).toEqual({})
  expect(lines).toHaveLength(8)
})

test('takes a key in PKCS#1, as GitHub hands it out, and in PKCS#8', async () => {
  const { createPrivateKey } = await import('node:crypto')
  const key = createPrivateKey(sandbox.github.privateKeyPem)
  for (const type of ['pkcs1', 'pkcs8'] as const)
    expect((await probe({ privateKey: key.export({ type, format: 'pem' }).toString() })).bad).toEqual({})
})

test.each<[string, Changes, Record<string, FailureCode>]>([
  [
    'another app’s key',
    { privateKey: sandbox.github.otherPrivateKeyPem },
    { 'App key': 'app_credential_invalid' },
  ],
  [
    'a key that is none',
    { privateKey: '-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----' },
    { 'App key': 'app_credential_invalid' },
  ],
  [
    'an App ID that GitHub does not know',
    { settings: { appId: '1' } },
    { 'App key': 'app_credential_invalid' },
  ],
  [
    'another app that is installed nowhere',
    { privateKey: sandbox.github.otherPrivateKeyPem, settings: { appId: sandbox.github.otherAppId } },
    { Installation: 'app_not_installed' },
  ],
  [
    'an organization without the app',
    { settings: { organization: 'umbrella' } },
    { Installation: 'app_not_installed' },
  ],
  [
    'an installation of another organization',
    { settings: { organization: 'umbrella', installationId } },
    { Installation: 'app_not_installed' },
  ],
  ['an unknown installation', { settings: { installationId: 1 } }, { Installation: 'app_not_installed' }],
  [
    'an address that is not GitHub’s API',
    { settings: { apiUrl: `${sandbox.url}/nowhere` } },
    { 'App key': 'data_unexpected' },
  ],
  [
    'a closed port',
    {
      settings: { apiUrl: 'http://127.0.0.1:9/api/v3' },
      egress: { allowedPrivateHosts: { hosts: ['127.0.0.1:9'], ranges: [] } },
    },
    { 'App key': 'app_host_unreachable' },
  ],
  [
    'a private server nobody listed',
    { settings: { apiUrl: 'https://10.0.0.5/api/v3' } },
    { 'App key': 'app_host_unreachable' },
  ],
])('with %s says exactly that', async (_, changes, expected) => {
  expect((await probe(changes)).bad).toEqual(expected)
})

test('tells whose installation it is when it is not ours', async () => {
  const { lines } = await probe({ settings: { organization: 'umbrella', installationId } })
  expect(lines.at(-1)?.note).toBe(
    `Installation ${installationId} belongs to ${organization}, not to umbrella.`,
  )
})

test.each([
  ['members', 'Organization members: read'],
  ['metadata', 'Repository metadata: read'],
  ['contents', 'Contents: read'],
  ['pull_requests', 'Pull requests: read'],
])(
  'names the missing permission %s as GitHub’s screen does, and links to where it is accepted',
  async (permission, name) => {
    sandbox.github.setFault({ fault: 'permission_missing', permission })
    const { bad, lines } = await probe()
    expect(bad).toEqual({ [name]: 'app_permission_missing' })
    const failure = lines.find((line) => line.permission === name)?.failure
    expect(failure?.details.permission).toBe(name)
    expect(failure?.link).toBe(
      `${sandbox.url}/organizations/${organization}/settings/installations/${installationId}/permissions/update`,
    )
  },
)

test('explains single sign-on of the whole enterprise, and no evidence at all, on optional lines', async () => {
  const enterprise = await startSandbox({ staff: 40, enterprise: 'enterprise-saml' })
  try {
    enterprise.github.setFault({ fault: 'verified_domains_off' })
    enterprise.github.setFault({ fault: 'profiles_private' })
    const { bad, lines } = await probe({}, enterprise)
    expect(bad).toEqual({})
    const optional = lines.filter((line) => line.optional)
    expect(optional.map(({ permission, ok }) => [permission, ok])).toEqual([
      ['Single sign-on identities', false],
      ['Verified-domain emails', false],
      ['Something to compare', false],
    ])
    expect(optional[0]?.note).toMatch(/enterprise/)
  } finally {
    await enterprise.close()
  }
})

test('says by how much the clock is wrong', async () => {
  for (const [seconds, words] of [
    [3600, '60 minutes behind GitHub’s'],
    [-3600, '60 minutes ahead of GitHub’s'],
  ] as const) {
    sandbox.github.clearFaults()
    sandbox.github.setFault({ fault: 'clock_skew', seconds })
    const { lines } = await probe()
    expect(lines[0]?.failure).toMatchObject({ code: 'app_clock_skew', details: { fact: words } })
  }
})

test('works with a clock half a minute wrong either way', async () => {
  for (const seconds of [30, -30]) {
    sandbox.github.clearFaults()
    sandbox.github.setFault({ fault: 'clock_skew', seconds })
    expect((await probe()).bad).toEqual({})
  }
})

test('passes on what passes by itself, instead of blaming the app', async () => {
  sandbox.github.setFault({ fault: 'server_error', endpoint: 'GET /app' })
  const { failure } = await failureOf(github.probe(contextFor(sandbox).context))
  expect(failure.code).toBe('vendor_busy')
})
