import type { EgressAnswer } from '../egress.ts'

export interface RateLimit {
  until: Date
  /** The one bucket that is empty; absent for a secondary limit, which holds for every call. */
  resource?: string
}

/** GitHub asks for a minute at least where a secondary limit names no time. */
const secondaryPause = 60_000

/**
 * Whether GitHub said to slow down, and until when. `told`: the body says so (GraphQL answers 200).
 * A 403 alone is no limit: most are refusals.
 */
export function rateLimit(
  answer: EgressAnswer,
  message: string,
  now: Date,
  told = false,
): RateLimit | undefined {
  const { status, headers } = answer
  const refused = status === 403 || status === 429
  const empty = headers['x-ratelimit-remaining'] === '0'
  const stated = retryAfter(headers, now)
  const worded = /rate limit (already )?exceeded|secondary rate limit|abuse detection/i.test(message)
  const limited = told || status === 429 || (refused && (empty || stated !== undefined)) || worded
  if (!limited) return undefined

  if (stated) return { until: stated }
  const reset = resetTime(headers, now)
  if (empty && reset) return { until: reset, resource: headers['x-ratelimit-resource'] }
  return { until: new Date(now.getTime() + secondaryPause) }
}

/** The end of `Retry-After`, given in seconds or as a date. */
export function retryAfter(headers: EgressAnswer['headers'], now: Date): Date | undefined {
  const value = headers['retry-after']
  if (value === undefined) return undefined
  if (/^\d+$/.test(value)) return new Date(now.getTime() + Number(value) * 1000)
  const date = Date.parse(value)
  return Number.isNaN(date) ? undefined : new Date(date + clockAhead(headers, now))
}

function resetTime(headers: EgressAnswer['headers'], now: Date): Date | undefined {
  const value = headers['x-ratelimit-reset']
  if (!value || !/^\d+$/.test(value)) return undefined
  const until = Number(value) * 1000 + clockAhead(headers, now)
  // A window that ended just now: one second keeps us from asking in the same instant.
  return new Date(Math.max(until, now.getTime() + 1000))
}

/**
 * How far our clock may run ahead of GitHub's at most, in milliseconds: times it names then come later here. Its
 * Date is cut off to the second, so this is up to a second too much, and never too little.
 */
function clockAhead(headers: EgressAnswer['headers'], now: Date): number {
  const date = Date.parse(headers.date ?? '')
  return Number.isNaN(date) ? 1000 : Math.max(0, now.getTime() - date)
}
