import { expect, test } from 'vitest'
import { githubAddresses, githubOutbound, githubPages } from './addresses.ts'

test.each([
  ['https://api.github.com', 'https://api.github.com/graphql', 'https://github.com'],
  ['https://api.acme.ghe.com', 'https://api.acme.ghe.com/graphql', 'https://acme.ghe.com'],
  ['https://ghes.acme.example/api/v3', 'https://ghes.acme.example/api/graphql', 'https://ghes.acme.example'],
  ['https://ghes.acme.example/api/v3/', 'https://ghes.acme.example/api/graphql', 'https://ghes.acme.example'],
  ['http://127.0.0.1:4000/github', 'http://127.0.0.1:4000/github/graphql', 'http://127.0.0.1:4000'],
])('%s has GraphQL at %s and its pages at %s', (apiUrl, graphql, web) => {
  expect(githubAddresses(apiUrl)).toMatchObject({ graphql, web })
})

test('declares every call below the API address, two of them POST', () => {
  const { origin, endpoints } = githubOutbound({ apiUrl: 'https://ghes.acme.example/api/v3' })
  expect(origin).toBe('https://ghes.acme.example')
  expect(endpoints.filter((endpoint) => endpoint.startsWith('POST'))).toEqual([
    'POST /api/v3/app/installations/{installation_id}/access_tokens',
    'POST /api/graphql',
  ])
})

test('links to the pages of the organization on its own GitHub', () => {
  const pages = githubPages({ apiUrl: 'https://api.github.com', organization: 'acme' })
  expect(pages.installation(7)).toBe('https://github.com/organizations/acme/settings/installations/7')
  expect(pages.installation(undefined)).toBe('https://github.com/organizations/acme/settings/installations')
  expect(pages.appPermissions('acme', 'muster')).toBe(
    'https://github.com/organizations/acme/settings/apps/muster/permissions',
  )
})
