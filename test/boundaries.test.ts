import { execFile } from 'node:child_process'
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'

const root = join(import.meta.dirname, '..')
let copy: string

beforeAll(() => {
  copy = mkdtempSync(join(tmpdir(), 'muster-boundaries-'))
  copyFileSync(join(root, 'oxlint.config.ts'), join(copy, 'oxlint.config.ts'))
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'))
})
afterAll(() => rmSync(copy, { recursive: true, force: true }))

/** What the linter says of a file with this text at this place. */
function lint(path: string, text: string): Promise<string> {
  const file = join(copy, path)
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, text)
  const args = [join(root, 'node_modules/oxlint/bin/oxlint'), path]
  return new Promise((resolve) => {
    execFile(process.execPath, args, { cwd: copy }, (_error, stdout, stderr) => resolve(stdout + stderr))
  })
}

test.each([
  ['contract/a.ts', "export * from '../server/staff/x.ts'", 'stands on nothing of ours'],
  ['matching/a.ts', "export * from '../server/staff/x.ts'", 'may import contract/ and nothing else'],
  [
    'matching/b.ts',
    "export const answer = fetch('https://example.org')",
    'Only vendors/egress opens sockets',
  ],
  ['suggestions/a.ts', "export * from '../matching/x.ts'", 'may import contract/ and nothing else'],
  ['vendors/github/a.ts', "export * from '../../server/x.ts'", 'is told everything else'],
  ['vendors/github/b.ts', "export * from 'undici'", 'Only vendors/egress opens sockets'],
  [
    'vendors/github/c.ts',
    "export const answer = fetch('https://example.org')",
    'Only vendors/egress opens sockets',
  ],
  ['server/staff/a.ts', "export * from 'kysely'", 'SQL lives in *.store.ts'],
  ['server/staff/b.ts', "export * from '@hpke/core'", 'Only server/secrets handles ciphers'],
  ['server/staff/c.ts', "export * from 'node:https'", 'Only vendors/egress opens sockets'],
  ['server/staff/d.ts', "export * from '../../sandbox/start.ts'", 'never depends on what tries it out'],
  [
    'server/staff/a.store.ts',
    "export * from '../../vendors/registry.ts'",
    'The web role never talks to a vendor',
  ],
  [
    'server/staff/a.routes.ts',
    "export * from '../../vendors/registry.ts'",
    'The web role never talks to a vendor',
  ],
  ['server/staff/b.routes.ts', "export * from '../secrets/opener.ts'", 'only the worker holds the key'],
  ['web/pages/a.ts', "export * from '../../server/x.ts'", 'may import contract/ and nothing else'],
  ['cli/a.ts', "export * from '../server/x.ts'", 'may import contract/ and nothing else'],
])('%s may not say %s', async (path, text, reason) => {
  expect(await lint(path, text)).toContain(reason)
})

test.each([
  ['matching/ok.ts', "export * from '../contract/words.ts'"],
  ['vendors/egress.ts', "export * from 'undici'"],
  ['server/secrets/ok.ts', "export * from '@hpke/core'"],
  ['server/staff/ok.store.ts', "export * from 'kysely'"],
  ['cli/local/ok.ts', "export * from '../../server/main.ts'"],
])('%s may say %s', async (path, text) => {
  expect(await lint(path, text)).toMatch(/0 errors/)
})
