import type { AppDescriptor } from '../../contract/apps/descriptor.ts'
import { appDescriptors } from '../../contract/apps/registry.ts'
import type { AppShape } from '../../contract/routes/shapes.ts'
import { type App, appNames, apps } from '../../contract/words.ts'
import { appendAudit } from '../audit/audit.store.ts'
import type { Db, Tx } from '../db/handle.ts'
import { notifyChange } from '../db/notify.ts'
import { forgetDirectory } from '../directory/directory.store.ts'
import { ProblemError } from '../http/problem-error.ts'
import type { Sender } from '../jobs/queue.ts'
import { deleteSealed } from '../secrets/sealed-secret.store.ts'
import type { Sealer } from '../secrets/sealer.ts'
import { addCandidate } from './candidates.store.ts'
import { readConfiguration } from './configuration.ts'
import { countConnections, disconnectEverybody } from './connections-of-app.store.ts'
import {
  deleteInstalled,
  findInstalled,
  type InstalledApp,
  listInstalled,
  lockInstalled,
  markDirectoryUnread,
  putInstalled,
  setConnectUniqueNames,
  storedSecretNames,
} from './installed-app.store.ts'
import { presentApp } from './present-app.ts'
import { cancelRunsOfApp } from './runs-of-app.store.ts'

/** What the web role has to install apps with. */
export interface AppsDeps {
  db: Db
  queue: Sender
  sealer: Sealer
}

/** A configuration as it came in, and from whom. */
export interface Wanted {
  app: App
  body: Record<string, unknown>
  /** Email of the administrator. */
  actor: string
}

const nobody = { connected: 0, failed: 0, needsMapping: 0 }

/** Every app that Muster knows, installed or not. */
export async function listApps(db: Db): Promise<AppShape[]> {
  const [installed, counts] = await Promise.all([listInstalled(db), countConnections(db)])
  return apps.map((app) => {
    const row = installed.find((candidate) => candidate.app === app)
    return presentApp(app, row, counts.get(app) ?? nobody)
  })
}

export async function showApp(db: Db, app: App): Promise<AppShape> {
  const [installed, counts] = await Promise.all([findInstalled(db, app), countConnections(db)])
  return presentApp(app, installed, counts.get(app) ?? nobody)
}

/**
 * Installs the app or changes its configuration, and has it checked. Secrets left out stay as they are. With
 * another organisation the directory is read anew and runs end; on another host nobody stays connected either.
 *
 * @throws ProblemError `app_not_available`, `input_invalid`
 */
export async function installApp(
  { db, queue, sealer }: AppsDeps,
  { app, body, actor }: Wanted,
): Promise<void> {
  const descriptor = availableDescriptor(app)
  await db.transaction().execute(async (tx) => {
    const before = await lockInstalled(tx, app)
    const { settings, secrets, moved, otherHost } = await read(tx, descriptor, body, before)
    await putInstalled(tx, { app, settings, installedBy: actor })
    for (const [name, plaintext] of Object.entries(secrets))
      await sealer.seal(tx, { owner: `app:${app}`, name, plaintext })
    // Tokens were got with the former credential.
    await deleteSealed(tx, `token:${app}`)
    if (moved) {
      await cancelRunsOfApp(tx, app)
      await forgetDirectory(tx, app)
      await markDirectoryUnread(tx, app)
    }
    const disconnected = otherHost ? await disconnectEverybody(tx, app) : 0
    await queue.enqueue(tx, 'check-app', { app }, { singletonKey: app })
    await notifyChange(tx, { kind: 'app', app })
    const detail = { settings, secrets: Object.keys(secrets), ...(otherHost && { disconnected }) }
    await appendAudit(tx, { actor, action: before ? 'app.configure' : 'app.install', app, detail })
  })
}

/**
 * Has the installed app checked.
 *
 * @returns when it was last tried before
 * @throws ProblemError `app_not_available`, `app_not_ready`
 */
export async function requestCheck({ db, queue }: AppsDeps, app: App): Promise<Date | null> {
  availableDescriptor(app)
  return db.transaction().execute(async (tx) => {
    const installed = mustBeInstalled(app, await lockInstalled(tx, app))
    await queue.enqueue(tx, 'check-app', { app }, { singletonKey: app })
    return installed.attempted_at
  })
}

/**
 * Has a configuration checked that is not installed.
 *
 * @returns the candidate's id; whoever asked removes it
 * @throws ProblemError `app_not_available`, `input_invalid`
 */
export async function requestCandidateCheck(
  { db, queue, sealer }: AppsDeps,
  { app, body, actor }: Wanted,
): Promise<string> {
  const descriptor = availableDescriptor(app)
  return db.transaction().execute(async (tx) => {
    const installed = await findInstalled(tx, app)
    const { settings, secrets } = await read(tx, descriptor, body, installed)
    const id = await addCandidate(tx, { app, settings, createdBy: actor })
    for (const [name, plaintext] of Object.entries(secrets))
      await sealer.seal(tx, { owner: `candidate:${id}`, name, plaintext })
    await queue.enqueue(tx, 'check-candidate', { id })
    return id
  })
}

export interface HowToConnect {
  app: App
  connectUniqueNames: boolean
  actor: string
}

/** @throws ProblemError `app_not_available`, `app_not_ready` */
export async function changeHowToConnect(
  db: Db,
  { app, connectUniqueNames, actor }: HowToConnect,
): Promise<void> {
  availableDescriptor(app)
  await db.transaction().execute(async (tx) => {
    mustBeInstalled(app, await lockInstalled(tx, app))
    await setConnectUniqueNames(tx, app, connectUniqueNames)
    await notifyChange(tx, { kind: 'app', app })
    await appendAudit(tx, { actor, action: 'app.configure', app, detail: { connectUniqueNames } })
  })
}

/**
 * Forgets the app's credential and directory, disconnects its people and ends its runs.
 *
 * @returns how many people were connected
 * @throws ProblemError `app_not_available`, `app_not_ready`
 */
export async function uninstallApp(db: Db, { app, actor }: { app: App; actor: string }): Promise<number> {
  availableDescriptor(app)
  return db.transaction().execute(async (tx) => {
    mustBeInstalled(app, await lockInstalled(tx, app))
    await deleteInstalled(tx, app)
    await deleteSealed(tx, `app:${app}`)
    await deleteSealed(tx, `token:${app}`)
    await cancelRunsOfApp(tx, app)
    await forgetDirectory(tx, app)
    const disconnected = await disconnectEverybody(tx, app)
    await notifyChange(tx, { kind: 'app', app })
    await appendAudit(tx, { actor, action: 'app.uninstall', app, detail: { disconnected } })
    return disconnected
  })
}

async function read(
  tx: Tx,
  descriptor: AppDescriptor,
  body: Record<string, unknown>,
  installed: InstalledApp | undefined,
) {
  const { app } = descriptor
  const stored = installed && {
    settings: installed.settings,
    secretNames: await storedSecretNames(tx, app),
  }
  return readConfiguration(descriptor, body, stored)
}

function availableDescriptor(app: App): AppDescriptor {
  const descriptor = appDescriptors[app]
  if (descriptor.available) return descriptor
  const reason = descriptor.unavailableReason ?? `${appNames[app]} is not available.`
  throw new ProblemError('app_not_available', reason)
}

function mustBeInstalled(app: App, installed: InstalledApp | undefined): InstalledApp {
  if (installed) return installed
  throw new ProblemError(
    'app_not_ready',
    `${appNames[app]} is not installed yet: install it under Settings › Apps › ${appNames[app]}.`,
  )
}
