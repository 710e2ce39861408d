import { execFile, execFileSync } from 'node:child_process'
import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'
import { promisify } from 'node:util'
import { type Browser, chromium } from 'playwright-core'

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']
const elsewhere = ['/Applications/Google Chrome.app/Contents/MacOS/Google Chrome']

/**
 * Starts headless Chromium or Chrome. Where there is none, Debian's package is installed if that is allowed
 * (root, apt); otherwise the tests fail with the sentence below, because a browser test that is skipped in
 * silence is worse than none.
 */
export async function launchChromium(): Promise<Browser> {
  const executablePath = find() ?? install()
  // Chromium refuses its sandbox to root; without the other flags it looks up its maker's hosts at every start.
  const args = [
    '--no-sandbox',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
  ]
  return chromium.launch({ executablePath, args })
}

/** The browser app as the server serves it: built, if its sources changed since it was. */
export async function builtApp(): Promise<void> {
  await promisify(execFile)(process.execPath, [join(import.meta.dirname, '../../web/build.ts')])
}

function find(): string | undefined {
  const onPath = (process.env.PATH ?? '')
    .split(delimiter)
    .flatMap((dir) => names.map((name) => join(dir, name)))
  return [...onPath, ...elsewhere].find(isExecutable)
}

function install(): string {
  const advice =
    'The browser tests need Chromium or Google Chrome: run `sudo apt-get install chromium`, then `npm test` again.'
  if (process.getuid?.() !== 0) throw new Error(advice)
  try {
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
    execFileSync('apt-get', ['update', '-qq'], { env, stdio: 'ignore' })
    execFileSync('apt-get', ['install', '-y', '-qq', 'chromium'], { env, stdio: 'ignore' })
  } catch (cause) {
    throw new Error(advice, { cause })
  }
  const installed = find()
  if (!installed) throw new Error(advice)
  return installed
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}
