/** One call a client made, as it arrived. */
export interface CallRecord {
  /** When it arrived (ms since 1970). */
  at: number
  endpoint: string
  path: string
  /** GraphQL operation name, where the query has one. */
  operation?: string
  /** 0 until answered, and where the connection was dropped instead. */
  status: number
  /** How long the answer took, in milliseconds. */
  ms: number
  /** Faults the call met. */
  faults: string[]
}

export interface CallCounts {
  total: number
  byEndpoint: Record<string, number>
  /** The most calls that were under way at once. */
  mostAtOnce: number
  /** The calls in order of arrival; only the latest 100,000 are kept. */
  log: CallRecord[]
}

const KEPT = 100_000

export interface CallLog {
  arrive(call: Pick<CallRecord, 'endpoint' | 'path' | 'at'>): CallRecord
  leave(call: CallRecord, status: number): void
  counts(): CallCounts
  reset(): void
}

export function callLog(): CallLog {
  let log: CallRecord[] = []
  let byEndpoint: Record<string, number> = {}
  let total = 0
  let underWay = 0
  let mostAtOnce = 0
  return {
    arrive: ({ endpoint, path, at }) => {
      const record: CallRecord = { at, endpoint, path, status: 0, ms: 0, faults: [] }
      total += 1
      byEndpoint[endpoint] = (byEndpoint[endpoint] ?? 0) + 1
      underWay += 1
      mostAtOnce = Math.max(mostAtOnce, underWay)
      log.push(record)
      if (log.length > KEPT * 1.1) log = log.slice(-KEPT)
      return record
    },
    leave: (call, status) => {
      call.status = status
      call.ms = Date.now() - call.at
      underWay -= 1
    },
    counts: () => ({ total, byEndpoint: { ...byEndpoint }, mostAtOnce, log: log.slice(-KEPT) }),
    reset: () => {
      log = []
      byEndpoint = {}
      total = 0
      mostAtOnce = underWay
    },
  }
}
