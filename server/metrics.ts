import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import type { App, ItemOutcome, RunAction, RunState } from '../contract/words.ts'

/** Numbers for operators. No label carries a person, an account, a run or a URL. */
export interface Metrics {
  httpRequest(labels: { method: string; route: string; status: number }, seconds: number): void
  /** `endpoint`: as the vendor's module declares it, `GET /app`; `status`: of the answer, or why there is none. */
  vendorCall(labels: { app: App; endpoint: string; status: number | string }, seconds: number): void
  runEnded(labels: { app: App; action: RunAction; state: RunState }, seconds: number): void
  runPeople(labels: { app: App; outcome: ItemOutcome }, count: number): void
  /** Jobs that wait in a queue, asked for when the metrics are read. */
  queueDepth(read: () => Promise<Record<string, number>>): void
  eventStreams(open: number): void
  /** Prometheus text. */
  text(): Promise<string>
}

const httpSeconds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5]
const vendorSeconds = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30]
const runSeconds = [1, 2, 5, 10, 30, 60, 300, 1800, 7200]

export function createMetrics(): Metrics {
  const registry = new Registry()
  const registers = [registry]
  collectDefaultMetrics({ register: registry })
  const http = new Histogram({
    name: 'muster_http_request_seconds',
    help: 'Time to answer a request, by route pattern',
    labelNames: ['method', 'route', 'status'],
    buckets: httpSeconds,
    registers,
  })
  const vendor = new Histogram({
    name: 'muster_vendor_call_seconds',
    help: 'Time of a call to a vendor',
    labelNames: ['app', 'endpoint', 'status'],
    buckets: vendorSeconds,
    registers,
  })
  const runs = new Histogram({
    name: 'muster_run_seconds',
    help: 'Time from the start of a run to its end',
    labelNames: ['app', 'action', 'state'],
    buckets: runSeconds,
    registers,
  })
  const people = new Counter({
    name: 'muster_run_people_total',
    help: 'What became of the people of runs',
    labelNames: ['app', 'outcome'],
    registers,
  })
  const streams = new Gauge({
    name: 'muster_event_streams',
    help: 'Open server-sent event streams of this process',
    registers,
  })
  return {
    httpRequest: (labels, seconds) => http.observe(labels, seconds),
    vendorCall: (labels, seconds) => vendor.observe(labels, seconds),
    runEnded: (labels, seconds) => runs.observe(labels, seconds),
    runPeople: (labels, count) => people.inc(labels, count),
    queueDepth(read) {
      new Gauge({
        name: 'muster_queue_jobs',
        help: 'Jobs waiting in a queue',
        labelNames: ['queue'],
        registers,
        async collect() {
          for (const [queue, depth] of Object.entries(await read())) this.set({ queue }, depth)
        },
      })
    },
    eventStreams: (open) => streams.set(open),
    text: () => registry.metrics(),
  }
}
