import { spawnSync } from 'node:child_process'
import { chmodSync, statSync } from 'node:fs'
import { OperatorError } from '../operator-error.ts'

/** Under whose name PostgreSQL runs, which refuses root. */
export type PostgresUser = {
  /** Command words that go before PostgreSQL's own. */
  prefix: string[]
  /** Ids for `spawn`, where another user takes over. */
  ids: { uid?: number; gid?: number }
  /** Who owns the files. */
  owner: number
  /** The authentication method in pg_hba.conf. The socket lies in a directory closed to everybody else. */
  entry: 'trust' | 'peer map=root'
}

const NOBODY = 65_534
const unshare = ['unshare', '--user', `--map-user=${NOBODY}`, `--map-group=${NOBODY}`]

/**
 * An ordinary user runs PostgreSQL directly. Root runs it in a user namespace in which root is called nobody
 * (files stay root's, closed directories stay closed); where namespaces are forbidden, as the user nobody,
 * who then owns the files and lets only root's processes in.
 */
export function postgresUser(): PostgresUser {
  const self = process.getuid?.() ?? -1
  if (self !== 0) return { prefix: [], ids: {}, owner: self, entry: 'trust' }
  const [command = '', ...options] = unshare
  if (spawnSync(command, [...options, 'true']).status === 0)
    return { prefix: unshare, ids: {}, owner: 0, entry: 'trust' }
  return { prefix: [], ids: { uid: NOBODY, gid: NOBODY }, owner: NOBODY, entry: 'peer map=root' }
}

/** Makes the directory's owner the one that PostgreSQL runs as, if we are root and it is not. */
export function handOver(directory: string, user: PostgresUser): void {
  if (process.getuid?.() !== 0 || statSync(directory).uid === user.owner) return
  spawnSync('chown', ['-R', `${user.owner}:${user.owner}`, directory])
}

/**
 * Where nobody runs PostgreSQL, it must be able to walk to the data and to the program.
 * @throws OperatorError naming the folder that it cannot enter
 */
export function openTheWay(dataDir: string, folders: string[], user: PostgresUser): void {
  if (user.ids.uid === undefined) return
  chmodSync(dataDir, 0o711)
  for (const folder of folders) {
    if (spawnSync('sh', ['-c', 'cd -- "$1"', 'sh', folder], user.ids).status === 0) continue
    throw new OperatorError(
      `PostgreSQL refuses to run as root, and the user it would run as instead (id ${NOBODY}) may not enter ${folder}: start Muster as an ordinary user, move it out of closed folders such as /root, or set DATABASE_URL.`,
    )
  }
}
