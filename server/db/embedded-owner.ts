import { readFileSync } from 'node:fs'
import { rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'

const ownerShape = z.object({
  /** The Muster that started it. */
  pid: z.number(),
  postgres: z.number(),
  socketDir: z.string(),
})

/** Who runs the embedded PostgreSQL and where it listens; only to be believed while the lock is held. */
export type Owner = z.infer<typeof ownerShape>

const pathOf = (place: string) => join(place, 'owner.json')

export async function writeOwner(place: string, owner: Owner): Promise<void> {
  const draft = `${pathOf(place)}.${owner.pid}`
  await writeFile(draft, JSON.stringify(owner), { mode: 0o600 })
  await rename(draft, pathOf(place))
}

/** `undefined` while it is being started or stopped. */
export function readOwner(place: string): Owner | undefined {
  const text = textOf(pathOf(place))
  return text ? ownerShape.parse(JSON.parse(text)) : undefined
}

export async function forgetOwner(place: string): Promise<void> {
  await rm(pathOf(place), { force: true })
}

/** Whether a process runs; one that was killed and only waits to be fetched by its parent does not. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
  return !/\) Z /.test(textOf(`/proc/${pid}/stat`))
}

/** Sends a signal to a process that may be gone by now. */
export function signal(pid: number, name: NodeJS.Signals): void {
  if (isAlive(pid)) process.kill(pid, name)
}

/** The file's text, empty when it is not there. */
export function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return ''
    throw error
  }
}
