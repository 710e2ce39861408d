import type { FailureCode, FailureDetails } from '../../contract/failure.ts'
import type { MapOutcome } from '../../contract/routes/map-files.ts'
import type { App, ConnectionStatus, Origin } from '../../contract/words.ts'
import type { MapRow } from './csv.ts'

/** Somebody on the roster and their connection with the app, as far as a map file is concerned. */
export interface Person {
  accountId: string
  displayName: string
  active: boolean
  status: ConnectionStatus
  origin: Origin | null
  externalId: string | null
  /** As the directory has it now, otherwise as it was when they were connected. */
  login: string | null
  failureCode: string | null
  /** External ids, likeliest first. */
  proposals: readonly string[]
}

/** An account of the directory. */
export interface Account {
  externalId: string
  login: string
  /** Why nobody can be connected with it, as the end of "The account x …"; null when they can. */
  unusable: string | null
  holder: { accountId: string; displayName: string } | null
}

/** What the rows speak of, as it is now. */
export interface World {
  app: App
  organization: string | undefined
  people: ReadonlyMap<string, Person>
  /** By external id. */
  accounts: ReadonlyMap<string, Account>
  /** By login in lower case; several while accounts change their names. */
  logins: ReadonlyMap<string, readonly Account[]>
}

export interface Refusal {
  code: FailureCode
  details: FailureDetails
}

/** What becomes of a row, with what that was decided on. */
export interface Decision {
  row: MapRow
  outcome: MapOutcome
  /** Null where nobody was looked for, or nobody was found. */
  person: Person | null
  /** The account that they get, or are to keep. */
  target: Account | null
  /** Of a refused row, and of no other. */
  refusal: Refusal | null
  /** An earlier row that says the same about the same person. */
  sameAs: Decision | null
}
