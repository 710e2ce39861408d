import { ApiProblem, createClient } from '../contract/client.ts'
import type { RouteOutput } from '../contract/routes/index.ts'

/** Nothing came back at all: no network, or no server. Apart from a TypeError of ours, which fetch throws too. */
class NoAnswer extends Error {
  override name = 'NoAnswer'
}

export const api = createClient({
  url: '',
  fetch: (input, init) =>
    fetch(input, init).catch((cause: unknown) => {
      throw new NoAnswer('No answer', { cause })
    }),
})

export type StaffPage = RouteOutput<'GET /staff'>
export type Person = StaffPage['items'][number]
export type Connection = Person['connections'][number]
export type PersonDetail = RouteOutput<'GET /staff/{accountId}'>
export type Facets = RouteOutput<'GET /staff/facets'>
export type InstalledApp = RouteOutput<'GET /apps'>['items'][number]
export type ProbeLine = InstalledApp['checks'][number]
export type ShownFailure = NonNullable<Connection['failure']>
export type Run = RouteOutput<'GET /runs/{id}'>
export type RunItem = RouteOutput<'GET /runs/{id}/items'>['items'][number]
export type RunPreview = RouteOutput<'POST /runs/preview'>
export type DirectoryEntry = RouteOutput<'GET /apps/{app}/accounts'>['items'][number]
export type User = NonNullable<RouteOutput<'GET /session'>['user']>
export type AuditEntry = RouteOutput<'GET /audit'>['items'][number]

/** What went wrong, in a title and a sentence, whatever was thrown. */
export function problemWords(error: unknown): { title: string; sentence: string; code?: string } {
  if (error instanceof ApiProblem) {
    return { title: error.problem.title, sentence: error.problem.detail, code: error.problem.code }
  }
  if (error instanceof NoAnswer) {
    return {
      title: 'The server did not answer',
      sentence: 'Your network or the Muster server is not reachable just now. Try again in a moment.',
    }
  }
  return {
    title: 'This page made a mistake',
    sentence: `Reload the page; if it stays, report this to the makers of Muster: ${String(error)}`,
  }
}

/** Whether the same request may be answered otherwise in a moment; a refusal is refused again. */
export function isPassing(error: unknown): boolean {
  if (error instanceof ApiProblem) return error.problem.status >= 500 || error.problem.status === 429
  return error instanceof NoAnswer
}

export function problemCode(error: unknown): string | undefined {
  return error instanceof ApiProblem ? error.problem.code : undefined
}

/** Messages of bad input by the name of the field they are about. */
export function fieldErrors(error: unknown): Record<string, string> {
  if (!(error instanceof ApiProblem)) return {}
  const entries = (error.problem.errors ?? []).map(({ path, message }): [string, string] => [
    path.split(/[./]/).at(-1) ?? path,
    message,
  ])
  return Object.fromEntries(entries)
}

/** The person closed the question whether it is them: nothing was done and nothing went wrong. */
export class NotConfirmed extends Error {
  override name = 'NotConfirmed'
}
