/**
 * Something that only the operator can mend: a setting, a directory, a database. The message is one complete
 * sentence (what is wrong, where, what to do) that may be printed as it is; no stack trace helps here.
 */
export class OperatorError extends Error {
  override name = 'OperatorError'
}

/** A setting that Muster does not understand or cannot do without: one sentence that names it and the mend. */
export class ConfigError extends OperatorError {
  override name = 'ConfigError'
}
