import type { Metrics } from '../metrics.ts'
import type { Api } from './api.ts'
import { openApiDocument } from './openapi.ts'
import { ProblemError } from './problem-error.ts'

export interface HealthDeps {
  metrics: Metrics
  isReady(): Promise<boolean>
}

/** What machines ask of the interface: what can it do. */
export function openApiRoute(api: Api, version: string): void {
  let document: Record<string, unknown> | undefined
  api.handle('GET /openapi.json', async () => {
    document ??= openApiDocument(version)
    return document
  })
}

/** What machines ask of a process: is it alive, is it ready, how is it doing. */
export function healthRoutes(api: Api, { metrics, isReady }: HealthDeps): void {
  api.handle('GET /healthz', async () => ({ status: 'ok' }))
  api.handle('GET /readyz', async () => {
    if (await isReady()) return { status: 'ready' }
    throw new ProblemError(
      'not_ready',
      'The database does not answer, or its schema is not the one of this version: see `muster doctor`.',
    )
  })
  api.handle('GET /metrics', () => metrics.text())
}
