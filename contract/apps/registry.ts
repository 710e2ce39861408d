import { z } from 'zod'
import { type App, appNames } from '../words.ts'
import type { AppDescriptor } from './descriptor.ts'
import { github } from './github.ts'

function notBuilt(app: App, loginWord: string): AppDescriptor {
  const unavailableReason = `${appNames[app]} is not part of this version of Muster yet.`
  return {
    app,
    loginWord,
    available: false,
    unavailableReason,
    configSchema: z.strictObject({}),
    secretNames: [],
    originNames: [],
    hostNames: [],
    fields: [],
    steps: [],
  }
}

/** One line per app. */
export const appDescriptors: Record<App, AppDescriptor> = {
  github,
  gitlab: notBuilt('gitlab', 'username'),
  'google-calendar': notBuilt('google-calendar', 'email address'),
  office365: notBuilt('office365', 'email address'),
}
