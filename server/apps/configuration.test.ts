import { expect, test } from 'vitest'
import { github } from '../../contract/apps/github.ts'
import { ProblemError } from '../http/problem-error.ts'
import { readConfiguration, sameOrigin } from './configuration.ts'

const pem = '-----BEGIN PRIVATE KEY-----\nabc\n-----END PRIVATE KEY-----'
const whole = { appId: 1, privateKey: pem, webhookSecret: 'hook', organization: 'acme' }
const settings = { appId: '1', organization: 'acme', apiUrl: 'https://api.github.com' }
const stored = { settings, secretNames: ['privateKey', 'webhookSecret'] }

function mistakesOf(body: Record<string, unknown>, before?: typeof stored) {
  try {
    readConfiguration(github, body, before)
  } catch (error) {
    if (error instanceof ProblemError) return { detail: error.message, errors: error.errors }
    throw error
  }
  return undefined
}

test('takes a form apart into settings and secrets', () => {
  expect(readConfiguration(github, whole, undefined)).toEqual({
    settings,
    secrets: { privateKey: pem, webhookSecret: 'hook' },
    keptSecrets: [],
    moved: false,
    otherHost: false,
  })
})

test('secrets that are stored may be left out, each for itself', () => {
  const { webhookSecret: _left, ...body } = whole
  expect(readConfiguration(github, body, stored)).toMatchObject({
    secrets: { privateKey: pem },
    keptSecrets: ['webhookSecret'],
  })
  expect(mistakesOf(body)?.errors).toEqual([
    { path: 'webhookSecret', message: 'Webhook secret (webhookSecret) is missing' },
  ])
})

test.each([{ organization: 'other' }, { apiUrl: 'https://github.other.example/api/v3' }])(
  'a configuration that moves (%o) wants every secret again',
  (move) => {
    const { privateKey: _key, ...body } = { ...whole, ...move }
    expect(mistakesOf(body, stored)?.errors).toEqual([
      { path: 'privateKey', message: expect.stringContaining('must be entered again') },
    ])
    expect(readConfiguration(github, { ...whole, ...move }, stored).moved).toBe(true)
  },
)

test.each([
  [{ ...whole, privateKey: 'nonsense' }, 'privateKey', 'must be the whole text of the .pem file'],
  [{ ...whole, organization: 'https://github.com/acme' }, 'organization', 'must be the short name'],
  [{ ...whole, organisation: 'acme' }, 'organisation', 'organisation is not a setting of this app'],
  [{ ...whole, appId: undefined }, 'appId', 'App ID (appId) is missing'],
  [{ ...whole, apiUrl: 'ftp://x' }, 'apiUrl', 'must be a web address'],
  [{ ...whole, apiUrl: 'api.github.com' }, 'apiUrl', 'must be a web address'],
  [{ ...whole, apiUrl: 'https://me:nonsense@ghe.example/api/v3' }, 'apiUrl', 'apiUrl has no user name'],
])('names the mistake in %o', (body, path, message) => {
  const mistake = mistakesOf(body)
  expect(mistake?.errors).toEqual([{ path, message: expect.stringContaining(message) }])
  expect(mistake?.detail).toContain('The configuration of GitHub has a mistake')
  expect(JSON.stringify(mistake)).not.toContain('nonsense')
})

test('knows another host from another organisation of the same', () => {
  const read = (move: object) => readConfiguration(github, { ...whole, ...move }, stored)
  expect(read({ organization: 'other' })).toMatchObject({ moved: true, otherHost: false })
  expect(read({ apiUrl: 'https://ghe.example/api/v3' })).toMatchObject({ moved: true, otherHost: true })
})

test('origins are compared by what the descriptor names and by nothing else', () => {
  expect(sameOrigin(github, settings, { ...settings, appId: '2' })).toBe(true)
  expect(sameOrigin(github, settings, { ...settings, organization: 'b' })).toBe(false)
})
