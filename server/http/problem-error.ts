import { type Problem, type ProblemCode, problems } from '../../contract/problem.ts'

/**
 * A request that is not carried out, with the sentence its sender reads. Thrown anywhere below a route and
 * turned into application/problem+json by the one error handler.
 */
export class ProblemError extends Error {
  override name = 'ProblemError'
  readonly code: ProblemCode
  readonly errors: { path: string; message: string }[] | undefined

  constructor(code: ProblemCode, detail: string, errors?: { path: string; message: string }[]) {
    super(detail)
    this.code = code
    this.errors = errors
  }

  toProblem(): Problem {
    const { status, title } = problems[this.code]
    const type = `urn:muster:problem:${this.code}`
    return {
      type,
      title,
      status,
      detail: this.message,
      code: this.code,
      ...(this.errors && { errors: this.errors }),
    }
  }
}

/** What somebody else's id and a missing one are both answered with. */
export function notFound(what: string): ProblemError {
  return new ProblemError('not_found', `There is no such ${what}, or you may not see it.`)
}
