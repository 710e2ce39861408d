import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createClient } from '../../contract/client.ts'
import { type Demo, startDemo } from '../demo.ts'
import { builtApp, launchChromium } from './chromium.ts'

/** The product's main job, as a newcomer does it after the README. */

let demo: Demo
let browser: Browser
let page: Page
const mistakes: string[] = []

beforeAll(async () => {
  await builtApp()
  demo = await startDemo('--staff', '500')
  browser = await launchChromium()
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } })
  page = await context.newPage()
  page.on('pageerror', (error) => mistakes.push(error.message))
  page.on('console', (message) => message.type() === 'error' && mistakes.push(message.text()))
  // Sums up what moves without anybody having touched anything: https://web.dev/articles/cls
  await page.addInitScript(() => {
    Object.assign(globalThis, { shifts: 0 })
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries() as (PerformanceEntry & {
        value: number
        hadRecentInput: boolean
      })[]) {
        if (!entry.hadRecentInput) (globalThis as unknown as { shifts: number }).shifts += entry.value
      }
    }).observe({ type: 'layout-shift', buffered: true })
  })
}, 120_000)

afterAll(async () => {
  await browser?.close()
  await demo?.stop()
})

test('the one-time link signs in, once, and leaves the token in no address', async () => {
  await page.goto(demo.signInLink)
  await page.getByRole('heading', { name: 'Manage Staff' }).waitFor()
  expect(page.url()).not.toContain(demo.signInLink.split('#')[1])

  const stranger = await browser.newPage()
  await stranger.goto(demo.signInLink)
  await stranger.getByText(/link/).first().waitFor()
  expect(await stranger.getByRole('heading', { name: 'Manage Staff' }).count()).toBe(0)
  await stranger.close()
})

test('the apps that are not built yet are shown disabled, with the reason', async () => {
  await page.getByRole('button', { name: 'Actions' }).click()
  const gitlab = page.getByRole('menuitem', { name: 'Connect with GitLab' })
  await gitlab.waitFor()
  expect(await gitlab.textContent()).toContain('GitLab is not part of this version of Muster yet.')
  expect(await gitlab.isDisabled()).toBe(true)
  await page.keyboard.press('Escape')
})

test('a dry run shows the outcome and changes nothing', async () => {
  await page.getByRole('button', { name: /^Select all 480 that match/ }).click()
  await choose('Connect with GitHub')
  await page.getByRole('dialog').getByRole('button', { name: 'Dry run' }).click()
  await ended(/^Dry run: connect 480 people with GitHub.*355 would be connected, 125 need mapping/)
  expect((await client()('GET /staff', { query: { status: 'connected' } })).total).toBe(0)
})

test('everybody is connected in one action, a second window looks on, and the counts add up', async () => {
  const second = await page.context().newPage()
  await second.goto(`${demo.url}/settings/staff`)
  await second.getByRole('region', { name: 'Run' }).getByText('Dry run').waitFor()
  await choose('Connect with GitHub')
  await page.getByRole('dialog').getByRole('button', { name: 'Connect', exact: true }).click()
  await ended(/^Connect 480 people with GitHub.*355 connected, 125 need mapping/)
  await second.getByRole('region', { name: 'Run' }).getByRole('link', { name: '355 connected' }).waitFor()
  await second.close()

  const [run] = (await client()('GET /runs', { query: { limit: 1 } })).items
  expect(run?.state).toBe('finished')
  const { selected, ...outcomes } = run?.counts ?? { selected: 0 }
  expect(Object.values(outcomes).reduce((sum, count) => sum + count, 0)).toBe(selected)
  expect(selected).toBe(480)
})

test('nobody is connected to an account that is not theirs', async () => {
  const people = (await (await fetch(`${demo.sandboxUrl}/_sandbox/people`)).json()) as {
    accountId: string
    github: { id: number } | null
  }[]
  const truth = new Map(people.map((person) => [person.accountId, person.github?.id]))
  const { items } = await client()('GET /staff', {
    query: { app: 'github', status: 'connected', limit: 500 },
  })
  expect(items).toHaveLength(355)
  for (const { accountId, connections } of items) {
    expect(connections[0]?.externalId).toBe(String(truth.get(accountId)))
  }
})

test('the filter finds the failures by kind, and the warning says why and what next', async () => {
  await page.getByRole('button', { name: /^Failed App Integration Status/ }).click()
  await page.getByRole('option', { name: /^Only a likeness/ }).click()
  await page.waitForURL(/failure=match_weak/)
  await page.getByText('50 people').waitFor()

  await page
    .getByRole('button', { name: /^GitHub: needs mapping/ })
    .first()
    .hover()
  const card = page.getByRole('dialog', { name: /connection$/ })
  await card.getByText('A name alone proves nothing').waitFor()
  await card.getByText(/Accept the proposal/).waitFor()
  await page.mouse.move(0, 0)
})

test('a proposal is refused and an account chosen from the directory, in the person’s panel', async () => {
  const person = page.getByRole('complementary', { name: 'Person' })
  await page.getByRole('row').nth(1).getByRole('button').first().click()
  await page.waitForURL(/person=/)
  const refuse = person.getByRole('button', { name: /^Not this one: / })
  const login = (await refuse.getAttribute('aria-label'))?.replace('Not this one: ', '') ?? ''
  await refuse.click()
  await refuse.waitFor({ state: 'detached' })

  await person.getByRole('button', { name: 'Search the directory' }).click()
  await person.getByRole('textbox', { name: 'Search the GitHub directory' }).fill(login)
  await person.getByRole('button', { name: `This is the account: ${login}`, exact: true }).click()
  await person.getByRole('button', { name: 'Disconnect' }).waitFor()
  await person.getByText('decided by a person').first().waitFor()
  await person.getByRole('button', { name: 'Close the panel' }).click()
})

test('the other proposals are accepted in one action, and the people are connected', async () => {
  await page.getByRole('button', { name: /^Select all 49 that match/ }).click()
  await choose('Accept proposals')
  await page.getByRole('dialog').getByRole('button', { name: 'Accept proposals' }).click()
  await ended(/^Accept proposals of 49 people.*49 connected/)
  const { statuses } = await client()('GET /staff/facets', { query: {} })
  expect(statuses.find(({ value }) => value === 'github:connected')?.count).toBe(405)
})

test('counts stream in without anything jumping', async () => {
  expect(await page.evaluate(() => (globalThis as unknown as { shifts: number }).shifts)).toBeLessThan(0.1)
})

test('the browser met no error and blocked nothing', () => {
  expect(mistakes).toEqual([])
})

/** Waits until the page has announced the end of a run in these words. */
async function ended(words: RegExp): Promise<void> {
  await page.getByRole('region', { name: 'Run' }).getByRole('status').filter({ hasText: words }).waitFor()
}

async function choose(action: string): Promise<void> {
  await page.getByRole('button', { name: 'Actions' }).click()
  await page.getByRole('menuitem', { name: action }).click()
}

function client() {
  return createClient({ url: demo.url, token: demo.token })
}
