import type { App } from '../../contract/words.ts'
import type { DirectoryPage, ProbeReport } from '../../vendors/vendor.ts'
import type { Db } from '../db/handle.ts'

/** An app's vendor with the credential at hand: what the worker calls. */
export interface OpenVendor {
  /** What the vendor calls the organisation; for sentences. */
  organization: string | undefined
  /** See `Vendor.probe`. */
  probe(): Promise<ProbeReport>
  /** See `Vendor.readDirectory`. */
  readDirectory(cursor: string | null): Promise<DirectoryPage>
  /** Ends its connections. */
  close(): Promise<void>
}

/** The vendor of an installed app, with the configuration of that revision. */
export interface InstalledVendor extends OpenVendor {
  revision: string
}

/** What work at a vendor needs. Only the worker has it: it opens secrets. */
export interface VendorDeps {
  db: Db
  /** The installed app. @throws AppNotInstalled */
  openVendor(app: App): Promise<InstalledVendor>
  /** A configuration that is not installed yet; undefined when nobody waits for it any more. */
  openCandidate(id: string): Promise<OpenVendor | undefined>
}

/** The app was uninstalled, or never installed. */
export class AppNotInstalled extends Error {
  override name = 'AppNotInstalled'
  constructor(app: App) {
    super(`${app} is not installed`)
  }
}
