import { Link } from '@tanstack/react-router'
import type { InstalledApp } from '../../api.ts'
import classes from './import-dialog.module.css'

export interface FirstStepProps {
  /** Nobody is on the roster. */
  empty: boolean
  apps: readonly InstalledApp[]
  onImport: () => void
}

/** What comes next in an installation that has had no run yet. */
export function FirstStep({ empty, apps, onImport }: FirstStepProps) {
  const built = apps.filter(({ health }) => health !== 'unavailable')
  const [missing] = built.every(({ health }) => health === 'not_installed') ? built : []
  if (empty) {
    return (
      <p className="soft">
        No run yet. First{' '}
        <button type="button" className={classes.textButton} onClick={onImport}>
          import the roster
        </button>
        .
      </p>
    )
  }
  if (missing) {
    return (
      <p className="soft">
        No run yet. First install {missing.name} in{' '}
        <Link to="/settings/apps/$app" params={{ app: missing.app }} className="link">
          Settings › Apps
        </Link>
        .
      </p>
    )
  }
  return <p className="soft">No run yet. Select people, then choose Actions › Connect with GitHub.</p>
}
