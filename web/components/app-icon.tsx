import type { ReactNode } from 'react'
import type { App } from '../../contract/words.ts'

/** Marks of the vendors, drawn in one colour and told apart by their outline: cat, fox, calendar sheet, door. */
const shapes: Record<App, ReactNode> = {
  github: (
    <path d="M12 .3a12 12 0 0 0-3.8 23.38c.6.12.83-.26.83-.57L9 21.07c-3.34.72-4.04-1.61-4.04-1.61-.55-1.39-1.34-1.76-1.34-1.76-1.08-.74.09-.73.09-.73 1.2.09 1.83 1.24 1.83 1.24 1.08 1.83 2.81 1.3 3.5 1 .1-.78.42-1.31.76-1.61-2.67-.3-5.47-1.33-5.47-5.93 0-1.31.47-2.38 1.24-3.22-.14-.3-.54-1.52.1-3.18 0 0 1-.32 3.3 1.23a11.5 11.5 0 0 1 6 0c2.28-1.55 3.29-1.23 3.29-1.23.64 1.66.24 2.88.12 3.18a4.65 4.65 0 0 1 1.23 3.22c0 4.61-2.8 5.63-5.48 5.92.42.36.81 1.1.81 2.22l-.01 3.29c0 .31.2.69.82.57A12 12 0 0 0 12 .3" />
  ),
  gitlab: (
    <path d="M12 22.5 1.2 14.6a1.6 1.6 0 0 1-.6-1.8L4 2.2c.2-.7 1.2-.7 1.4 0L7.8 9.4h8.4l2.4-7.2c.2-.7 1.2-.7 1.4 0l3.4 10.6a1.6 1.6 0 0 1-.6 1.8z" />
  ),
  'google-calendar': (
    <path
      fillRule="evenodd"
      d="M4 1.5h16A2.5 2.5 0 0 1 22.5 4v16a2.5 2.5 0 0 1-2.5 2.5H4A2.5 2.5 0 0 1 1.5 20V4A2.5 2.5 0 0 1 4 1.5M5 7v12h14V7zm2.4 3h4.2v6.5H9.7v-4.7H7.4zm6 0h3.4v6.5h-1.9v-4.7h-1.5z"
    />
  ),
  office365: (
    <path fillRule="evenodd" d="M14.8.800 22.5 3v18l-7.7 2.2L1.5 18.4l13.3 1.7V4.2L6.5 6v10l-5 2V5.5z" />
  ),
}

/** The icon stands beside a name or inside something that has one, so it is hidden from screen readers. */
export function AppIcon({ app, size = 16 }: { app: App; size?: number }) {
  return (
    <svg
      width={size}
      height={size}
      viewBox="0 0 24 24"
      fill="currentColor"
      aria-hidden="true"
      focusable="false"
    >
      {shapes[app]}
    </svg>
  )
}
