import { expect, test } from 'vitest'
import { apps } from '../../../contract/words.ts'
import type { InstalledApp } from '../../api.ts'
import { connectActions, disconnectActions, mapActions, mappableApps, repairActions } from './actions.ts'

function buildApp(app: InstalledApp['app'], given: Partial<InstalledApp> = {}): InstalledApp {
  return {
    app,
    name: app,
    health: 'unavailable',
    disabledReason: `${app} is not part of this version of Muster yet.`,
    failure: null,
    faultSince: null,
    checkedAt: null,
    checks: [],
    installedBy: null,
    installedAt: null,
    credentialExpiresAt: null,
    settings: {},
    connected: 0,
    failed: 0,
    needsMapping: 0,
    directory: { accounts: 0, readAt: null },
    connectUniqueNames: false,
    loginWord: 'login',
    fields: [],
    steps: [],
    ...given,
  }
}

const others = apps.filter((app) => app !== 'github').map((app) => buildApp(app))
const healthy = [buildApp('github', { health: 'healthy', disabledReason: null }), ...others]
const missing = [
  buildApp('github', { health: 'not_installed', disabledReason: 'GitHub is not installed.' }),
  ...others,
]

test('every app stands in the menu; those of later versions say why and offer nothing to mend', () => {
  const entries = connectActions(healthy)
  expect(entries.map(({ label }) => label)).toEqual([
    'Connect with GitHub',
    'Connect with GitLab',
    'Connect with Google Calendar',
    'Connect with Office365',
  ])
  expect(entries.map(({ reason }) => reason === null)).toEqual([true, false, false, false])
  expect(entries.every(({ mend }) => mend === null)).toBe(true)
})

test('an app that is not installed leads to the page that installs it', () => {
  expect(connectActions(missing)[0]).toMatchObject({ reason: 'GitHub is not installed.', mend: 'github' })
  expect(disconnectActions(missing)[0]).toMatchObject({ label: 'Disconnect from GitHub', mend: 'github' })
})

test('the map file is there for every installed app, also while it has a fault', () => {
  const broken = [buildApp('github', { health: 'fault', disabledReason: 'GitHub says no.' }), ...others]
  for (const apps of [healthy, broken]) {
    const [github, ...rest] = mapActions(apps)
    expect(github).toMatchObject({ label: 'Manually map with GitHub', reason: null })
    expect(rest.every(({ reason }) => reason?.includes('not part of this version'))).toBe(true)
    expect(mappableApps(apps)).toEqual(['github'])
  }
  expect(mapActions(missing)[0]).toMatchObject({ reason: 'GitHub is not installed.', mend: 'github' })
  expect(mappableApps(missing)).toEqual([])
})

test('retrying and accepting name the app only when there are several', () => {
  expect(repairActions(healthy).map(({ label }) => label)).toEqual(['Retry failed', 'Accept proposals'])
  const two = [...healthy.filter(({ app }) => app !== 'gitlab'), buildApp('gitlab', { health: 'healthy' })]
  expect(repairActions(two).map(({ label }) => label)).toContain('Retry failed with GitLab')
})
