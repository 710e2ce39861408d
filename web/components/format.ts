const numbers = new Intl.NumberFormat('en')
const relative = new Intl.RelativeTimeFormat('en', { numeric: 'auto' })
const exact = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'medium' })
const clock = new Intl.DateTimeFormat('en-GB', { timeStyle: 'medium' })

/** 1204 → "1,204" */
export function formatNumber(value: number): string {
  return numbers.format(value)
}

/** 1 → "1 person", 1204 → "1,204 people" */
export function people(count: number): string {
  return count === 1 ? '1 person' : `${formatNumber(count)} people`
}

/** Seconds as somebody would say them: "about 20 s", "about 3 min", "about 2 h". */
export function formatTimeLeft(seconds: number): string {
  if (seconds < 1) return 'almost done'
  if (seconds < 60) return `about ${Math.ceil(seconds / 5) * 5} s`
  if (seconds < 3600) return `about ${Math.round(seconds / 60)} min`
  return `about ${Math.round(seconds / 3600)} h`
}

/** Per second where that reads well, otherwise per minute: "240 a second", "30 a minute". */
export function formatRate(perSecond: number): string {
  if (perSecond >= 1) return `${formatNumber(Math.round(perSecond))} a second`
  return `${formatNumber(Math.round(perSecond * 60))} a minute`
}

const steps: [unit: Intl.RelativeTimeFormatUnit, seconds: number][] = [
  ['year', 31_536_000],
  ['month', 2_592_000],
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
]

/** "3 minutes ago", "in 14 days", "a moment ago": fits after "Since" and "checked" too. */
export function formatRelative(time: string, now: Date = new Date()): string {
  const seconds = (Date.parse(time) - now.getTime()) / 1000
  for (const [unit, size] of steps) {
    if (Math.abs(seconds) >= size) return relative.format(Math.trunc(seconds / size), unit)
  }
  // Clocks differ a little: what has just happened there may lie ahead here.
  return seconds > 10 ? 'in a moment' : 'a moment ago'
}

/** Date and time to the second in the reader's own zone. */
export function formatExact(time: string): string {
  return exact.format(new Date(time))
}

/** "14:02:30" in the reader's own zone. */
export function formatClock(time: string): string {
  return clock.format(new Date(time))
}
