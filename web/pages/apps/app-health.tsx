import { CircleAlert, CircleCheck, CircleDashed, LoaderCircle } from 'lucide-react'
import type { InstalledApp } from '../../api.ts'
import { FailureText } from '../../components/failure-text.tsx'
import { Time } from '../../components/time.tsx'
import classes from './app-health.module.css'

/** How an app is, since when, and, where it is broken, what happened and who mends it. */
export function AppHealth({ app }: { app: InstalledApp }) {
  switch (app.health) {
    case 'unavailable':
      return <p className="soft">{app.disabledReason}</p>
    case 'not_installed':
      return (
        <p className={classes.line}>
          <CircleDashed size={16} aria-hidden="true" />
          Not installed
        </p>
      )
    case 'checking':
      return (
        <p className={classes.line} role="status">
          <LoaderCircle size={16} aria-hidden="true" />
          Being checked…
        </p>
      )
    case 'healthy':
      return (
        <p className={classes.line}>
          <CircleCheck size={16} aria-hidden="true" />
          <span>
            Healthy
            {app.checkedAt && (
              <span className="soft">
                , checked <Time at={app.checkedAt} />
              </span>
            )}
          </span>
        </p>
      )
    case 'fault':
      return (
        <div className={classes.fault}>
          <CircleAlert size={16} aria-hidden="true" />
          <div>
            {app.failure ? <FailureText failure={app.failure} /> : <p>{app.disabledReason}</p>}
            {app.faultSince && (
              <p className="soft small">
                Since <Time at={app.faultSince} />. Nobody was disconnected.
              </p>
            )}
          </div>
        </div>
      )
  }
}
