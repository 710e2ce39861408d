import { type App, apps as allApps, appNames, type RunAction } from '../../../contract/words.ts'
import type { InstalledApp } from '../../api.ts'

/** An entry of the Actions menu about one app. With a `reason` it is shown, but cannot be chosen. */
export interface AppEntry {
  label: string
  app: App
  reason: string | null
  /** The app whose page mends the reason; null where nothing can be mended in this version. */
  mend: App | null
}

/** One that starts a run. */
export interface ActionEntry extends AppEntry {
  action: RunAction
}

const notLoaded = 'The state of the apps is not known yet.'

export function connectActions(apps: readonly InstalledApp[]): ActionEntry[] {
  return allApps.map((app) => entry(`Connect with ${appNames[app]}`, 'connect', app, apps))
}

/** Only for apps that this version has: with the others nobody can be connected. */
export function disconnectActions(apps: readonly InstalledApp[]): ActionEntry[] {
  return built(apps).map((app) => entry(`Disconnect from ${appNames[app]}`, 'disconnect', app, apps))
}

/** `Retry failed` and `Accept proposals`, once for each app that this version has; named when there are several. */
export function repairActions(apps: readonly InstalledApp[]): ActionEntry[] {
  const ours = built(apps)
  const suffix = (app: App) => (ours.length > 1 ? ` with ${appNames[app]}` : '')
  return [
    ...ours.map((app) => entry(`Retry failed${suffix(app)}`, 'retry', app, apps)),
    ...ours.map((app) => entry(`Accept proposals${suffix(app)}`, 'accept', app, apps)),
  ]
}

/** A map file works on what is stored, so the app may have a fault as long as it is installed. */
export function mapActions(apps: readonly InstalledApp[]): AppEntry[] {
  return allApps.map((app) => {
    const label = `Manually map with ${appNames[app]}`
    const found = apps.find((one) => one.app === app)
    if (!found) return { label, app, reason: notLoaded, mend: null }
    if (isInstalled(found)) return { label, app, reason: null, mend: null }
    const mend = found.health === 'not_installed' ? app : null
    return { label, app, reason: found.disabledReason, mend }
  })
}

/** Apps whose map files can be uploaded. */
export function mappableApps(apps: readonly InstalledApp[]): App[] {
  return apps.filter(isInstalled).map(({ app }) => app)
}

function isInstalled({ health }: InstalledApp): boolean {
  return health !== 'unavailable' && health !== 'not_installed'
}

function built(apps: readonly InstalledApp[]): App[] {
  return apps.filter(({ health }) => health !== 'unavailable').map(({ app }) => app)
}

function entry(label: string, action: RunAction, app: App, apps: readonly InstalledApp[]): ActionEntry {
  const installed = apps.find((one) => one.app === app)
  if (!installed) return { label, app, action, reason: notLoaded, mend: null }
  const { disabledReason, health } = installed
  const mend = disabledReason !== null && health !== 'unavailable' ? app : null
  return { label, app, action, reason: disabledReason, mend }
}
