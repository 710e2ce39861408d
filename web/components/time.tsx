import { useEffect, useState } from 'react'
import { formatExact, formatRelative } from './format.ts'

/** A time as "3 minutes ago", with the exact one on hover; it stays right while the page is open. */
export function Time({ at }: { at: string }) {
  const [now, setNow] = useState(() => new Date())
  useEffect(() => {
    const timer = setInterval(() => setNow(new Date()), 30_000)
    return () => clearInterval(timer)
  }, [])
  return (
    <time dateTime={at} title={formatExact(at)}>
      {formatRelative(at, now)}
    </time>
  )
}
