/**
 * Something that only the operator can mend: a setting, a directory, a database. The message is one complete
 * sentence (what is wrong, where, what to do) that may be printed as it is; no stack trace helps here.
 */
export class OperatorError extends Error {
  override name = 'OperatorError'
}
