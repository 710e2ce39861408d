import type { Failure, FailureStep } from '../contract/failure.ts'
import type { AccountKind, App, EvidenceKind } from '../contract/words.ts'
import type { Egress, Outbound } from './egress.ts'

/** A value that must not be printed. Made by server/secrets; `reveal()` is called at the last moment. */
export interface Secret {
  reveal(): string
}

/** Short-lived vendor tokens, kept sealed in the database so that a restarted worker need not ask again. */
export interface TokenCache {
  get(key: string): Promise<string | undefined>
  /** `expiresAt`: after it, `get` answers undefined. */
  set(key: string, value: string, expiresAt: Date): Promise<void>
  delete(key: string): Promise<void>
}

/** What an app's code is given to do its work with. It opens no socket and reads no table of its own. */
export interface VendorContext<Settings = Record<string, unknown>> {
  /** The non-secret settings of the installed app, as its schema in contract/apps/ gives them. */
  settings: Settings
  /** Opens a secret setting of the app, e.g. `privateKey`. Only the worker can. */
  secret(name: string): Promise<Secret>
  egress: Egress
  tokens: TokenCache
  now(): Date
}

/** One permission (or precondition) that was tried for itself. */
export interface ProbeLine {
  /** Exactly as the vendor's screen names it: "Members: read". */
  permission: string
  ok: boolean
  /** Why it is not ok. */
  failure?: Failure
  /** What was seen, in a few words: "500 members". */
  note?: string
  /** A line that is not ok, but without which the app still works (SAML identities, for example). */
  optional?: boolean
}

export interface ProbeReport {
  lines: ProbeLine[]
  /** When the stored credential ends, where the vendor tells. */
  credentialExpiresAt?: Date
}

/** A user of the vendor, as the directory shows them. */
export interface DirectoryAccount {
  /** The vendor's immutable id, as text. */
  externalId: string
  /** Mutable; for people to read. */
  login: string
  name: string | null
  kind: AccountKind
  suspended: boolean
}

/** A value by which an account can be found: an identity or an address, with what it proves. */
export interface DirectoryKey {
  externalId: string
  kind: Exclude<EvidenceKind, 'decided' | 'name'>
  /** As the vendor gave it; matching normalises. */
  value: string
}

export interface DirectoryPage {
  accounts: DirectoryAccount[]
  keys: DirectoryKey[]
  /** Where the walk goes on; null only when the vendor's end marker was seen. */
  next: string | null
  /** How many accounts the vendor says there are, where it says so. */
  total?: number
}

/**
 * What an app implements. Faults of the vendor leave these methods as a thrown `VendorFailure`, never as a
 * raw error; everything above sees codes.
 */
export interface Vendor<Settings = Record<string, unknown>> {
  app: App
  /** What the egress for an app with these settings is held to. */
  outbound(settings: Settings): Outbound
  /**
   * Tries the credential and each permission separately. Never throws for a fault of the app: reports it.
   * What passes by itself (a limit, a timeout) says nothing about the app and is thrown.
   */
  probe(context: VendorContext<Settings>): Promise<ProbeReport>
  /** Reads one page of the directory at the vendor's largest page size. `cursor` null = from the start. */
  readDirectory(context: VendorContext<Settings>, cursor: string | null): Promise<DirectoryPage>
}

/** A vendor's fault, already translated to a code. */
export class VendorFailure extends Error {
  override name = 'VendorFailure'
  readonly failure: Failure
  /** For passing failures: not to be tried again before. Undefined when the vendor leaves it to us. */
  readonly retryAt: Date | undefined

  constructor(failure: Failure, retryAt?: Date) {
    super(failure.code)
    this.failure = failure
    this.retryAt = retryAt
  }
}

export type { Failure, FailureStep }
