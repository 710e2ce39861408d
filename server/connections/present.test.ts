import { describe, expect, test } from 'vitest'
import { failureCodes } from '../../contract/failure.ts'
import { ConnectionSummary, FailureShape } from '../../contract/routes/shapes.ts'
import { buildConnection, buildFailure } from '../../test/builders.ts'
import { testDatabase } from '../../test/database.ts'
import { presentConnection, presentFailure } from './present.ts'

const { kysely: db } = await testDatabase()

describe('a connection in words', () => {
  test('says on what evidence it was made, by whom and when', async () => {
    const row = await buildConnection(db, {
      login: 'ana',
      evidence: [{ kind: 'saml-name-id', value: 'ana@acme.example' }],
    })
    const shown = presentConnection(row)
    expect(ConnectionSummary.parse(shown)).toEqual(shown)
    expect(shown).toMatchObject({
      login: 'ana',
      connectedBy: 'admin@acme.example',
      connectedAt: '2026-11-02T09:00:00.000Z',
      evidence: [
        { kind: 'saml-name-id', value: 'ana@acme.example', words: 'same identity at your single sign-on' },
      ],
      failure: null,
    })
  })

  test('carries the failure’s sentence, next step and who can mend it', async () => {
    const failure = buildFailure('match_taken', {
      details: { app: 'github', person: 'Ana Pérez', other: 'Bo Chen' },
      link: 'https://github.com/orgs/acme/people',
      evidence: { candidates: [{ externalId: '7', login: 'bo' }] },
    })
    const shown = presentConnection(await buildConnection(db, { status: 'needs_mapping', failure }))
    expect(shown.failure).toMatchObject({
      code: 'match_taken',
      sentence: 'The GitHub account that fits Ana Pérez is already connected to Bo Chen.',
      nextStep: 'Find out whose account it is. If it belongs to Ana Pérez, disconnect Bo Chen first.',
      fixer: 'our-admin',
      link: 'https://github.com/orgs/acme/people',
      evidence: { candidates: [{ externalId: '7', login: 'bo' }] },
    })
  })
})

test('every failure code can be shown, and no sentence has a gap', () => {
  for (const code of failureCodes) {
    const shown = presentFailure(buildFailure(code, { details: {} }))
    expect(FailureShape.parse(shown)).toEqual(shown)
    expect(`${shown.title} ${shown.sentence} ${shown.nextStep}`).not.toMatch(/undefined|null|\s\s|\(\)/)
  }
})
