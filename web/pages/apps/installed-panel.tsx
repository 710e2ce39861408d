import { Button, Switch } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { api, type InstalledApp } from '../../api.ts'
import { ProblemLine } from '../../components/notices.tsx'
import { appsQuery } from '../../queries.ts'
import { AppFigures } from './app-figures.tsx'
import { AppHealth } from './app-health.tsx'
import classes from './app-setup.module.css'
import { CheckLines } from './check-lines.tsx'
import { UninstallDialog } from './uninstall-dialog.tsx'

export interface InstalledPanelProps {
  app: InstalledApp
  changing: boolean
  onChangeConfiguration: () => void
}

/** An installed app: health, permissions, how it connects people, and its settings that are not secret. */
export function InstalledPanel({ app, changing, onChangeConfiguration }: InstalledPanelProps) {
  const client = useQueryClient()
  const [uninstalling, setUninstalling] = useState(false)
  const refresh = () => client.invalidateQueries({ queryKey: appsQuery.queryKey })
  const check = useMutation({
    mutationFn: () => api('POST /apps/{app}/check', { params: { app: app.app }, body: {} }),
    onSettled: refresh,
  })
  const change = useMutation({
    mutationFn: (connectUniqueNames: boolean) =>
      api('PATCH /apps/{app}', { params: { app: app.app }, body: { connectUniqueNames } }),
    onSettled: refresh,
  })
  const lines = check.data?.lines ?? app.checks
  const uniqueNames = change.isPending ? change.variables : app.connectUniqueNames

  return (
    <div className={classes.installed}>
      <section aria-label="Health">
        <h2>Health</h2>
        <AppHealth app={app} />
        <AppFigures app={app} />
        <dl className={classes.settings}>
          {app.fields
            .filter(({ name }) => app.settings[name] !== undefined)
            .map(({ name, label }) => (
              <div key={name}>
                <dt>{label}</dt>
                <dd>{String(app.settings[name])}</dd>
              </div>
            ))}
        </dl>
      </section>
      <section aria-label="Permissions" aria-live="polite">
        <h2>Permissions</h2>
        {lines.length > 0 ? <CheckLines lines={lines} /> : <p className="soft">Not checked yet.</p>}
        {check.data && !check.data.finished && (
          <p className="soft">The check takes longer than usual. Press Check to look again.</p>
        )}
        <ProblemLine error={check.error} />
      </section>
      <Switch
        checked={uniqueNames}
        withThumbIndicator={false}
        disabled={change.isPending}
        onChange={(event) => change.mutate(event.currentTarget.checked)}
        label="Connect unique name matches"
        description="A full name that exactly one person and exactly one account have is then enough to connect them. A name proves nothing: leave this off where accounts are open to anybody, and look through the proposals instead."
        error={change.error ? 'Not changed; try again.' : undefined}
        style={{ gridColumn: '1 / -1', maxWidth: 640 }}
      />
      <div className={classes.buttons}>
        <Button variant="default" loading={check.isPending} onClick={() => check.mutate()}>
          Check
        </Button>
        <Button variant="default" onClick={onChangeConfiguration} aria-expanded={changing}>
          Change configuration
        </Button>
        <Button variant="default" onClick={() => setUninstalling(true)}>
          Uninstall
        </Button>
      </div>
      <UninstallDialog app={app} opened={uninstalling} onClose={() => setUninstalling(false)} />
    </div>
  )
}
