import { z } from 'zod'

/**
 * Why a request was not carried out, beside the failures of apps and people (failure.ts).
 * One table: code → status and title. `detail` is the sentence for this one case.
 */
export const problems = {
  input_invalid: { status: 400, title: 'The request has a mistake' },
  json_expected: { status: 415, title: 'The body must be JSON' },
  csv_expected: { status: 415, title: 'The body must be CSV' },
  sign_in_required: { status: 401, title: 'Sign in first' },
  sign_in_refused: { status: 401, title: 'Not signed in' },
  step_up_required: { status: 403, title: 'Confirm that it is you' },
  not_allowed: { status: 403, title: 'Not allowed' },
  cross_origin: { status: 403, title: 'Request from another site' },
  not_found: { status: 404, title: 'Not found' },
  conflict: { status: 409, title: 'It has changed meanwhile' },
  app_not_available: { status: 409, title: 'App not available' },
  app_not_ready: { status: 409, title: 'App not ready' },
  body_too_large: { status: 413, title: 'Too large' },
  file_refused: { status: 422, title: 'File refused' },
  file_too_large: { status: 413, title: 'File too large' },
  file_too_many_rows: { status: 422, title: 'File has too many rows' },
  file_not_text: { status: 422, title: 'File is not CSV' },
  file_header_missing: { status: 422, title: 'Columns not recognised' },
  file_wrong_app: { status: 422, title: 'File of another app' },
  too_many_attempts: { status: 429, title: 'Too many attempts' },
  internal: { status: 500, title: 'Muster made a mistake' },
  not_ready: { status: 503, title: 'Not ready' },
} as const
export type ProblemCode = keyof typeof problems

/** RFC 9457 application/problem+json. */
export const Problem = z.object({
  type: z.string(),
  title: z.string(),
  status: z.number().int(),
  detail: z.string(),
  code: z.string(),
  errors: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
})
export type Problem = z.infer<typeof Problem>
