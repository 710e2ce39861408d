import type { Failure, FailureCode, FailureDetails, FailureScope, Fixer, RetryRule } from './failure.ts'
import { appNames, vendorNames } from './words.ts'

/** What a code means. One row writes the screen, the map file, the CLI, the API and docs/failures.md. */
interface FailureMeaning {
  scope: FailureScope
  fixer: Fixer
  retry: RetryRule
  /** Short name for filters and tables. */
  title: string
  /** What happened and why we think so. */
  sentence(words: SentenceWords): string
  /** Who does what next. */
  nextStep(words: SentenceWords): string
}

/**
 * The words of a sentence. Where something is not known there is a general word, or nothing: then the sentence
 * leaves its place out. So no sentence ever shows "undefined".
 */
export interface SentenceWords {
  app: string
  /** "GitHub account" */
  account: string
  /** Where the app is mended: "Settings › Apps › GitHub" */
  page: string
  vendor: string
  /** "your GitHub administrator" */
  vendorAdmin: string
  person: string
  email: string
  organization: string
  host: string
  /** May be empty, like all that follow. */
  permission: string
  other: string
  until: string
  fact: string
}

function sentenceWords(details: FailureDetails): SentenceWords {
  const { app } = details
  return {
    app: app ? appNames[app] : 'the app',
    account: app ? `${appNames[app]} account` : 'account',
    page: app ? `Settings › Apps › ${appNames[app]}` : 'Settings › Apps',
    vendor: app ? vendorNames[app] : 'the vendor',
    vendorAdmin: app ? `your ${vendorNames[app]} administrator` : 'your administrator at the vendor',
    person: details.person ?? 'this person',
    email: details.email ?? 'on the roster',
    organization: details.organization ?? 'your organisation',
    host: details.host ?? 'the vendor’s server',
    permission: details.permission ?? '',
    other: details.other ?? '',
    until: readableTime(details.until ?? ''),
    fact: details.fact ?? '',
  }
}

/** `2026-11-23T15:04:05.000Z` → `2026-11-23 15:04:05 UTC` */
function readableTime(time: string): string {
  return time.replace(/^([\d-]{10})T([\d:]{8})(\.\d+)?Z$/, '$1 $2 UTC')
}

/** A failure in words. */
export interface FailureWords {
  code: FailureCode
  title: string
  sentence: string
  nextStep: string
}

export function describeFailure(failure: Pick<Failure, 'code' | 'details'>): FailureWords {
  const meaning = failureTable[failure.code]
  const words = sentenceWords(failure.details)
  return {
    code: failure.code,
    title: meaning.title,
    sentence: startCapital(meaning.sentence(words)),
    nextStep: startCapital(meaning.nextStep(words)),
  }
}

/** A general word may stand at the start; a person's name or a column is left as it is written. */
export function startCapital(text: string): string {
  return text.replace(/^(the|this|your) /, (word) => word.charAt(0).toUpperCase() + word.slice(1))
}

const appFault = { scope: 'app', retry: 'after-fix' } as const
const needsMapping = { scope: 'person', retry: 'after-fix' } as const
const passing = { scope: 'app', fixer: 'wait', retry: 'auto' } as const
const wholeFile = { scope: 'row', fixer: 'our-admin', retry: 'after-fix' } as const
const row = wholeFile

const chooseByHand = (w: SentenceWords) => `Open ${w.person} in Manage Staff and choose the ${w.account}.`
const inBrackets = (word: string) => word && ` (${word})`
const afterColon = (word: string) => word && `: ${word}`
const tryAgain = (w: SentenceWords) =>
  `Nothing to do: Muster tries again ${w.until ? `at ${w.until}` : 'by itself'}.`

export const failureTable: Record<FailureCode, FailureMeaning> = {
  app_not_installed: {
    ...appFault,
    fixer: 'vendor-admin',
    title: 'App not installed',
    sentence: (w) => `${w.vendor} says that this app is not installed for ${w.organization}.`,
    nextStep: (w) =>
      `An owner of ${w.organization} installs it on ${w.vendor}; then press Check. Who is connected stays so.`,
  },
  app_suspended: {
    ...appFault,
    fixer: 'vendor-admin',
    title: 'App suspended',
    sentence: (w) => `${w.vendor} says that somebody suspended this app for ${w.organization}.`,
    nextStep: (w) =>
      `An owner of ${w.organization} un-suspends it in the settings on ${w.vendor}; then press Check. Nobody was disconnected.`,
  },
  app_credential_invalid: {
    ...appFault,
    fixer: 'our-admin',
    title: 'Credential not accepted',
    sentence: (w) => `${w.vendor} does not accept the credential of this app${afterColon(w.fact)}.`,
    nextStep: (w) => `Enter the right one under ${w.page}.`,
  },
  app_credential_expired: {
    ...appFault,
    fixer: 'our-admin',
    title: 'Credential expired',
    sentence: (w) => `The credential stored for ${w.app} has expired${inBrackets(w.until)}.`,
    nextStep: (w) => `Make a new one at ${w.vendor} and enter it under ${w.page}.`,
  },
  app_not_authorised: {
    ...appFault,
    fixer: 'vendor-admin',
    title: 'App not authorised',
    sentence: (w) => `${w.vendor} does not let this app act for ${w.organization} yet.`,
    nextStep: (w) => `${w.vendorAdmin} authorises the app${inBrackets(w.fact)}; then press Check.`,
  },
  app_permission_missing: {
    ...appFault,
    fixer: 'vendor-admin',
    title: 'Permission missing',
    sentence: (w) =>
      `${w.vendor} does not give this app ${w.permission ? `the permission “${w.permission}”` : 'a permission that it needs'}.`,
    nextStep: (w) =>
      `Add ${w.permission ? `“${w.permission}”` : 'it'} to the app on ${w.vendor} and have an owner of ${w.organization} accept it; then press Check.`,
  },
  app_policy_blocked: {
    ...appFault,
    fixer: 'vendor-admin',
    title: 'Blocked by a policy',
    sentence: (w) => `A policy of ${w.organization} on ${w.vendor} blocks this app${afterColon(w.fact)}.`,
    nextStep: (w) =>
      `An owner of ${w.organization} allows the app, or this server’s address, in that policy; then press Check.`,
  },
  app_api_disabled: {
    ...appFault,
    fixer: 'vendor-admin',
    title: 'API switched off',
    sentence: (w) => `An interface that this app needs is switched off at ${w.vendor}${afterColon(w.fact)}.`,
    nextStep: (w) => `${w.vendorAdmin} switches it on; then press Check.`,
  },
  app_host_unreachable: {
    ...appFault,
    fixer: 'our-admin',
    title: 'Server not reachable',
    sentence: (w) => `Muster cannot reach ${w.host}${afterColon(w.fact)}.`,
    nextStep: () =>
      'Check the address (https, and spelled right), DNS and the firewall of this server. If it is in a private network, the operator lists it in MUSTER_ALLOWED_PRIVATE_HOSTS. Then press Check.',
  },
  app_directory_hidden: {
    ...appFault,
    fixer: 'vendor-admin',
    title: 'Directory hidden',
    sentence: (w) =>
      `The credential works, but ${w.vendor} does not show this app the members of ${w.organization}.`,
    nextStep: (w) =>
      `Give the app read access to the members of ${w.organization} on ${w.vendor}; then press Check.`,
  },
  app_quota_exhausted: {
    ...appFault,
    fixer: 'wait',
    title: 'Quota used up',
    sentence: (w) => `The quota of this app at ${w.vendor} is used up${w.until && ` until ${w.until}`}.`,
    nextStep: () => 'Nothing to do but wait; then press Check.',
  },
  app_clock_skew: {
    ...appFault,
    fixer: 'our-admin',
    title: 'Clock is wrong',
    sentence: (w) =>
      `${w.vendor} refuses our signature because the clock of this server is wrong${inBrackets(w.fact)}.`,
    nextStep: () =>
      'The operator sets the clock of the server right (for example by switching on NTP); then press Check.',
  },

  match_none: {
    ...needsMapping,
    fixer: 'our-admin',
    title: 'No account found',
    sentence: (w) =>
      `Nobody in ${w.organization} on ${w.vendor} has the email, identity or name of ${w.person}${inBrackets(w.fact)}.`,
    nextStep: chooseByHand,
  },
  match_no_evidence: {
    ...needsMapping,
    fixer: 'vendor-admin',
    title: 'Nothing to compare',
    sentence: (w) =>
      `${w.vendor} shows no work email or identity for anyone who looks like ${w.person}${inBrackets(w.fact)}, so we cannot be sure which account is theirs.`,
    nextStep: (w) =>
      `${chooseByHand(w)} Single sign-on or a verified domain on ${w.vendor} would settle it for everyone.`,
  },
  match_ambiguous: {
    ...needsMapping,
    fixer: 'our-admin',
    title: 'Several accounts fit',
    sentence: (w) =>
      `More than one account on ${w.vendor}, or more than one person here, fits ${w.person}${inBrackets(w.fact)}; we never choose between them.`,
    nextStep: chooseByHand,
  },
  match_conflict: {
    ...needsMapping,
    fixer: 'our-admin',
    title: 'Evidence disagrees',
    sentence: (w) =>
      `Two kinds of evidence name different accounts on ${w.vendor} for ${w.person}${inBrackets(w.fact)}.`,
    nextStep: chooseByHand,
  },
  match_weak: {
    ...needsMapping,
    fixer: 'our-admin',
    title: 'Only a likeness',
    sentence: (w) =>
      `${w.vendor} shows nothing but the name to link ${w.person} with ${w.other ? `the account ${w.other}` : 'an account'}${w.fact && `, and ${w.fact}`}. A name alone proves nothing.`,
    nextStep: () => 'Accept the proposal if it is the right account, or choose another.',
  },
  match_taken: {
    ...needsMapping,
    fixer: 'our-admin',
    title: 'Account already taken',
    sentence: (w) =>
      `The ${w.account} that fits ${w.person} is already connected to ${w.other || 'somebody else'}.`,
    nextStep: (w) =>
      `Find out whose account it is. If it belongs to ${w.person}, disconnect ${w.other || 'the other person'} first.`,
  },
  match_not_human: {
    ...needsMapping,
    fixer: 'our-admin',
    title: 'Not a person’s account',
    sentence: (w) =>
      `The only ${w.account} that fits ${w.person}${inBrackets(w.other)} is a bot or a shared account.`,
    nextStep: chooseByHand,
  },
  person_email_missing: {
    ...needsMapping,
    fixer: 'our-admin',
    title: 'No email on the roster',
    sentence: (w) =>
      `The roster has no email for ${w.person} that can be compared${inBrackets(w.fact)}, and nobody on ${w.vendor} has the same name.`,
    nextStep: (w) =>
      `Import the roster with the email, or open ${w.person} in Manage Staff and choose the ${w.account}.`,
  },
  person_email_foreign: {
    ...needsMapping,
    fixer: 'our-admin',
    title: 'Email outside the organisation',
    sentence: (w) =>
      `The email ${w.email} is not in a domain of ${w.organization}, so ${w.vendor} cannot vouch for it, and nobody there shows it or the name of ${w.person}.`,
    nextStep: chooseByHand,
  },

  account_not_found: {
    scope: 'person',
    fixer: 'our-admin',
    retry: 'after-fix',
    title: 'Account is gone',
    sentence: (w) => `The ${w.account} of ${w.person}${inBrackets(w.other)} does not exist any more.`,
    nextStep: chooseByHand,
  },
  account_suspended: {
    scope: 'person',
    fixer: 'vendor-admin',
    retry: 'after-fix',
    title: 'Account suspended',
    sentence: (w) => `The ${w.account} of ${w.person}${inBrackets(w.other)} is suspended at ${w.vendor}.`,
    nextStep: (w) => `${w.vendorAdmin} activates it, or you leave ${w.person} out.`,
  },
  account_service_off: {
    scope: 'person',
    fixer: 'vendor-admin',
    retry: 'after-fix',
    title: 'Service switched off',
    sentence: (w) =>
      `${w.vendor} says that the service is switched off for ${w.person}${afterColon(w.fact)}.`,
    nextStep: (w) =>
      `Ask ${w.vendorAdmin} for a licence or to switch the service on, or leave ${w.person} out.`,
  },
  account_out_of_scope: {
    scope: 'person',
    fixer: 'vendor-admin',
    retry: 'after-fix',
    title: 'Left out by a policy',
    sentence: (w) => `A policy at ${w.vendor} keeps this app from reading ${w.person}.`,
    nextStep: (w) => `${w.vendorAdmin} adds ${w.person} to the app’s scope; it can take an hour.`,
  },
  account_not_member: {
    scope: 'person',
    fixer: 'vendor-admin',
    retry: 'after-fix',
    title: 'Not a member',
    sentence: (w) =>
      `The ${w.account} of ${w.person}${inBrackets(w.other)} is not a member of ${w.organization}.`,
    nextStep: (w) => `An owner of ${w.organization} invites ${w.other || w.person} on ${w.vendor}.`,
  },
  account_mismatch: {
    scope: 'person',
    fixer: 'us',
    retry: 'never',
    title: 'Wrong identity answered',
    sentence: (w) =>
      `${w.vendor} answered for another identity when asked about ${w.person}; the connection was stopped at once.`,
    nextStep: () => 'Report this to the makers of Muster; nothing was stored.',
  },
  account_changed: {
    scope: 'person',
    fixer: 'our-admin',
    retry: 'after-fix',
    title: 'Account was replaced',
    sentence: (w) =>
      `The login${w.other && ` ${w.other}`} now belongs to another ${w.account} than the one connected to ${w.person}.`,
    nextStep: chooseByHand,
  },
  person_opted_out: {
    scope: 'person',
    fixer: 'person',
    retry: 'never',
    title: 'Said no',
    sentence: (w) => `${w.person} does not want to be connected with ${w.app}.`,
    nextStep: (w) => `Only ${w.person} can change that.`,
  },
  person_inactive: {
    scope: 'person',
    fixer: 'our-admin',
    retry: 'after-fix',
    title: 'Inactive',
    sentence: (w) => `${w.person} is inactive on the roster.`,
    nextStep: () => 'Nothing to do, unless the roster is wrong.',
  },

  rate_limited: {
    ...passing,
    title: 'Waiting for the vendor’s limit',
    sentence: (w) =>
      `${w.vendor} limits how fast we may ask${w.until && `, and lets us go on at ${w.until}`}.`,
    nextStep: () => 'Nothing to do: Muster goes on by itself.',
  },
  vendor_busy: {
    ...passing,
    title: 'Vendor is busy',
    sentence: (w) => `${w.vendor} could not answer just now.`,
    nextStep: tryAgain,
  },
  vendor_timeout: {
    ...passing,
    title: 'Vendor is slow',
    sentence: (w) => `${w.vendor} did not answer in time.`,
    nextStep: tryAgain,
  },
  network_error: {
    ...passing,
    title: 'Connection broke',
    sentence: (w) => `The connection to ${w.host} broke.`,
    nextStep: (w) => `${tryAgain(w)} If it goes on, check the network of this server.`,
  },
  token_cooldown: {
    ...passing,
    title: 'Waiting before signing in again',
    sentence: (w) => `Signing in at ${w.vendor} failed several times, so Muster waits before it asks again.`,
    nextStep: tryAgain,
  },
  unreachable_for_long: {
    scope: 'app',
    fixer: 'our-admin',
    retry: 'after-fix',
    title: 'Not reachable for a day',
    sentence: (w) => `${w.vendor} could not be asked for 24 hours${w.fact && `; last: ${w.fact}`}.`,
    nextStep: (w) => `Check the network of this server and the status page of ${w.vendor}; then press Check.`,
  },

  cursor_expired: {
    scope: 'person',
    fixer: 'wait',
    retry: 'auto',
    title: 'Reading starts anew',
    sentence: (w) =>
      `${w.vendor} no longer remembers where we stopped reading, so everything is read once more.`,
    nextStep: () => 'Nothing to do.',
  },
  partly_read: {
    scope: 'person',
    fixer: 'vendor-admin',
    retry: 'auto',
    title: 'Partly read',
    sentence: (w) => `${w.vendor} refused a part of what was asked for ${w.person}${afterColon(w.fact)}.`,
    nextStep: (w) => `${w.vendorAdmin} allows it, if it is wanted.`,
  },
  data_unexpected: {
    scope: 'app',
    fixer: 'us',
    retry: 'after-fix',
    title: 'Answer not understood',
    sentence: (w) =>
      `${w.vendor} gave an answer that does not have the agreed shape${afterColon(w.fact)}. It was not used.`,
    nextStep: (w) =>
      `Try again; if a proxy stands between this server and ${w.host}, look at it first, otherwise report this to the makers of Muster.`,
  },

  run_cancelled: {
    scope: 'person',
    fixer: 'our-admin',
    retry: 'after-fix',
    title: 'Run cancelled',
    sentence: (w) => `The run was cancelled before ${w.person}’s turn came.`,
    nextStep: () => 'Start it again for the people left.',
  },
  run_stopped_app_fault: {
    scope: 'person',
    fixer: 'our-admin',
    retry: 'after-fix',
    title: 'Run stopped',
    sentence: (w) => `The run stopped because ${w.app} itself has a fault; ${w.person} was left as before.`,
    nextStep: (w) => `Mend that under ${w.page}, then start the run again.`,
  },
  already_connected: {
    scope: 'person',
    fixer: 'our-admin',
    retry: 'never',
    title: 'Already connected',
    sentence: (w) => `${w.person} is already connected with ${w.app}.`,
    nextStep: () => 'Nothing to do.',
  },
  connected_by_self: {
    scope: 'person',
    fixer: 'person',
    retry: 'never',
    title: 'Connected by the person',
    sentence: (w) => `${w.person} connected ${w.app} themself, and that is left alone.`,
    nextStep: () => 'Nothing to do; if it is wrong, disconnect them in their panel.',
  },
  item_lost: {
    scope: 'person',
    fixer: 'wait',
    retry: 'auto',
    title: 'Taken up again',
    sentence: () => 'The worker stopped in the middle; another one takes it up again.',
    nextStep: () => 'Nothing to do.',
  },
  unknown: {
    scope: 'system',
    fixer: 'us',
    retry: 'after-fix',
    title: 'Not recognised',
    sentence: (w) => `${w.vendor} answered with an error that Muster does not know yet${inBrackets(w.fact)}.`,
    nextStep: () => 'Try again. If it stays, report what is shown under the details to the makers of Muster.',
  },

  file_too_large: {
    ...wholeFile,
    title: 'File too large',
    sentence: (w) => `The file is larger than ${w.fact || 'can be taken at once'}.`,
    nextStep: () => 'Divide it and upload the parts. Nothing was changed.',
  },
  file_too_many_rows: {
    ...wholeFile,
    title: 'Too many rows',
    sentence: (w) => `The file has more rows than can be taken at once${inBrackets(w.fact)}.`,
    nextStep: () => 'Divide it and upload the parts. Nothing was changed.',
  },
  file_not_text: {
    ...wholeFile,
    title: 'Not a CSV text',
    sentence: (w) => `The file is not CSV in UTF-8${afterColon(w.fact)}.`,
    nextStep: () => 'In Excel choose “CSV UTF-8 (comma delimited)” under Save as. Nothing was changed.',
  },
  file_header_missing: {
    ...wholeFile,
    title: 'Columns not recognised',
    sentence: (w) => `The first line does not name the columns${afterColon(w.fact)}.`,
    nextStep: () => 'Keep the first line of the downloaded file. Nothing was changed.',
  },
  file_wrong_app: {
    ...wholeFile,
    title: 'File of another app',
    sentence: (w) => `This file was made for ${w.other || 'another app'}, not for ${w.app}.`,
    nextStep: () => 'Choose the file that belongs to this app. Nothing was changed.',
  },
  row_unreadable: {
    ...row,
    title: 'Row not readable',
    sentence: (w) => `The row cannot be read${afterColon(w.fact)}.`,
    nextStep: () => 'Correct the row; text with a comma in it has to stand in quotation marks.',
  },
  row_person_unknown: {
    ...row,
    title: 'Person not on the roster',
    sentence: (w) =>
      `Nobody on the roster has the account id ${w.other || 'of this row'}${afterColon(w.fact)}.`,
    nextStep: () => 'Correct account_id, or import the person first.',
  },
  row_account_unknown: {
    ...row,
    title: 'Account not in the directory',
    sentence: (w) =>
      `On ${w.vendor}, ${w.organization} has no account ${w.other || 'with the login or id of this row'}${afterColon(w.fact)}.`,
    nextStep: () => 'Correct external_login or external_id.',
  },
  row_account_inactive: {
    ...row,
    title: 'Account not active',
    sentence: (w) => `The account ${w.other || 'of this row'} ${w.fact || 'is suspended'} at ${w.vendor}.`,
    nextStep: (w) => `Choose another, or mend it on ${w.vendor}.`,
  },
  row_account_taken: {
    ...row,
    title: 'Account already taken',
    sentence: (w) =>
      `The account ${w.fact || 'of this row'} is already connected to ${w.other || 'somebody else'}.`,
    nextStep: (w) => `If it is not theirs, disconnect ${w.other || 'the other person'} first.`,
  },
  row_duplicate_person: {
    ...row,
    title: 'Person twice in the file',
    sentence: (w) => `${w.person} stands in this file more than once, with different answers.`,
    nextStep: () => 'Keep one of the rows.',
  },
  row_duplicate_account: {
    ...row,
    title: 'Account twice in the file',
    sentence: (w) => `The account ${w.other || 'of this row'} is given to two people in this file.`,
    nextStep: () => 'Keep one of the rows.',
  },
  row_ids_disagree: {
    ...row,
    title: 'Login and id disagree',
    sentence: (w) =>
      `The columns ${w.fact || 'external_login and external_id'} name different accounts on ${w.vendor}.`,
    nextStep: () => 'Correct one of them, or leave one empty.',
  },
  row_action_unknown: {
    ...row,
    title: 'Action not known',
    sentence: (w) => `The action${w.fact && ` “${w.fact}”`} is not known.`,
    nextStep: () => 'Use map, skip, disconnect, accept, or leave it empty.',
  },
  row_person_opted_out: {
    ...row,
    title: 'Person said no',
    sentence: (w) => `${w.person} does not want to be connected with ${w.app}.`,
    nextStep: (w) => `Only ${w.person} can change that.`,
  },
  row_stale: {
    ...row,
    title: 'Changed since the download',
    sentence: (w) =>
      `${w.person} or the account changed after this file was downloaded${afterColon(w.fact)}.`,
    nextStep: () => 'Look at the row as it is now, in the result file or a new download, and decide again.',
  },
}
