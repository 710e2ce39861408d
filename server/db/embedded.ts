import { type ChildProcess, spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import pg from 'pg'
import { OperatorError } from '../operator-error.ts'
import { forgetOwner, isAlive, type Owner, readOwner, signal, textOf, writeOwner } from './embedded-owner.ts'
import { findPostgresPackage, linkLibraries } from './embedded-package.ts'
import { handOver, openTheWay, type PostgresUser, postgresUser } from './embedded-user.ts'

/** A PostgreSQL on a unix socket that only this user can reach. */
export type EmbeddedPostgres = {
  /** A connection string as `DATABASE_URL` would have it. */
  url: string
  /** Resolves only if the server ends though nobody stopped it: killed, or out of memory. */
  lost: Promise<void>
  /** Stops the server if this process started it; a joined one belongs to another process and stays. */
  stop(): Promise<void>
}

const settings = {
  listen_addresses: '',
  unix_socket_permissions: '0700',
  max_connections: '200',
  shared_buffers: '128MB',
  work_mem: '16MB',
  maintenance_work_mem: '128MB',
  max_wal_size: '2GB',
  random_page_cost: '1.1',
  jit: 'off',
  timezone: 'UTC',
  log_timezone: 'UTC',
  recovery_init_sync_method: 'syncfs',
  // Errors and their details repeat people's data: only start, stop and crashes are written to the log.
  log_min_messages: 'log',
  log_min_error_statement: 'panic',
  log_error_verbosity: 'terse',
  log_checkpoints: 'off',
}

const script = readFileSync(new URL('./embedded.sh', import.meta.url), 'utf8')
const LOCKED = 75
const PATIENCE_MS = 20_000
const POLL_MS = 10
/** `sun_path` holds 108 bytes with its final NUL. */
const SOCKET_PATH_MAX = 107
const SOCKET_NAME = '.s.PGSQL.5432'

/**
 * Starts PostgreSQL on `dataDir`, creating the database there the first time (0.8 s, afterwards 0.1 s). It ends
 * with this process, however that ends; what an earlier killed one left behind is taken over.
 * Call it on the main thread: the kernel ties PostgreSQL's life to the thread that started it.
 * @throws OperatorError when another process runs it already (naming that process), or it cannot start
 */
export async function startEmbedded(options: { dataDir: string }): Promise<EmbeddedPostgres> {
  const dataDir = resolve(options.dataDir)
  return startOrElse(dataDir, (owner) => {
    throw new OperatorError(
      `Another Muster (process ${owner.pid}) already uses ${dataDir}: stop that one first, give this one its own MUSTER_DATA_DIR, or let both share one DATABASE_URL.`,
    )
  })
}

/** Like {@link startEmbedded}, but connects to the running PostgreSQL where another process has one on `dataDir`. */
export async function joinOrStartEmbedded(options: { dataDir: string }): Promise<EmbeddedPostgres> {
  return startOrElse(resolve(options.dataDir), (owner) => ({
    url: socketUrl(owner.socketDir),
    lost: new Promise(() => {}),
    stop: async () => {},
  }))
}

async function startOrElse(
  dataDir: string,
  whenOwned: (owner: Owner) => EmbeddedPostgres,
): Promise<EmbeddedPostgres> {
  const place = join(dataDir, 'postgres')
  const user = postgresUser()
  const found = findPostgresPackage()
  await makeFolder(place)
  const libraries = await linkLibraries(found, join(place, 'lib'))
  handOver(place, user)
  openTheWay(dataDir, [place, found.bin], user)

  const giveUpAt = Date.now() + PATIENCE_MS
  for (;;) {
    const started = await launch(place, found.bin, libraries, user)
    if (started) return started
    const owner = readOwner(place)
    if (owner && isAlive(owner.pid)) return whenOwned(owner)
    // Its Muster is dead and it is shutting down, or a Muster is starting it at this moment.
    if (Date.now() > giveUpAt)
      throw new OperatorError(
        `A PostgreSQL without a Muster${owner ? ` (process ${owner.postgres})` : ''} still holds ${place} after ${PATIENCE_MS / 1000} s: stop it (kill -INT), or look for a Muster in another container that uses this directory.`,
      )
    if (owner) signal(owner.postgres, 'SIGINT')
    await wait(100)
  }
}

/** The folder and the data folder around it are closed to others; what is above them is as usual. */
async function makeFolder(place: string): Promise<void> {
  const dataDir = dirname(place)
  try {
    await mkdir(dirname(dataDir), { recursive: true })
    await mkdir(place, { recursive: true, mode: 0o700 })
  } catch (error) {
    throw new OperatorError(
      `The folder ${dataDir} cannot be made (${(error as NodeJS.ErrnoException).code}): name one that Muster may write to with MUSTER_DATA_DIR, or set DATABASE_URL.`,
    )
  }
}

/** Runs the script; answers `undefined` when somebody else holds the lock. */
async function launch(
  place: string,
  bin: string,
  libraries: string,
  user: PostgresUser,
): Promise<EmbeddedPostgres | undefined> {
  const socketDir = await chooseSocketDir(place, user)
  const discardSocketDir = async () => {
    if (socketDir !== place) await rm(socketDir, { recursive: true, force: true })
  }
  const options = Object.entries({ ...settings, unix_socket_directories: socketDir })
  const [command = '', ...words] = [
    ...user.prefix,
    // Fast shutdown as soon as our process is gone, even by kill -9.
    ...['setpriv', '--pdeathsig', 'INT', 'sh', '-c', script, 'embedded.sh', bin, user.entry],
    ...options.flatMap(([name, value]) => ['-c', `${name}=${value}`]),
  ]
  const child = spawn(command, words, {
    cwd: place,
    // A session of its own: Ctrl-C in the terminal is for Muster, which then stops PostgreSQL last.
    detached: true,
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { PATH: process.env.PATH, LD_LIBRARY_PATH: libraries, TZ: 'UTC' },
    ...user.ids,
  })
  const exit = exitOf(child)
  const ended = await untilReady(place, child, exit)
  if (ended) {
    await discardSocketDir()
    if (ended.code === LOCKED) return undefined
    throw new OperatorError(
      `The embedded PostgreSQL in ${place} did not start (${ended.said || lastLines(join(place, 'postgres.log'))}): mend that, or set DATABASE_URL to a PostgreSQL of your own.`,
    )
  }
  child.unref()
  const url = socketUrl(socketDir)
  const stopped = new AbortController()
  const stop = async () => {
    stopped.abort()
    child.ref()
    await forgetOwner(place)
    child.kill('SIGINT')
    const impatience = setTimeout(() => child.kill('SIGQUIT'), PATIENCE_MS)
    await exit
    clearTimeout(impatience)
    await discardSocketDir()
  }
  try {
    await createDatabase(socketDir)
    await writeOwner(place, { pid: process.pid, postgres: child.pid ?? 0, socketDir })
  } catch (error) {
    await stop()
    throw error
  }
  return {
    url,
    stop,
    lost: exit.then(() => (stopped.signal.aborted ? new Promise<void>(() => {}) : undefined)),
  }
}

async function chooseSocketDir(place: string, user: PostgresUser): Promise<string> {
  if (Buffer.byteLength(join(place, SOCKET_NAME)) <= SOCKET_PATH_MAX) return place
  const short = await mkdtemp(join(tmpdir(), 'muster-'))
  handOver(short, user)
  return short
}

function socketUrl(socketDir: string, database = 'muster'): string {
  return `postgresql://muster@${encodeURIComponent(socketDir)}/${database}`
}

type Exit = { code: number | null; said: string }

function exitOf(child: ChildProcess): Promise<Exit> {
  const said: string[] = []
  child.stderr?.setEncoding('utf8').on('data', (text: string) => said.push(text))
  return new Promise((done) => {
    child.once('error', (error) => done({ code: null, said: error.message }))
    child.once('close', (code) => done({ code, said: said.join('').trim() }))
  })
}

/**
 * PostgreSQL writes its state into postmaster.pid: line 1 its process, line 8 `ready`.
 * Answers with the exit if it ended before it was ready.
 */
async function untilReady(
  place: string,
  child: ChildProcess,
  exit: Promise<Exit>,
): Promise<Exit | undefined> {
  let ended: Exit | undefined
  exit.then((how) => {
    ended = how
  })
  while (!ended) {
    const lines = textOf(join(place, 'data', 'postmaster.pid')).split('\n')
    if (lines[0] === String(child.pid) && lines[7]?.trim() === 'ready') return undefined
    await Promise.race([exit, wait(POLL_MS)])
  }
  return ended
}

async function createDatabase(socketDir: string): Promise<void> {
  const client = new pg.Client({ connectionString: socketUrl(socketDir, 'postgres') })
  await client.connect()
  try {
    const { rowCount } = await client.query("select from pg_database where datname = 'muster'")
    if (!rowCount) await client.query('create database muster')
  } finally {
    await client.end()
  }
}

function lastLines(path: string): string {
  return textOf(path).trim().split('\n').slice(-3).join(' / ') || 'it said nothing'
}
