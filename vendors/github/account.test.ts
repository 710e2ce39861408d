import { expect, test } from 'vitest'
import { identityKeys, memberAccount, memberKeys } from './account.ts'

const member = {
  databaseId: 7,
  login: 'ana',
  name: 'Ana Pérez',
  email: '',
  organizationVerifiedDomainEmails: [],
}

test.each([
  ['dependabot[bot]', null, 'bot'],
  ['acme-ci-bot', null, 'bot'],
  ['acme-ci-bot', 'Acme CI', 'bot'],
  ['bot-release', 'Release Bot', 'bot'],
  ['svc-acme-build', null, 'service'],
  ['jane-bot', 'Jane Doe', 'human'],
  ['abbot', null, 'human'],
  ['acme-deploy', null, 'human'],
  ['安娜-bot', '安娜 李', 'human'],
])('%s called %s is a %s', (login, name, kind) => {
  expect(memberAccount({ ...member, login, name }).kind).toBe(kind)
})

test('an identity nobody claimed is nobody’s key', () => {
  const saml = { nameId: 'ana@acme.example', username: null, emails: [] }
  expect(identityKeys({ user: null, samlIdentity: saml, scimIdentity: null })).toEqual([])
  expect(identityKeys({ user: { databaseId: 7 }, samlIdentity: saml, scimIdentity: null })).toContainEqual({
    externalId: '7',
    kind: 'saml-name-id',
    value: 'ana@acme.example',
  })
})

test('an address in a verified domain proves more than the public one, and both keep their kind', () => {
  const keys = memberKeys({
    ...member,
    email: 'me@home.example',
    organizationVerifiedDomainEmails: ['ana@acme.example'],
  })
  expect(keys.map(({ kind, value }) => [kind, value])).toEqual([
    ['verified-email', 'ana@acme.example'],
    ['public-email', 'me@home.example'],
  ])
})
