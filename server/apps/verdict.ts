import type { Failure, FailureCode } from '../../contract/failure.ts'
import { failureTable } from '../../contract/failure-table.ts'
import type { ProbeLine } from '../../vendors/vendor.ts'

/** What passes by itself at a time the vendor tells: it says nothing about the app. */
export function isPassing(code: FailureCode): boolean {
  return failureTable[code].retry === 'auto'
}

/**
 * What the lines of a check say of the app: its fault, null for a healthy app, or undefined when the check came
 * to no end because of something that passes by itself; then the app stays as it was.
 */
export function verdict(lines: readonly ProbeLine[]): Failure | null | undefined {
  const failures = lines.filter((line) => !line.ok && !line.optional).map((line) => line.failure)
  const fault = failures.find((failure) => failure && !isPassing(failure.code))
  if (fault) return fault
  return failures.length > 0 ? undefined : null
}
