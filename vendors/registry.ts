import type { App } from '../contract/words.ts'
import { github } from './github/index.ts'
import type { Vendor } from './vendor.ts'

/**
 * One line per app. Settings come out of the database as the app's own schema in contract/apps/ put them in, so
 * each vendor may trust their type.
 */
export const vendors: Partial<Record<App, Vendor>> = {
  github,
}
