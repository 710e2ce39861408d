import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { createClient } from '../contract/client.ts'
import { run, startDemo } from './demo.ts'

test('Ctrl-C ends the demo with 0 and leaves no server, sandbox or database behind', async () => {
  const demo = await startDemo('--staff', '20')
  const client = createClient({ url: demo.url, token: demo.token })
  expect((await client('GET /staff', { query: {} })).total).toBe(20)
  expect((await client('GET /apps')).items.find(({ app }) => app === 'github')?.health).toBe('healthy')
  const postgres = Number(
    readFileSync(join(demo.dataDir, 'postgres/data/postmaster.pid'), 'utf8').split('\n')[0],
  )
  expect(isAlive(postgres)).toBe(true)

  expect(await demo.stop('SIGINT')).toBe(0)
  expect(isAlive(postgres)).toBe(false)
  await expect(fetch(demo.url)).rejects.toThrow()
  await expect(fetch(demo.sandboxUrl)).rejects.toThrow()
})

test('a second demo in the same folder is refused and the first goes on', async () => {
  const demo = await startDemo('--staff', '20')
  const second = await run(demo, 'demo', '--port', '0')
  expect(second).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/^Another Muster \(process \d+\) already uses /),
  })
  expect((await fetch(`${demo.url}/readyz`)).status).toBe(200)
  await demo.stop()
})

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}
