import type { Failure } from '../../contract/failure.ts'
import { describeFailure } from '../../contract/failure-table.ts'
import {
  type App,
  appNames,
  type Evidence,
  evidenceWords,
  type ItemOutcome,
  type RunAction,
} from '../../contract/words.ts'

/** What became of a person in a run, as one sentence. */
export interface RunResult {
  app: App
  action: RunAction
  outcome: ItemOutcome
  login: string | null
  evidence: Evidence[]
  failure: Failure | null
}

export function runSentence({ app, action, outcome, login, evidence, failure }: RunResult): string {
  const name = appNames[app]
  const account = login ? ` (${login})` : ''
  if (outcome === 'pending') return `Waiting for a run with ${name}.`
  if (outcome === 'connected') {
    if (action === 'disconnect') return `Disconnected from ${name}${account}.`
    const kind = evidence[0]?.kind
    return `Connected with ${name}${account}${kind ? `: ${evidenceWords[kind]}` : ''}.`
  }
  if (failure) return `${outcomeWords[outcome]} by a run with ${name}: ${describeFailure(failure).sentence}`
  return `${outcomeWords[outcome]} by a run with ${name}.`
}

const outcomeWords = {
  unchanged: 'Left as before',
  needs_mapping: 'Not matched',
  failed: 'Not connected',
  skipped: 'Passed over',
} as const

/** An act on the audit log that is about one person, as one sentence. */
export interface PersonAct {
  action: string
  app: App | null
  detail: Record<string, unknown>
}

export function actSentence({ action, app, detail }: PersonAct): string {
  const name = app ? appNames[app] : 'an app'
  const which = detail.login ?? detail.externalId
  const account = typeof which === 'string' ? ` (${which})` : ''
  const sentence = acts[action === 'map-file.apply' ? `${action} ${detail.outcome}` : action]
  if (sentence) return sentence(name, account)
  // An act of a kind that has no sentence here yet still shows what it was.
  return `${action.replace(/[.-]/g, ' ')}${app ? `, ${name}` : ''}${account}.`
}

const acts: Record<string, (app: string, account: string) => string> = {
  'connection.accept': (app, account) => `Connected with ${app}${account} by hand.`,
  'map-file.apply connected': (app, account) => `Connected with ${app}${account} by a map file.`,
  'map-file.apply changed': (app, account) => `Given another ${app} account${account} by a map file.`,
  'map-file.apply disconnected': (app, account) => `Disconnected from ${app}${account} by a map file.`,
  'connection.reject': (app, account) => `Said not to be the ${app} account${account}.`,
  'connection.disconnect': (app, account) => `Disconnected from ${app}${account}.`,
  'connection.lose': (app, account) => `The ${app} account${account} left the directory.`,
  'connection.restore': (app, account) => `The ${app} account${account} is back in the directory.`,
}
