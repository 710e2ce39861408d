import { readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { parse } from 'csv-parse/sync'
import { stringify } from 'csv-stringify/sync'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createClient } from '../../contract/client.ts'
import { type Demo, run, startDemo } from '../demo.ts'
import { builtApp, launchChromium } from './chromium.ts'

/** Whoever could not be connected is mapped in a file, as an administrator does it with a spreadsheet. */

let demo: Demo
let browser: Browser
let page: Page
const mistakes: string[] = []
type Row = Record<string, string>

beforeAll(async () => {
  await builtApp()
  demo = await startDemo('--staff', '300')
  await run(demo, 'connect', 'github', '--all', '--wait')
  browser = await launchChromium()
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, acceptDownloads: true })
  page = await context.newPage()
  page.on('pageerror', (error) => mistakes.push(error.message))
  page.on('console', (message) => message.type() === 'error' && mistakes.push(message.text()))
  await page.goto(demo.signInLink)
  await page.getByRole('heading', { name: 'Manage Staff' }).waitFor()
}, 120_000)

afterAll(async () => {
  await browser?.close()
  await demo?.stop()
})

let rows: Row[]
let half: number
let truth: Map<string, { id: number; login: string } | null>

test('everybody who could not be connected is downloaded, half of them filled in', async () => {
  await page.getByRole('button', { name: 'Actions' }).click()
  const file = await saved(
    () => page.getByRole('menuitem', { name: 'Manually map with GitHub' }).click(),
    'map.csv',
  )
  rows = parse(await readFile(file), { columns: true, bom: true })
  const { total } = await client()('GET /staff', {
    query: { active: 'true', app: 'github', status: 'needs_mapping', limit: 1 },
  })
  expect(rows).toHaveLength(total)
  expect(rows.filter(({ suggested_login }) => suggested_login !== '').length).toBeGreaterThan(0)

  const people = (await (await fetch(`${demo.sandboxUrl}/_sandbox/people`)).json()) as {
    accountId: string
    github: { id: number; login: string } | null
  }[]
  truth = new Map(people.map(({ accountId, github }) => [accountId, github]))
  half = Math.floor(rows.length / 2)
  for (const row of rows.slice(0, half)) {
    const theirs = truth.get(row.account_id ?? '')
    if (row.suggested_login && row.suggested_login === theirs?.login) row.action = 'accept'
    else if (theirs) row.external_login = theirs.login
    else row.action = 'skip'
  }
  const first = rows[0] ?? {}
  Object.assign(first, { external_login: 'nobody-has-this', action: 'map' })
  await writeFile(file, stringify(rows, { header: true, bom: true, record_delimiter: 'windows' }))
})

test('the preview says what the file would do, and does nothing', async () => {
  const before = await connected()
  await page.getByRole('button', { name: 'Upload map file' }).click()
  await choose('map.csv')
  await dialog().getByText('On GitHub,').first().waitFor()
  const counts = await shownCounts()
  expect(counts.rows).toBe(rows.length)
  expect(counts.connected + counts.changed + counts.disconnected + counts.alone + counts.refused).toBe(
    counts.rows,
  )
  expect(counts.connected).toBeGreaterThan(10)
  expect(counts.refused).toBeGreaterThan(0)
  await dialog().getByText('Line 2', { exact: true }).waitFor()
  expect(await connected()).toBe(before)
})

test('applied, the counts hold, and everybody has the account that is theirs', async () => {
  const before = await connected()
  const promised = await shownCounts()
  await dialog()
    .getByRole('button', { name: /^Apply to / })
    .click()
  await dialog().getByText('Done.').waitFor()
  expect(await shownCounts()).toEqual(promised)
  expect(await connected()).toBe(before + promised.connected)
  const { items } = await client()('GET /staff', {
    query: { app: 'github', status: 'connected', limit: 500 },
  })
  const mapped = items.flatMap(({ accountId, connections }) =>
    connections.flatMap(({ origin, externalId }) =>
      origin === 'map-file' ? [{ accountId, externalId }] : [],
    ),
  )
  expect(mapped).toHaveLength(promised.connected)
  for (const { accountId, externalId } of mapped) expect(externalId).toBe(String(truth.get(accountId)?.id))
})

test('the result file comes back; the same file changes nothing the second time', async () => {
  await saved(() => dialog().getByRole('button', { name: 'Download result file' }).click(), 'result.csv')
  const before = await connected()
  await choose('map.csv')
  await expect.poll(async () => (await shownCounts()).connected).toBe(0)
  const apply = dialog().getByRole('button', { name: 'Apply', exact: true })
  expect(await apply.isDisabled()).toBe(true)
  expect(await connected()).toBe(before)
})

test('refused rows are corrected in the result file and pass', async () => {
  const result = join(dirname(demo.dataDir), 'result.csv')
  const back: Row[] = parse(await readFile(result), { columns: true, bom: true })
  expect(Object.keys(back[0] ?? {})).toEqual(Object.keys(rows[0] ?? {}))
  const refused = back.filter(({ failure }) => failure?.startsWith('row_'))
  expect(refused.length).toBeGreaterThan(0)
  let corrected = 0
  for (const row of refused) {
    const theirs = truth.get(row.account_id ?? '')
    const usable = theirs && row.external_login === 'nobody-has-this'
    Object.assign(row, usable ? { external_login: theirs.login } : { external_login: '', action: '' })
    if (usable) corrected++
  }
  await writeFile(result, stringify(back, { header: true, delimiter: ';' }))
  const before = await connected()
  await choose('result.csv')
  await expect.poll(async () => (await shownCounts()).refused).toBe(0)
  if (corrected > 0) {
    await dialog().getByRole('button', { name: 'Apply to 1 person' }).click()
    await dialog().getByText('Done.').waitFor()
  }
  expect(await connected()).toBe(before + corrected)
})

test('a file that is no map file, and one that is too large, are refused with a sentence', async () => {
  const folder = dirname(demo.dataDir)
  await writeFile(join(folder, 'book.csv'), 'PK\u0003\u0004 and so on')
  await choose('book.csv')
  await dialog().getByText('it is an Excel workbook').waitFor()
  await writeFile(join(folder, 'large.csv'), Buffer.alloc(11 * 1024 * 1024, 'a'))
  await choose('large.csv')
  await dialog().getByText('larger than 10 MB').waitFor()
})

test('the person’s history says who mapped them', async () => {
  await page.keyboard.press('Escape')
  const { items } = await client()('GET /staff', {
    query: { app: 'github', status: 'connected', limit: 500 },
  })
  const mapped = items.find(({ connections }) => connections[0]?.origin === 'map-file')
  await page.goto(`${demo.url}/settings/staff?person=${encodeURIComponent(mapped?.accountId ?? '')}`)
  await page.getByText(/^Connected with GitHub \(.*\) by a map file\.$/).waitFor()
})

test('the browser met no error but the two refusals', () => {
  expect(mistakes.filter((text) => !/status of (413|422)/.test(text))).toEqual([])
})

function client() {
  return createClient({ url: demo.url, token: demo.token })
}

function dialog() {
  return page.getByRole('dialog', { name: 'Upload map file' })
}

async function connected(): Promise<number> {
  return (await client()('GET /staff', { query: { app: 'github', status: 'connected', limit: 1 } })).total
}

async function saved(act: () => Promise<void>, name: string): Promise<string> {
  const path = join(dirname(demo.dataDir), name)
  const [download] = await Promise.all([page.waitForEvent('download'), act()])
  await download.saveAs(path)
  return path
}

async function choose(name: string): Promise<void> {
  await page.getByLabel('Map file', { exact: true }).setInputFiles(join(dirname(demo.dataDir), name))
}

/** The counts as they stand in the dialog. */
async function shownCounts() {
  const text = (await dialog().getByRole('status').first().textContent()) ?? ''
  const [rows = 0, connected = 0, changed = 0, disconnected = 0, alone = 0, refused = 0] = (
    text.match(/\d+/g) ?? []
  ).map(Number)
  return { rows, connected, changed, disconnected, alone, refused }
}
