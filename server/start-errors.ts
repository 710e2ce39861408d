import { OperatorError } from './operator-error.ts'

/**
 * What keeps a server from starting, as a sentence for the operator. What PostgreSQL itself said is not
 * repeated: it may hold names and values. An error that is none of these passes through.
 */
export function explainDatabaseError(error: unknown): unknown {
  const reason = databaseReasons[codeOf(error)]
  return reason ? new OperatorError(`The database of DATABASE_URL cannot be used: ${reason}.`) : error
}

export function explainListenError(error: unknown, host: string, port: number | undefined): unknown {
  const code = codeOf(error)
  if (code === 'EADDRINUSE')
    return new OperatorError(
      `Another program already listens on ${host} port ${port}: stop it, or give Muster another port (--port or MUSTER_PORT).`,
    )
  if (code === 'EACCES')
    return new OperatorError(
      `This user may not listen on port ${port}: choose one above 1023 (--port or MUSTER_PORT) and let a proxy serve the rest.`,
    )
  if (code === 'EADDRNOTAVAIL')
    return new OperatorError(
      `This machine has no address ${host}: set MUSTER_HOST to one of its own, 127.0.0.1 or 0.0.0.0.`,
    )
  return error
}

const databaseReasons: Record<string, string> = {
  ECONNREFUSED: 'nobody listens at that address; start PostgreSQL, or check host and port',
  ENOTFOUND: 'its host name is unknown; check the spelling',
  EAI_AGAIN: 'its host name cannot be looked up at the moment; check the name server',
  ETIMEDOUT: 'its host does not answer; check the address and the firewall',
  EHOSTUNREACH: 'its host cannot be reached; check the network',
  '28P01': 'user name or password are wrong',
  '28000': 'the server does not let this user in from here; check pg_hba.conf',
  '3D000': 'there is no database with that name; create it (createdb)',
  '42501':
    'its user may not create what Muster needs; make it the owner of the database, and let a superuser run `create extension pg_trgm; create extension unaccent`',
  '53300': 'it has no connection left; raise max_connections or stop something',
  '57P03': 'it is just starting or stopping; try again in a moment',
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : ''
}
