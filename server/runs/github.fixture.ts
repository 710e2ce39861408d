import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'kysely'
import { afterAll, afterEach } from 'vitest'
import { type Sandbox, type SandboxOptions, startSandbox } from '../../sandbox/start.ts'
import { buildApp } from '../../test/builders.ts'
import { type TestDatabase, testDatabase } from '../../test/database.ts'
import { vendors } from '../../vendors/registry.ts'
import type { VendorDeps } from '../apps/open-vendor.ts'
import { vendorDeps } from '../apps/vendor-context.ts'
import { readOrCreateKeyFile } from '../secrets/key-file.ts'
import { createOpener } from '../secrets/opener.ts'
import { sealer } from '../secrets/sealer.ts'

export interface GithubGround {
  database: TestDatabase
  sandbox: Sandbox
  /** What a worker has: it opens the sealed key and calls the sandbox. */
  deps: VendorDeps
  /** An empty installation again, with GitHub installed and everybody on the roster, nobody connected. */
  reset(): Promise<void>
}

/** A sandbox GitHub with its organisation's roster, installed as a worker finds it, for one test file. */
export async function githubGround(options: SandboxOptions): Promise<GithubGround> {
  const sandbox = await startSandbox(options)
  const database = await testDatabase()
  const { kysely: db } = database
  const folder = await mkdtemp(join(tmpdir(), 'muster-runs-'))
  const keyFile = join(folder, 'key.json')
  await readOrCreateKeyFile(keyFile)
  const deps = vendorDeps({
    db,
    vendors,
    opener: await createOpener(db, keyFile),
    outbound: { allowedPrivateHosts: { hosts: [new URL(sandbox.url).host], ranges: [] } },
  })
  afterEach(() => sandbox.github.clearFaults())
  afterAll(async () => {
    await sandbox.close()
    await rm(folder, { recursive: true })
  })

  async function reset() {
    await sql`truncate run, run_item, connection, proposal, proposal_rejection, staff_member, external_account,
      external_account_key, directory_walk, installed_app, sealed_secret, vendor_pause cascade`.execute(db)
    const { apiUrl, appId, organization, installationId, privateKeyPem } = sandbox.github
    await buildApp(db, { settings: { apiUrl, appId, organization, installationId } })
    await sealer.seal(db, { owner: 'app:github', name: 'privateKey', plaintext: privateKeyPem })
    const people = sandbox.organisation.people.map(
      ({ accountId, displayName, email, aliases, groups, teams, active }) => ({
        account_id: accountId,
        display_name: displayName,
        email,
        aliases,
        groups,
        teams,
        active,
      }),
    )
    await sql`
      insert into staff_member (account_id, display_name, email, aliases, groups, teams, active)
      select account_id, display_name, email, aliases, groups, teams, active
      from jsonb_populate_recordset(null::staff_member, ${JSON.stringify(people)}::jsonb)`.execute(db)
    sandbox.github.resetCalls()
  }
  return { database, sandbox, deps, reset }
}
