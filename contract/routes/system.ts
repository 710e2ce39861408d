import { z } from 'zod'
import { route } from './route.ts'

/** Served at the root as well as below /api/v1, because probes and scrapers expect them there. */
export const systemRoutes = {
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
