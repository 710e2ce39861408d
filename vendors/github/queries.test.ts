import { validate } from '@octokit/graphql-schema'
import { expect, test } from 'vitest'
import * as queries from './queries.ts'

test.each(Object.entries(queries))('%s is what GitHub’s published schema accepts', (_, document) => {
  expect(validate(document)).toEqual([])
})

test('a field that GitHub does not have would be noticed', () => {
  expect(validate(queries.directoryQuery.replace('databaseId login', 'databaseId nickname'))).not.toEqual([])
})
