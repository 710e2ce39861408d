import { randomUUID } from 'node:crypto'
import type { App } from '../../contract/words.ts'
import { type DirectoryPage, VendorFailure } from '../../vendors/vendor.ts'
import type { InstalledVendor, VendorDeps } from '../apps/open-vendor.ts'
import type { Db, Tx } from '../db/handle.ts'
import { notifyChange } from '../db/notify.ts'
import { implausible } from './completeness.ts'
import { connectionsInQuestion, settlePresence } from './presence.store.ts'
import { afterDirectory, settledPresence } from './presence.ts'
import {
  abandonWalk,
  type ClaimedWalk,
  claimWalk,
  completeWalk,
  countSeen,
  lockApp,
  writePage,
} from './walk.store.ts'

export interface WalkProgress {
  pages: number
  accounts: number
  /** How many accounts the vendor says there are, where it says so. */
  total: number | undefined
}

export interface WalkOptions {
  /** Called after each page is written. */
  onPage?(progress: WalkProgress): void
  /** Ends the walk between two pages; it goes on there next time. */
  signal?: AbortSignal
}

/** A complete walk. */
export interface Walked {
  snapshot: number
  accounts: number
}

/** Another worker has the walk, or the app another configuration, or none: nothing more may be written. */
export class WalkLost extends Error {
  override name = 'WalkLost'
}

/**
 * Reads an app's directory to its end, going on where an interrupted walk stopped. What is read is kept page by
 * page beside the old directory; only when the vendor's end marker was seen, and the number of accounts is
 * plausible, does it become the directory, in one transaction, and only then do accounts disappear.
 *
 * @throws VendorFailure of the vendor, or `data_unexpected` when the list is not believed; WalkLost;
 * AppNotInstalled
 */
export async function walkDirectory(
  { db, openVendor }: Pick<VendorDeps, 'db' | 'openVendor'>,
  app: App,
  options: WalkOptions = {},
): Promise<Walked> {
  const vendor = await openVendor(app)
  try {
    return await walkWith(db, app, vendor, options)
  } finally {
    await vendor.close()
  }
}

async function walkWith(db: Db, app: App, vendor: InstalledVendor, options: WalkOptions): Promise<Walked> {
  const { revision } = vendor
  const walk = await claimWalk(db, { app, revision }, randomUUID())
  if (!walk) throw new WalkLost(`${app} was configured anew, or uninstalled, before the walk began`)
  try {
    return await walkFrom(db, walk, vendor, options)
  } catch (error) {
    const expired = error instanceof VendorFailure && error.failure.code === 'cursor_expired'
    // From the first page there is no cursor that could have expired: then it is for the caller to know.
    if (!expired || walk.cursor === null) throw error
    await abandonWalk(db, walk)
    return walkWith(db, app, vendor, options)
  }
}

async function walkFrom(
  db: Db,
  walk: ClaimedWalk,
  vendor: InstalledVendor,
  { onPage, signal }: WalkOptions,
): Promise<Walked> {
  let { pages, total } = walk
  let page = await vendor.readDirectory(walk.cursor)
  while (page.next !== null) {
    signal?.throwIfAborted()
    // The vendor answers while we write. The cursor moves with the rows, so a crash costs this one call.
    const coming = vendor.readDirectory(page.next)
    coming.catch(() => {})
    const accounts = stillOurs(walk, await writePage(db, walk, page))
    total = page.total ?? total
    pages += 1
    onPage?.({ pages, accounts, total })
    page = await coming
  }
  signal?.throwIfAborted()
  total = page.total ?? total
  const walked = await db.transaction().execute((tx) => finish(tx, walk, page, total, vendor.organization))
  if (walked instanceof VendorFailure) throw walked
  onPage?.({ pages: pages + 1, accounts: walked.accounts, total })
  return walked
}

/** The last page and all that follows from the end having been seen, or none of it. */
async function finish(
  tx: Tx,
  walk: ClaimedWalk,
  page: DirectoryPage,
  total: number | undefined,
  organization: string | undefined,
): Promise<Walked | VendorFailure> {
  const { app, snapshot } = walk
  await lockApp(tx, app)
  stillOurs(walk, await writePage(tx, walk, page))
  const { seen, before } = await countSeen(tx, walk)
  const doubt = implausible({ seen, before, total })
  if (doubt) {
    await abandonWalk(tx, walk)
    return notBelieved(app, doubt, organization)
  }
  await completeWalk(tx, walk, seen)
  await settleConnections(tx, walk, organization)
  await notifyChange(tx, { kind: 'app', app })
  return { snapshot, accounts: seen }
}

async function settleConnections(
  tx: Tx,
  { app, snapshot }: ClaimedWalk,
  organization: string | undefined,
): Promise<void> {
  const now = new Date()
  const settled = (await connectionsInQuestion(tx, app, snapshot)).flatMap((held) => {
    const next = settledPresence(afterDirectory(held), { app, ...held, organization }, now)
    return next ? [{ ...held, next }] : []
  })
  await settlePresence(tx, app, settled)
}

function stillOurs(walk: ClaimedWalk, accounts: number | undefined): number {
  if (accounts === undefined) throw new WalkLost(`The walk of ${walk.app} belongs to another worker`)
  return accounts
}

function notBelieved(app: App, fact: string, organization: string | undefined): VendorFailure {
  return new VendorFailure({
    code: 'data_unexpected',
    step: 'directory',
    at: new Date().toISOString(),
    details: { app, organization, fact },
    evidence: {},
  })
}
