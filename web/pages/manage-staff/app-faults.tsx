import { CircleAlert } from 'lucide-react'
import type { InstalledApp } from '../../api.ts'
import { ButtonLink } from '../../components/links.tsx'
import { Time } from '../../components/time.tsx'
import classes from './app-faults.module.css'

/** One bar per app that is broken: what, since when, and where it is mended. */
export function AppFaults({ apps }: { apps: readonly InstalledApp[] }) {
  return apps
    .filter(({ health, failure }) => health === 'fault' && failure)
    .map(({ app, name, failure, faultSince }) => (
      <section key={app} className={classes.fault} aria-label={`${name} has a fault`}>
        <CircleAlert size={16} aria-hidden="true" />
        <p>
          <strong>{name}:</strong> {failure?.sentence}{' '}
          {faultSince && (
            <span className="soft">
              Since <Time at={faultSince} />.
            </span>
          )}
        </p>
        <ButtonLink variant="default" to="/settings/apps/$app" params={{ app }}>
          Mend
        </ButtonLink>
      </section>
    ))
}
