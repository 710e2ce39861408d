import type { Connection } from '../api.ts'
import { AppIcon } from './app-icon.tsx'
import classes from './connection-mark.module.css'
import { type MarkShape, markLabel, markShape } from './connection-words.ts'

/** ◉ by an administrator, ◎ by the person, ○ waiting or paused, ⚠ failed or needs mapping, ⊘ said no. */
export function StateGlyph({ shape }: { shape: MarkShape }) {
  return (
    <svg
      className={classes.glyph}
      data-shape={shape}
      viewBox="0 0 12 12"
      aria-hidden="true"
      focusable="false"
    >
      {shape === 'by-admin' && (
        <>
          <circle cx="6" cy="6" r="5" fill="none" stroke="currentColor" strokeWidth="1.2" />
          <circle cx="6" cy="6" r="3" fill="currentColor" />
        </>
      )}
      {shape === 'by-person' && (
        <>
          <circle cx="6" cy="6" r="5" fill="none" stroke="currentColor" strokeWidth="1.2" />
          <circle cx="6" cy="6" r="2.2" fill="none" stroke="currentColor" strokeWidth="1.2" />
        </>
      )}
      {shape === 'waiting' && (
        <circle
          cx="6"
          cy="6"
          r="5"
          fill="none"
          stroke="currentColor"
          strokeWidth="1.4"
          strokeDasharray="2.6 1.8"
        />
      )}
      {shape === 'opted-out' && (
        <>
          <circle cx="6" cy="6" r="5" fill="none" stroke="currentColor" strokeWidth="1.2" />
          <path d="m2.5 9.5 7-7" stroke="currentColor" strokeWidth="1.2" />
        </>
      )}
      {shape === 'failed' && (
        <>
          <path d="M6 .6 11.8 11.2H.2z" fill="currentColor" />
          <path d="M6 4.2v3.4M6 8.8v1" stroke="var(--page)" strokeWidth="1.3" />
        </>
      )}
      {shape === 'needs-mapping' && (
        <>
          <path
            d="M6 1.4 11.2 10.6H.8z"
            fill="none"
            stroke="currentColor"
            strokeWidth="1.2"
            strokeLinejoin="round"
          />
          <path d="M6 4.4v3.2M6 8.4v1" stroke="currentColor" strokeWidth="1.2" />
        </>
      )}
    </svg>
  )
}

/**
 * The mark of one connection in the table. A plain button: the table shows one shared card for whichever mark
 * is hovered, focused or tapped (mark-card.tsx), so that scrolling creates nothing heavier than this.
 */
export function ConnectionMark({ accountId, connection }: { accountId: string; connection: Connection }) {
  const shape = markShape(connection)
  if (!shape) return null
  return (
    <button
      type="button"
      className={classes.mark}
      data-mark={connection.app}
      data-account={accountId}
      data-shape={shape}
      aria-label={markLabel(connection)}
      aria-haspopup="dialog"
    >
      <StateGlyph shape={shape} />
      <AppIcon app={connection.app} />
      {connection.status === 'connected' && connection.failure && <StateGlyph shape="failed" />}
    </button>
  )
}
