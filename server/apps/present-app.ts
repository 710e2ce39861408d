import type { z } from 'zod'
import { appDescriptors } from '../../contract/apps/registry.ts'
import { describeFailure } from '../../contract/failure-table.ts'
import type { AppShape, ProbeLineShape } from '../../contract/routes/shapes.ts'
import { type App, appNames } from '../../contract/words.ts'
import { presentFailure } from '../connections/present.ts'
import type { Checks, InstalledApp } from './installed-app.store.ts'

type PresentedLine = z.infer<typeof ProbeLineShape>

/** People of an app by what became of them. */
export interface ConnectionCounts {
  connected: number
  failed: number
  needsMapping: number
}

/** An app as screens and programs see it: never a secret. */
export function presentApp(
  app: App,
  installed: InstalledApp | undefined,
  counts: ConnectionCounts,
): AppShape {
  const { loginWord, fields, steps } = appDescriptors[app]
  return {
    app,
    name: appNames[app],
    health: health(app, installed),
    disabledReason: disabledReason(app, installed),
    failure: installed?.failure ? presentFailure(installed.failure) : null,
    faultSince: installed?.fault_since?.toISOString() ?? null,
    checkedAt: installed?.checked_at?.toISOString() ?? null,
    checks: presentChecks(installed?.checks ?? []),
    installedBy: installed?.installed_by ?? null,
    installedAt: installed?.installed_at.toISOString() ?? null,
    credentialExpiresAt: installed?.credential_expires_at?.toISOString() ?? null,
    settings: installed?.settings ?? {},
    ...counts,
    directory: {
      accounts: installed?.directory_accounts ?? 0,
      readAt: installed?.directory_read_at?.toISOString() ?? null,
    },
    connectUniqueNames: installed?.connect_unique_names ?? false,
    loginWord,
    fields,
    steps,
  }
}

export function presentChecks(checks: Checks): PresentedLine[] {
  return checks.map(({ permission, ok, optional = false, note, failure }) => ({
    permission,
    ok,
    optional,
    note: note ?? null,
    failure: failure ? presentFailure(failure) : null,
  }))
}

function health(app: App, installed: InstalledApp | undefined): AppShape['health'] {
  if (!appDescriptors[app].available) return 'unavailable'
  if (!installed) return 'not_installed'
  if (installed.failure) return 'fault'
  return installed.checked_at ? 'healthy' : 'checking'
}

/** Why nobody can be connected with the app now; null when they can. */
export function disabledReason(app: App, installed: InstalledApp | undefined): string | null {
  switch (health(app, installed)) {
    case 'unavailable':
      return appDescriptors[app].unavailableReason ?? `${appNames[app]} is not available.`
    case 'not_installed':
      return `${appNames[app]} is not installed yet.`
    case 'checking':
      return `${appNames[app]} has not been checked yet; that takes a few seconds.`
    case 'fault':
      return installed?.failure ? describeFailure(installed.failure).sentence : null
    case 'healthy':
      return null
  }
}
