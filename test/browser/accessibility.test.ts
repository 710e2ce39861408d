import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { AxeResults } from 'axe-core'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createClient } from '../../contract/client.ts'
import { type Demo, run, startDemo } from '../demo.ts'
import { builtApp, launchChromium } from './chromium.ts'

/** Every page in both colour schemes on a desk and on a phone: nothing that axe finds serious. */

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const looks = [
  { colorScheme: 'light', viewport: { width: 1440, height: 900 } },
  { colorScheme: 'dark', viewport: { width: 1440, height: 900 } },
  { colorScheme: 'light', viewport: { width: 390, height: 844 } },
  { colorScheme: 'dark', viewport: { width: 390, height: 844 } },
] as const

let demo: Demo
let browser: Browser
let runId: string
let person: string
let cookies: Awaited<ReturnType<BrowserContext['cookies']>>

beforeAll(async () => {
  await builtApp()
  demo = await startDemo('--staff', '60')
  browser = await launchChromium()
  const client = createClient({ url: demo.url, token: demo.token })
  const connect = await run(demo, '--json', 'connect', 'github', '--all', '--wait')
  runId = (JSON.parse(connect.stdout) as { id: string }).id
  const { items } = await client('GET /staff', { query: { failure: 'any', limit: 1 } })
  person = encodeURIComponent(items[0]?.accountId ?? '')

  const context = await browser.newContext()
  const page = await context.newPage()
  await page.goto(demo.signInLink)
  await page.getByRole('heading', { name: 'Manage Staff' }).waitFor()
  cookies = await context.cookies()
}, 120_000)

afterAll(async () => {
  await browser?.close()
  await demo?.stop()
})

const pages: [name: string, path: () => string, ready: (page: Page) => Promise<void>][] = [
  ['Sign in', () => '/sign-in', (page) => page.getByRole('button', { name: 'Sign in' }).waitFor()],
  ['Manage Staff', () => '/settings/staff', (page) => page.getByRole('row').nth(3).waitFor()],
  [
    'Manage Staff with a person',
    () => `/settings/staff?failure=any&person=${person}`,
    (page) => page.getByRole('heading', { name: 'History' }).waitFor(),
  ],
  [
    'Manage Staff with nobody',
    () => '/settings/staff?search=nobody-has-this-name',
    (page) => page.getByText('Nobody', { exact: false }).last().waitFor(),
  ],
  ['Apps', () => '/settings/apps', (page) => page.getByText('GitLab').first().waitFor()],
  [
    'The set-up of an app',
    () => '/settings/apps/github',
    (page) => page.getByText('Members: read').first().waitFor(),
  ],
  [
    'Runs',
    () => '/settings/runs',
    (page) =>
      page
        .getByRole('link', { name: /GitHub/ })
        .first()
        .waitFor(),
  ],
  ['A run', () => `/settings/runs/${runId}`, (page) => page.getByRole('row').nth(2).waitFor()],
  ['Audit Log', () => '/settings/audit-log', (page) => page.getByRole('row').nth(2).waitFor()],
]

describe.each(looks)('$colorScheme at $viewport.width', (look) => {
  let context: BrowserContext
  let page: Page

  beforeAll(async () => {
    context = await browser.newContext({ ...look, reducedMotion: 'reduce' })
    page = await context.newPage()
  })
  afterAll(() => context?.close())

  test.each(pages)('%s', async (name, path, ready) => {
    if (name === 'Sign in') await context.clearCookies()
    else await context.addCookies(cookies)
    await page.goto(demo.url + path())
    await ready(page)
    expect(await seriousFindings(page)).toEqual([])
    // A page that scrolls sideways on a phone is broken for everybody.
    expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth')).toBeLessThanOrEqual(0)
  })
})

async function seriousFindings(page: Page): Promise<string[]> {
  await page.evaluate(axe)
  const { violations } = (await page.evaluate('axe.run()')) as AxeResults
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) =>
      nodes.map(({ target, failureSummary }) => `${id}: ${target} ${failureSummary}`),
    )
}
