import { readFile } from 'node:fs/promises'
import { CommandError } from './session.ts'

const reasons: Record<string, string> = {
  ENOENT: 'there is no such file',
  EISDIR: 'it is a folder',
  EACCES: 'you may not read it',
}

/** The bytes of a file that was named on the command line. */
export async function readNamedFile(path: string): Promise<Buffer> {
  return readFile(path).catch((error: NodeJS.ErrnoException) => {
    throw new CommandError(`${path} cannot be read: ${reasons[error.code ?? ''] ?? error.code}.`)
  })
}
