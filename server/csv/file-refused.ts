import type { FailureCode, FailureDetails } from '../../contract/failure.ts'
import { describeFailure } from '../../contract/failure-table.ts'
import { ProblemError } from '../http/problem-error.ts'

/** Why a file is wrong as a whole. */
type FileCode = Extract<FailureCode, `file_${string}`>

/** The answer to a file that is wrong as a whole; the words are the failure table's. */
export function fileRefused(code: FileCode, details: FailureDetails, nextStep?: string): ProblemError {
  const words = describeFailure({ code, details })
  return new ProblemError(code, `${words.sentence} ${nextStep ?? words.nextStep}`)
}
