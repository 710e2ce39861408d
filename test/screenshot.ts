import { join } from 'node:path'
import { createClient } from '../contract/client.ts'
import { openRunStates } from '../contract/words.ts'
import { launchChromium } from './browser/chromium.ts'
import { startDemo } from './demo.ts'

/** Makes the picture of the README: Manage Staff after a run, with one failure explained. */

const picture = join(import.meta.dirname, '../docs/manage-staff.png')
const demo = await startDemo('--staff', '500')
const browser = await launchChromium()
try {
  const client = createClient({ url: demo.url, token: demo.token })
  const { id } = await client('POST /runs', {
    body: { app: 'github', action: 'connect', selection: { filter: { active: 'true' } } },
  })
  const page = await browser.newPage({ viewport: { width: 1440, height: 760 }, deviceScaleFactor: 1.5 })
  await page.goto(demo.signInLink)
  await page.getByText('Finished').first().waitFor()
  const run = await client('GET /runs/{id}', { params: { id } })
  if (openRunStates.some((state) => state === run.state)) throw new Error(`The run is still ${run.state}`)

  await page
    .getByRole('button', { name: /^GitHub: needs mapping/ })
    .nth(1)
    .hover()
  await page.getByRole('dialog', { name: /connection$/ }).waitFor()
  await page.screenshot({ path: picture })
  process.stdout.write(`${picture}\n`)
} finally {
  await browser.close()
  await demo.stop()
}
