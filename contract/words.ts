/**
 * The glossary as types. Every word here means one thing everywhere: screens, API, CLI, code, documentation.
 *
 * staff member      a person on the organisation's roster
 * app               an integration installed once for the organisation
 * external account  what the vendor calls a user; identified by the vendor's immutable id
 * directory         the external accounts an app can see, kept as a snapshot
 * connection        one staff member × one app: status, origin, evidence, failure
 * run               one bulk action over a selection of staff
 * evidence          why an external account is thought to be a person's
 * proposal          a likely external account that is not certain enough to connect without a human
 * failure           a code with scope, fixer, retry rule and the vendor's own evidence (failures.ts)
 */

export const apps = ['github', 'gitlab', 'google-calendar', 'office365'] as const
export type App = (typeof apps)[number]

/** Names as they stand in menus and sentences: "Connect with GitHub". */
export const appNames: Record<App, string> = {
  github: 'GitHub',
  gitlab: 'GitLab',
  'google-calendar': 'Google Calendar',
  office365: 'Office365',
}

/** The vendor that an app's sentences speak of: "Google does not let this app …". */
export const vendorNames: Record<App, string> = {
  github: 'GitHub',
  gitlab: 'GitLab',
  'google-calendar': 'Google',
  office365: 'Microsoft',
}

export const connectionStatuses = [
  'not_connected',
  'waiting',
  'connected',
  'needs_mapping',
  'failed',
  'paused',
  'opted_out',
] as const
export type ConnectionStatus = (typeof connectionStatuses)[number]

/** What "Failed App Integration Status" finds. */
export const failedStatuses = ['needs_mapping', 'failed'] as const satisfies readonly ConnectionStatus[]

export const origins = ['admin', 'self', 'map-file'] as const
export type Origin = (typeof origins)[number]

/**
 * Kinds of evidence, strongest first (matching rules 1–7). `decided` is a human's word: map file, accepted
 * proposal, the person's own sign-in.
 */
export const evidenceKinds = [
  'decided',
  'saml-name-id',
  'scim-user-name',
  'verified-email',
  'directory-alias',
  'public-email',
  'name',
] as const
export type EvidenceKind = (typeof evidenceKinds)[number]

export const evidenceWords: Record<EvidenceKind, string> = {
  decided: 'decided by a person',
  'saml-name-id': 'same identity at your single sign-on',
  'scim-user-name': 'same identity in your user provisioning',
  'verified-email': 'email verified by the vendor in your domain',
  'directory-alias': 'same email alias in the directory',
  'public-email': 'same public email on the profile',
  name: 'same full name, and nobody else has it',
}

/** One piece of evidence: the kind and the value both sides share (an email, an identity, a name). */
export interface Evidence {
  kind: EvidenceKind
  value: string
}

export const accountKinds = ['human', 'bot', 'service', 'guest'] as const
export type AccountKind = (typeof accountKinds)[number]

/** `accept` takes each selected person's proposal, where there is exactly one. */
export const runActions = ['connect', 'disconnect', 'retry', 'accept'] as const
export type RunAction = (typeof runActions)[number]

/** `waiting`: held until a stated time, because the vendor limits us or another run of the app is under way. */
export const runStates = ['queued', 'running', 'waiting', 'finished', 'cancelled', 'stopped'] as const
export type RunState = (typeof runStates)[number]
export const openRunStates = ['queued', 'running', 'waiting'] as const satisfies readonly RunState[]

/** What became of one person in one run. `pending` is counted as waiting. */
export const itemOutcomes = [
  'pending',
  'connected',
  'unchanged',
  'needs_mapping',
  'failed',
  'skipped',
] as const
export type ItemOutcome = (typeof itemOutcomes)[number]

/**
 * Counts of a run. They always add up:
 * selected = connected + unchanged + needsMapping + failed + skipped + waiting.
 * In a disconnect run `connected` counts the people disconnected.
 */
export interface RunCounts {
  selected: number
  connected: number
  unchanged: number
  needsMapping: number
  failed: number
  skipped: number
  waiting: number
}

export const roles = ['administrator', 'manager', 'employee'] as const
export type Role = (typeof roles)[number]
