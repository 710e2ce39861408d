import type { z } from 'zod'
import type { App } from '../words.ts'

/** A value of an app's set-up form. Secret fields go in and never come out. */
export interface SetupField {
  name: string
  label: string
  help: string
  secret: boolean
  required: boolean
  /** A PEM key or JSON wants a text area. */
  multiline?: boolean
  placeholder?: string
}

export interface SetupStep {
  title: string
  text: string
  /** Values to copy into the vendor's console. `{publicUrl}` stands for the address of this server. */
  copy?: { label: string; value: string }[]
  link?: { label: string; url: string }
}

/**
 * All that the web role and the screens know of an app. The web role never imports vendors/, so what it needs
 * to take a set-up form lives here; what an app does lives in vendors/.
 */
export interface AppDescriptor {
  app: App
  /** What the external account's login is called: "login", "email address". */
  loginWord: string
  /** False while this version has no code for the app; the reason is shown where it would be chosen. */
  available: boolean
  unavailableReason?: string
  /** The body of `PUT /apps/{app}`: settings and secrets together, strict. */
  configSchema: z.ZodObject
  /** Names of the properties of the configuration that are sealed. */
  secretNames: string[]
  fields: SetupField[]
  steps: SetupStep[]
  /** Changing one of these means another credential is needed: the stored one was entered for the old origin. */
  originNames: string[]
  /** Those of them that lead to another host of the vendor, where the same id is somebody else's account. */
  hostNames: string[]
}
