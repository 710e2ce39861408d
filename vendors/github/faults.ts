import type { GithubSettings } from '../../contract/apps/github.ts'
import type {
  Failure,
  FailureCode,
  FailureDetails,
  FailureEvidence,
  FailureStep,
} from '../../contract/failure.ts'
import { type EgressAnswer, type EgressError, Paused } from '../egress.ts'
import { githubPages } from './addresses.ts'
import { rateLimit, retryAfter } from './limits.ts'
import { acceptedPermissions, permissionOfPath } from './permissions.ts'
import { redact } from './redact.ts'
import { errorShape, type GraphqlError } from './shapes.ts'

/**
 * What was being asked when it went wrong. The same status means another thing for each:
 * `app` and `installation` are asked with the app's signature, `token` makes a token, `graphql` uses it.
 */
export type Subject = 'app' | 'installation' | 'token' | 'graphql'

export interface Asked {
  subject: Subject
  step: FailureStep
  settings: GithubSettings
  installationId?: number
  now: Date
}

/** A fault of GitHub in our words, and what it asks of all workers. */
export interface Fault {
  failure: Failure
  /** For passing failures, where GitHub names a time. */
  retryAt?: Date
  /** Resources that nobody may call before `retryAt`. */
  pause?: string[]
}

/** Buckets of GitHub's limits; a secondary limit holds for both. */
export const resources = { rest: 'core', graphql: 'graphql' } as const

/** The one place that translates an answer of GitHub with an error status. */
export function answerFault(asked: Asked, answer: EgressAnswer): Fault {
  const message = vendorMessage(answer)
  const evidence: FailureEvidence = {
    httpStatus: answer.status,
    vendorMessage: message,
    requestId: answer.headers['x-github-request-id'],
  }
  const fault = (code: FailureCode, details?: FailureDetails, link?: string): Fault => ({
    failure: failure(asked, code, { details, evidence, link }),
  })
  const { status, headers } = answer

  const policy = policyFault(asked, message ?? '', headers)
  if (policy) return fault(policy.code, policy.details, policy.link)

  const limit = rateLimit(answer, message ?? '', asked.now)
  if (limit)
    return waiting(
      asked,
      'rate_limited',
      limit.until,
      evidence,
      limit.resource ? [limit.resource] : everything,
    )

  if (status >= 500) return busy(asked, headers, evidence)
  // Whoever answered so was not GitHub's API: a proxy, a sign-in page, another server.
  if (message === undefined) return fault('data_unexpected', { fact: notGithub(asked, status) })
  if (status === 401) return unauthorized(asked, message, headers, fault)
  if (status === 404 && asked.subject === 'app')
    return fault('app_credential_invalid', {
      fact: `GitHub knows no app with the App ID ${asked.settings.appId}`,
    })
  if (status === 404 && (asked.subject === 'installation' || asked.subject === 'token'))
    return fault('app_not_installed', {}, githubPages(asked.settings).installation(undefined))
  return fault('unknown', { fact: `HTTP ${status}` })
}

/** Errors that GraphQL reports beside, or instead of, its data. */
export function graphqlFault(asked: Asked, errors: readonly GraphqlError[], answer: EgressAnswer): Fault {
  const error = errors.find(isLimit) ?? errors[0]
  const message = error?.message ?? ''
  const type = error?.type
  const evidence: FailureEvidence = {
    httpStatus: answer.status,
    vendorCode: type,
    vendorMessage: redact(message),
    requestId: answer.headers['x-github-request-id'],
  }
  const fault = (code: FailureCode, details?: FailureDetails, link?: string): Fault => ({
    failure: failure(asked, code, { details, evidence, link }),
  })

  const limit = rateLimit(answer, message, asked.now, error && isLimit(error))
  if (limit)
    return waiting(
      asked,
      'rate_limited',
      limit.until,
      evidence,
      limit.resource ? [limit.resource] : everything,
    )

  const policy = policyFault(asked, message, answer.headers, error?.path)
  if (policy) return fault(policy.code, policy.details, policy.link)
  if (type === 'FORBIDDEN' || type === 'INSUFFICIENT_SCOPES')
    return fault(
      'app_permission_missing',
      { permission: permissionOfPath(error?.path) },
      installationPage(asked),
    )
  if (type === 'INVALID_CURSOR_ARGUMENTS') return fault('cursor_expired')
  if (type === 'NOT_FOUND') return fault('app_directory_hidden', {}, installationPage(asked))
  if (
    type === 'SERVICE_UNAVAILABLE' ||
    type === 'INTERNAL' ||
    /something went wrong|timed? ?out/i.test(message)
  )
    return busy(asked, answer.headers, evidence)
  return fault('unknown', { fact: type })
}

/** An answer with a good status that cannot be believed. `fact` says what is wrong with it, never quotes it. */
export function shapeFault(asked: Asked, fact: string, answer?: EgressAnswer): Fault {
  const evidence: FailureEvidence = {
    httpStatus: answer?.status,
    requestId: answer?.headers['x-github-request-id'],
  }
  return { failure: failure(asked, 'data_unexpected', { details: { fact }, evidence }) }
}

/** A key that cannot sign at all. */
export function keyFault(asked: Asked): Fault {
  const details = { fact: 'the private key cannot be read as an RSA key' }
  return { failure: failure(asked, 'app_credential_invalid', { details, evidence: {} }) }
}

/**
 * No answer at all. Before anything was proven (the probe) an unreachable server is the app's fault; after a
 * good probe it passes.
 */
export function egressFault(asked: Asked, error: EgressError | Paused): Fault {
  if (error instanceof Paused) return waiting(asked, 'rate_limited', error.until, {})
  const evidence = { vendorMessage: error.message }
  const details = { host: error.host, fact: error.fact }
  switch (error.kind) {
    case 'timeout':
      return waiting(asked, 'vendor_timeout', undefined, evidence)
    case 'cut':
    case 'cancelled':
      return waiting(asked, 'network_error', undefined, evidence)
    case 'dns':
    case 'connect':
      if (asked.step !== 'probe') return waiting(asked, 'network_error', undefined, evidence)
      return { failure: failure(asked, 'app_host_unreachable', { details, evidence }) }
    case 'refused-url':
    case 'refused-address':
    case 'tls':
    case 'redirect':
      return { failure: failure(asked, 'app_host_unreachable', { details, evidence }) }
    case 'body-too-large':
    case 'not-readable':
      return { failure: failure(asked, 'data_unexpected', { details, evidence }) }
  }
}

/** A failure that this folder found by itself, by comparing answers. */
export function failure(
  asked: Asked,
  code: FailureCode,
  parts: { details?: FailureDetails; evidence?: FailureEvidence; link?: string } = {},
): Failure {
  const { organization, apiUrl } = asked.settings
  return {
    code,
    step: asked.step,
    at: asked.now.toISOString(),
    details: withoutGaps({ app: 'github', organization, host: new URL(apiUrl).host, ...parts.details }),
    evidence: withoutGaps(parts.evidence ?? {}),
    ...(parts.link === undefined ? {} : { link: parts.link }),
  }
}

/** Two spellings are about. */
const isLimit = ({ type }: GraphqlError) => type === 'RATE_LIMITED' || type === 'RATE_LIMIT'

const everything = Object.values(resources)

function waiting(
  asked: Asked,
  code: FailureCode,
  until: Date | undefined,
  evidence: FailureEvidence,
  pause?: string[],
): Fault {
  return {
    failure: failure(asked, code, { details: { until: until?.toISOString() }, evidence }),
    retryAt: until,
    pause,
  }
}

function busy(asked: Asked, headers: EgressAnswer['headers'], evidence: FailureEvidence): Fault {
  return waiting(asked, 'vendor_busy', retryAfter(headers, asked.now), evidence, everything)
}

/** Refusals that GitHub puts into words; the words come first, because a refused call may also be the last of its hour. */
function policyFault(
  asked: Asked,
  message: string,
  headers: EgressAnswer['headers'],
  path?: readonly (string | number)[],
): { code: FailureCode; details?: FailureDetails; link?: string } | undefined {
  if (/suspended your access|installation has been suspended/i.test(message))
    return { code: 'app_suspended', link: installationPage(asked) }
  if (/not accessible by integration/i.test(message)) {
    const permission = acceptedPermissions(headers['x-accepted-github-permissions']) ?? permissionOfPath(path)
    return { code: 'app_permission_missing', details: { permission }, link: installationPage(asked) }
  }
  if (/IP allow list/i.test(message))
    return {
      code: 'app_policy_blocked',
      details: { fact: 'its list of allowed IP addresses leaves this server out' },
      link: githubPages(asked.settings).security,
    }
  if (/SAML enforcement/i.test(message))
    return { code: 'app_policy_blocked', details: { fact: 'it demands single sign-on' } }
  return undefined
}

function unauthorized(
  asked: Asked,
  message: string,
  headers: EgressAnswer['headers'],
  fault: (code: FailureCode, details: FailureDetails, link?: string) => Fault,
): Fault {
  if (asked.subject === 'graphql')
    return fault('app_credential_invalid', { fact: 'it refused a token that it had just given out' })
  if (/\('?(exp|iat)'?\)/.test(message))
    return fault('app_clock_skew', { fact: clockDifference(asked.now, headers.date) })
  return fault(
    'app_credential_invalid',
    { fact: `the private key does not belong to App ID ${asked.settings.appId}, or was deleted on GitHub` },
    githubPages(asked.settings).apps,
  )
}

/** "61 minutes ahead of GitHub's" */
function clockDifference(now: Date, date: string | undefined): string | undefined {
  const seconds = date === undefined ? Number.NaN : Math.round((now.getTime() - Date.parse(date)) / 1000)
  if (Number.isNaN(seconds) || Math.abs(seconds) < 5) return undefined
  const size = Math.abs(seconds)
  const amount = size < 120 ? `${size} seconds` : `${Math.round(size / 60)} minutes`
  return `${amount} ${seconds > 0 ? 'ahead of' : 'behind'} GitHub’s`
}

function notGithub(asked: Asked, status: number): string {
  const hint = /\/api\/v3$|\/\/api\./.test(asked.settings.apiUrl)
    ? ''
    : '; the API address of GitHub Enterprise Server ends with /api/v3'
  return `the ${status} did not come from GitHub’s API${hint}`
}

function installationPage(asked: Asked): string {
  return githubPages(asked.settings).installation(asked.installationId ?? asked.settings.installationId)
}

/** GitHub's own words, where the body has GitHub's form. */
function vendorMessage(answer: EgressAnswer): string | undefined {
  try {
    const parsed = errorShape.safeParse(answer.json())
    return parsed.success ? redact(parsed.data.message) : undefined
  } catch {
    return undefined
  }
}

function withoutGaps<Shape extends object>(shape: Shape): Shape {
  return Object.fromEntries(Object.entries(shape).filter(([, value]) => value !== undefined)) as Shape
}
