import { expect, test } from 'vitest'
import { createLog, type LogFields } from './log.ts'
import { createMetrics } from './metrics.ts'
import { Secret } from './secrets/secret.ts'

const lines: string[] = []
const log = createLog('info', { write: (line) => lines.push(line) })

function written(fields: object): Record<string, unknown> {
  lines.length = 0
  log.info('something happened', fields as LogFields)
  return JSON.parse(lines[0] ?? '')
}

test('named fields are written', () => {
  const fields = {
    reqId: 'r',
    route: '/api/v1/staff/:accountId',
    status: 200,
    ms: 3,
    counts: { connected: 5 },
  }
  expect(written(fields)).toMatchObject({ message: 'something happened', level: 30, ...fields })
})

test('whatever is not named is dropped, at any depth', () => {
  const line = written({
    email: 'planted',
    url: '/planted',
    headers: { authorization: 'planted' },
    token: new Secret('planted'),
    route: { planted: 'planted' },
    status: 'planted',
    counts: { connected: 1, name: 'planted' },
    __proto__: { runId: 'planted' },
  })
  expect(JSON.stringify(line)).not.toContain('planted')
  expect(line.counts).toEqual({ connected: 1 })
})

test('of an error only its name, code and place are written, also of its cause', () => {
  const cause = new Error('planted cause')
  const error = Object.assign(new Error('Key (email)=(planted)\nplanted too', { cause }), {
    code: '23505',
    detail: 'planted',
    query: 'planted',
  })
  const line = written({ error })
  expect(JSON.stringify(line)).not.toContain('planted')
  expect(line.error).toMatchObject({ name: 'Error', code: '23505', place: expect.any(Array) })
  expect(JSON.stringify(line)).toContain('log.test.ts')
  expect(JSON.stringify(written({ error: 'planted' }))).not.toContain('planted')
})

test('metrics carry no label for a person, and what is counted is counted anew each time', async () => {
  const metrics = createMetrics()
  metrics.vendorCall({ app: 'github', endpoint: 'GET /app', status: 200 }, 0.1)
  let waiting = [{ labels: { job: 'run' }, count: 2 }]
  metrics.counted(
    { name: 'muster_jobs_waiting', help: 'Jobs that wait', labels: ['job'] },
    async () => waiting,
  )
  const text = await metrics.text()
  expect(text).toContain('muster_jobs_waiting{job="run"} 2')
  waiting = []
  expect(await metrics.text()).not.toContain('muster_jobs_waiting{')
  const labels = new Set([...text.matchAll(/[{,]([a-z_]+)="/g)].map(([, label]) => label))
  const ours = ['method', 'route', 'status', 'app', 'endpoint', 'job']
  const nodes = ['le', 'quantile', 'type', 'space', 'kind', 'version', 'major', 'minor', 'patch']
  for (const label of labels) expect([...ours, ...nodes]).toContain(label)
})
