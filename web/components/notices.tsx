import { Button } from '@mantine/core'
import { CircleAlert } from 'lucide-react'
import type { ReactNode } from 'react'
import { isPassing, NotConfirmed, problemCode, problemWords } from '../api.ts'
import { ButtonLink } from './links.tsx'
import classes from './notices.module.css'

/** What happened and a way to try again; where a list or a page could not be loaded. */
export function ProblemNotice({ error, onRetry }: { error: unknown; onRetry?: () => void }) {
  const { title, sentence } = problemWords(error)
  return (
    <div className={classes.notice} role="alert">
      <CircleAlert size={18} className={classes.act} aria-hidden="true" />
      <div>
        <strong>{title}</strong>
        <p className={classes.text}>{sentence}</p>
        {onRetry && isPassing(error) && (
          <Button variant="default" size="sm" onClick={onRetry}>
            Try again
          </Button>
        )}
      </div>
    </div>
  )
}

/** One line of trouble inside a form or a dialog. */
export function ProblemLine({ error }: { error: unknown }) {
  if (!error || error instanceof NotConfirmed) return null
  return (
    <p role="alert" className={classes.line}>
      <CircleAlert size={16} aria-hidden="true" />
      <span>{problemCode(error) === 'sign_in_required' ? <SignedOut /> : problemWords(error).sentence}</span>
    </p>
  )
}

/** The session ended under an open dialog. A plain link: what was read for the one before is gone with it. */
export function SignedOut() {
  const { pathname, search } = window.location
  return (
    <>
      You have been signed out. Nothing was done.{' '}
      <a className="link" href={`/sign-in?to=${encodeURIComponent(pathname + search)}`}>
        Sign in
      </a>
    </>
  )
}

/** An empty list: why it is empty and what to do. */
export function EmptyNotice({ title, children }: { title: string; children?: ReactNode }) {
  return (
    <div className={classes.empty}>
      <strong>{title}</strong>
      <div className={classes.text}>{children}</div>
    </div>
  )
}

/** An address of something that is not there, or not any more. */
export function NoSuch({ what, back }: { what: 'app' | 'run'; back: '/settings/apps' | '/settings/runs' }) {
  return (
    <EmptyNotice title={`There is no such ${what}`}>
      <title>Not found · Muster</title>
      <p>The address may have been mistyped, or what it led to is not kept any more.</p>
      <ButtonLink variant="default" to={back}>
        All {what}s
      </ButtonLink>
    </EmptyNotice>
  )
}
