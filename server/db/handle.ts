import type { Kysely, Transaction } from 'kysely'
import type { Tables } from './tables.ts'

/** A database, or a transaction where the caller decides. */
export type Db = Kysely<Tables>
/** A transaction: what is written through it stands or falls together. */
export type Tx = Transaction<Tables>
