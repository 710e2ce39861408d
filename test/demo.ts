import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'

const muster = join(import.meta.dirname, '../bin/muster')

/** What `muster demo --json` prints when it is ready. */
export interface DemoReady {
  url: string
  signInLink: string
  token: string
  sandboxUrl: string
  dataDir: string
}

export interface Demo extends DemoReady {
  /** Sends the signal and waits until the process has ended; answers with its exit code. */
  stop(signal?: NodeJS.Signals): Promise<number | null>
}

export interface Answer {
  code: number | null
  stdout: string
  stderr: string
}

/** Starts the demo as a newcomer does, in an empty folder and on a free port. */
export async function startDemo(...flags: string[]): Promise<Demo> {
  const folder = await mkdtemp(join(tmpdir(), 'muster-demo-'))
  const child = spawn(muster, ['demo', '--json', '--port', '0', ...flags], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const exited = once(child, 'exit')
  const [line] = (await Promise.race([
    once(createInterface(child.stdout), 'line'),
    exited.then(([code]) => Promise.reject(new Error(`muster demo ended with exit code ${code}`))),
  ])) as [string]
  return {
    ...(JSON.parse(line) as DemoReady),
    async stop(signal = 'SIGTERM') {
      child.kill(signal)
      const [code] = (await exited) as [number | null]
      await rm(folder, { recursive: true, force: true })
      return code
    },
  }
}

/** Runs the command line against a demo, in its folder. */
export async function run(demo: DemoReady, ...args: string[]): Promise<Answer> {
  const env = { ...process.env, MUSTER_URL: demo.url, MUSTER_TOKEN: demo.token }
  const cwd = dirname(demo.dataDir)
  const child = spawn(muster, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] })
  const [stdout, stderr, [code]] = await Promise.all([
    child.stdout.toArray(),
    child.stderr.toArray(),
    once(child, 'exit') as Promise<[number | null]>,
  ])
  return { code, stdout: Buffer.concat(stdout).toString(), stderr: Buffer.concat(stderr).toString() }
}
