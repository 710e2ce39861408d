import { z } from 'zod'
import { route } from './route.ts'

export const systemRoutes = {
  'GET /openapi.json': route({
    summary: 'This interface as an OpenAPI 3.1 document',
    access: 'public',
    response: z.record(z.string(), z.unknown()),
  }),

  'GET /healthz': route({
    summary: 'The process answers',
    access: 'public',
    response: z.object({ status: z.literal('ok') }),
  }),
  'GET /readyz': route({
    summary: 'Database reachable, schema current',
    access: 'public',
    response: z.object({ status: z.literal('ready') }),
  }),
  'GET /metrics': route({
    summary: 'Prometheus text; no label carries a person',
    access: 'administrator',
    response: z.string(),
    responseType: 'text',
  }),
}

/** Served at the root as well as below /api/v1, because probes and scrapers expect them there. */
export const rootRoutes: readonly (keyof typeof systemRoutes)[] = [
  'GET /healthz',
  'GET /readyz',
  'GET /metrics',
]
