import { randomBytes } from 'node:crypto'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { startEmbedded } from '../server/db/embedded.ts'
import { isAlive } from '../server/db/embedded-owner.ts'
import { migrate } from '../server/db/migrate.ts'
import { openDatabase } from '../server/db/pool.ts'
import { ask, databaseUrl } from './postgres.ts'
import { scratchFolder } from './scratch.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** Where test databases are made; a problem is told by the tests that want a database, not by all. */
    postgres: { url: string; template: string } | { problem: string }
  }
}

const PREFIX = 'muster-test-'

/** One PostgreSQL with a migrated template database for all test files of a run. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const undo: (() => Promise<unknown>)[] = []
  const tearDown = async () => {
    for (const step of undo.reverse()) await step()
  }
  try {
    const url = process.env.MUSTER_TEST_DATABASE_URL ?? (await embedded(undo))
    const template = `muster_test_${randomBytes(4).toString('hex')}`
    await migratedDatabase(url, template, undo)
    project.provide('postgres', { url, template })
  } catch (error) {
    project.provide('postgres', {
      problem: error instanceof Error ? (error.stack ?? error.message) : String(error),
    })
  }
  return tearDown
}

async function embedded(undo: (() => Promise<unknown>)[]): Promise<string> {
  const parent = await scratchFolder()
  await sweep(parent)
  const dataDir = await mkdtemp(join(parent, `${PREFIX}${process.pid}-`))
  undo.push(() => rm(dataDir, { recursive: true, force: true }))
  const server = await startEmbedded({ dataDir })
  undo.push(server.stop)
  return server.url
}

/** Removes what runs left behind that were killed. */
async function sweep(parent: string): Promise<void> {
  for (const name of await readdir(parent)) {
    if (!name.startsWith(PREFIX) || isAlive(Number.parseInt(name.slice(PREFIX.length), 10))) continue
    // Another user's is theirs to remove.
    await rm(join(parent, name), { recursive: true, force: true }).catch(() => {})
  }
}

async function migratedDatabase(url: string, name: string, undo: (() => Promise<unknown>)[]): Promise<void> {
  await ask(url, `create database ${name} template template0 encoding 'UTF8'`)
  undo.push(() => ask(url, `drop database ${name} with (force)`))
  const database = openDatabase(databaseUrl(url, name))
  try {
    await migrate(database.kysely)
  } finally {
    await database.close()
  }
}
