import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterAll, expect, test } from 'vitest'
import { testDatabase } from './database.ts'

const folder = mkdtempSync(join(tmpdir(), 'muster-roles-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** Starts a role as the operator does and answers with the project's files that it has loaded when it is ready. */
async function filesLoadedBy(role: string, databaseUrl: string): Promise<string[]> {
  const listing = join(folder, `${role}.txt`)
  const hook = join(folder, 'list-modules.mjs')
  writeFileSync(
    hook,
    `import { registerHooks } from 'node:module'
     import { appendFileSync } from 'node:fs'
     registerHooks({ load(url, context, next) { appendFileSync(process.env.LISTING, url + '\\n'); return next(url, context) } })`,
  )
  writeFileSync(listing, '')
  const root = join(import.meta.dirname, '..')
  const keyFile = join(folder, 'no-such-key')
  const child = spawn(join(root, 'bin/muster'), ['serve', '--role', role, '--port', '0'], {
    cwd: folder,
    env: {
      ...process.env,
      NODE_OPTIONS: `--import ${hook}`,
      LISTING: listing,
      DATABASE_URL: databaseUrl,
      ...(role === 'worker' && { MUSTER_KEY_FILE: keyFile }),
    },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  const exited = once(child, 'exit')
  for await (const line of createInterface(child.stderr)) if (/ready|key file/.test(line)) break
  child.kill('SIGTERM')
  await exited
  const here = `file://${root}/`
  return readFileSync(listing, 'utf8')
    .split('\n')
    .filter((url) => url.startsWith(here) && !url.includes('node_modules'))
    .map((url) => url.slice(here.length))
}

test('a web process loads nothing that calls a vendor or opens a secret, and needs no key file', async () => {
  const { url } = await testDatabase()
  const files = await filesLoadedBy('web', url)
  expect(files).toContain('server/staff/staff.routes.ts')
  expect(files).toContain('server/secrets/sealer.ts')
  expect(files.filter((file) => file.startsWith('vendors/'))).toEqual([])
  expect(files.filter((file) => /opener|key-file|execute-run/.test(file))).toEqual([])
})
