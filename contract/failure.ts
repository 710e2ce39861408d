import type { App } from './words.ts'

export const failureScopes = ['app', 'person', 'row', 'system'] as const
export type FailureScope = (typeof failureScopes)[number]

/** Who can mend it: the vendor's administrator, ours, the person, time, or the makers of Muster. */
export const fixers = ['vendor-admin', 'our-admin', 'person', 'wait', 'us'] as const
export type Fixer = (typeof fixers)[number]

export const retryRules = ['never', 'after-fix', 'auto'] as const
export type RetryRule = (typeof retryRules)[number]

export const failureSteps = ['probe', 'token', 'directory', 'match', 'verify', 'read', 'map'] as const
export type FailureStep = (typeof failureSteps)[number]

/** An external account that stands in a failure's evidence, as an administrator may see it. */
export interface Candidate {
  externalId: string
  login: string
  name?: string | null
  /** Account id and name of the staff member who already has it, for `match_taken`. */
  takenBy?: { accountId: string; displayName: string }
}

/** What the vendor itself said, redacted: never a token, a key, or a body we did not recognise. */
export interface FailureEvidence {
  httpStatus?: number
  vendorCode?: string
  vendorMessage?: string
  requestId?: string
  candidates?: Candidate[]
}

/**
 * Words that a sentence needs, beside the code: the missing permission, the host, the other person.
 * Stored with the failure; the sentence itself is made when it is shown, so that a better wording reaches
 * old failures too.
 */
export interface FailureDetails {
  app?: App
  /** Display name of the person concerned. */
  person?: string
  email?: string
  organization?: string
  /** The permission, exactly as the vendor's screen names it. */
  permission?: string
  host?: string
  /** The account or the other person concerned: a login, a name. */
  other?: string
  /** RFC 3339; when the vendor lets us go on, or when a credential ended. */
  until?: string
  /** A short fact that fits into the sentence; never the vendor's raw words. */
  fact?: string
}

/** A failure as it is stored and as it travels between modules. */
export interface Failure {
  code: FailureCode
  step: FailureStep
  /** RFC 3339 */
  at: string
  details: FailureDetails
  evidence: FailureEvidence
  /** The vendor's own page where it is mended. */
  link?: string
}

export const failureCodes = [
  // app: stops the run, stored once on the app
  'app_not_installed',
  'app_suspended',
  'app_credential_invalid',
  'app_credential_expired',
  'app_not_authorised',
  'app_permission_missing',
  'app_policy_blocked',
  'app_api_disabled',
  'app_host_unreachable',
  'app_directory_hidden',
  'app_quota_exhausted',
  'app_clock_skew',
  // match: the person needs mapping
  'match_none',
  'match_no_evidence',
  'match_ambiguous',
  'match_conflict',
  'match_weak',
  'match_taken',
  'match_not_human',
  'person_email_missing',
  'person_email_foreign',
  // account: matched, but not usable
  'account_not_found',
  'account_suspended',
  'account_service_off',
  'account_out_of_scope',
  'account_not_member',
  'account_mismatch',
  'account_changed',
  'person_opted_out',
  'person_inactive',
  // passing: waiting until a time
  'rate_limited',
  'vendor_busy',
  'vendor_timeout',
  'network_error',
  'token_cooldown',
  'unreachable_for_long',
  // reading after connect
  'cursor_expired',
  'partly_read',
  'data_unexpected',
  // run
  'run_cancelled',
  'run_stopped_app_fault',
  'already_connected',
  'connected_by_self',
  'item_lost',
  'unknown',
  // map file, whole file
  'file_too_large',
  'file_too_many_rows',
  'file_not_text',
  'file_header_missing',
  'file_wrong_app',
  // map file, row
  'row_unreadable',
  'row_person_unknown',
  'row_account_unknown',
  'row_account_inactive',
  'row_account_taken',
  'row_duplicate_person',
  'row_duplicate_account',
  'row_ids_disagree',
  'row_action_unknown',
  'row_person_opted_out',
  'row_stale',
] as const
export type FailureCode = (typeof failureCodes)[number]
