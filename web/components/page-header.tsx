import type { ReactNode } from 'react'
import classes from './page-header.module.css'

/** The heading of a page with its buttons; it gives the browser tab its name too. */
export function PageHeader({ title, children }: { title: string; children?: ReactNode }) {
  return (
    <header className={classes.header}>
      <title>{`${title} · Muster`}</title>
      <h1>{title}</h1>
      <div className={classes.actions}>{children}</div>
    </header>
  )
}
