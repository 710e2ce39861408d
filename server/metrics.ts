import { collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import type { App } from '../contract/words.ts'

/** Numbers for operators. No label carries a person, an account, a run or a URL. */
export interface Metrics {
  httpRequest(labels: { method: string; route: string; status: number }, seconds: number): void
  /** `endpoint`: as the vendor's module declares it, `GET /app`; `status`: of the answer, or why there is none. */
  vendorCall(labels: { app: App; endpoint: string; status: number | string }, seconds: number): void
  eventStreams(open: number): void
  /** Something that is counted when the metrics are read: the rows are the truth, whichever process made them. */
  counted<Label extends string>(
    metric: { name: string; help: string; labels: readonly Label[] },
    read: () => Promise<Counted<Label>[]>,
  ): void
  /** Prometheus text. */
  text(): Promise<string>
}

export type Counted<Label extends string> = { labels: Record<Label, string>; count: number }

const httpSeconds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5]
const vendorSeconds = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30]

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
    help: 'Time of a call to a vendor, made by this process',
    labelNames: ['app', 'endpoint', 'status'],
    buckets: vendorSeconds,
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
    eventStreams: (open) => streams.set(open),
    counted({ name, help, labels }, read) {
      new Gauge({
        name,
        help,
        labelNames: labels,
        registers,
        async collect() {
          const found = await read()
          this.reset()
          for (const { labels, count } of found) this.set(labels, count)
        },
      })
    },
    text: () => registry.metrics(),
  }
}
