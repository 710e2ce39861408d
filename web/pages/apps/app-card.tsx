import type { InstalledApp } from '../../api.ts'
import { AppIcon } from '../../components/app-icon.tsx'
import { ButtonLink } from '../../components/links.tsx'
import { AppFigures } from './app-figures.tsx'
import { AppHealth } from './app-health.tsx'
import classes from './apps.module.css'

export function AppCard({ app }: { app: InstalledApp }) {
  const installed = app.health !== 'unavailable' && app.health !== 'not_installed'
  return (
    <section className={classes.card} aria-label={app.name}>
      <h2>
        <AppIcon app={app.app} size={20} />
        {app.name}
      </h2>
      <AppHealth app={app} />
      {installed && <AppFigures app={app} />}
      {app.health !== 'unavailable' && (
        <footer>
          <ButtonLink
            to="/settings/apps/$app"
            params={{ app: app.app }}
            variant={installed ? 'default' : 'filled'}
          >
            {installed ? 'Open' : 'Install'}
          </ButtonLink>
        </footer>
      )}
    </section>
  )
}
