import { expect, test } from 'vitest'
import { acceptedPermissions } from './permissions.ts'

test.each([
  ['members=read', 'Organization members: read'],
  ['metadata=read,contents=read', 'Repository metadata: read and Contents: read'],
  ['pull_requests=read; issues=read', 'Pull requests: read'],
  ['organization_administration=write', 'organization administration: write'],
  ['', undefined],
  [undefined, undefined],
])('the header %s asks for %s', (header, name) => {
  expect(acceptedPermissions(header)).toBe(name)
})
