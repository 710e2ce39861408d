import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import type { TestProject } from 'vitest/node'
import { startEmbedded } from '../server/db/embedded.ts'
import { migrate } from '../server/db/migrate.ts'
import { openDatabase } from '../server/db/pool.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** Where test databases are made; a problem is told by the tests that want a database, not by all. */
    postgres: { url: string; template: string } | { problem: string }
  }
}

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
  const dataDir = await mkdtemp(join(tmpdir(), 'muster-test-'))
  undo.push(() => rm(dataDir, { recursive: true, force: true }))
  const server = await startEmbedded({ dataDir })
  undo.push(server.stop)
  return server.url
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

/** The same server, another database. */
export function databaseUrl(url: string, name: string): string {
  return url.replace(/\/[^/?]*(\?.*)?$/, `/${name}$1`)
}

/** One statement on a connection of its own. */
export async function ask(url: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    await client.query(statement)
  } finally {
    await client.end()
  }
}
