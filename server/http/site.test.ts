import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, expect, test } from 'vitest'
import { testDatabase } from '../../test/database.ts'
import { testServer } from '../../test/server.ts'
import { noncePlaceholder } from './site.ts'

const dist = mkdtempSync(join(tmpdir(), 'muster-dist-'))
afterAll(() => rmSync(dist, { recursive: true }))
const script = 'console.log("hello")'
mkdirSync(join(dist, 'assets'))
writeFileSync(
  join(dist, 'index.html'),
  `<meta nonce="${noncePlaceholder}"><style nonce="${noncePlaceholder}"></style>`,
)
writeFileSync(join(dist, 'assets/main-4f3a.js'), script)
writeFileSync(join(dist, 'assets/main-4f3a.js.gz'), gzipSync(script))
writeFileSync(join(dist, 'icon.svg'), '<svg/>')

const database = await testDatabase()
const { url } = await testServer(database, undefined, { dist })
const page = { accept: 'text/html' }

test('every address of the browser app gets its page, with a nonce of its own', async () => {
  const nonces = new Set<string>()
  for (const path of ['/', '/settings/staff?app=github', '/index.html', '/sign-in']) {
    const response = await fetch(url + path, { headers: page })
    const text = await response.text()
    const nonce = /style-src 'self' 'nonce-([^']+)'/.exec(
      response.headers.get('content-security-policy') ?? '',
    )
    expect(text).toBe(`<meta nonce="${nonce?.[1]}"><style nonce="${nonce?.[1]}"></style>`)
    expect(response.headers.get('cache-control')).toBe('no-store')
    nonces.add(nonce?.[1] ?? '')
  }
  expect(nonces.size).toBe(4)
})

test('pages allow no inline script, no foreign origin and no frame', async () => {
  const policy = (await fetch(url)).headers.get('content-security-policy')
  expect(policy).toContain("default-src 'none'")
  expect(policy).toContain("script-src 'self'")
  expect(policy).toContain("frame-ancestors 'none'")
  expect(policy).not.toContain('unsafe')
})

test('hashed files are kept for ever, compressed for who takes that, and others are asked for again', async () => {
  const asset = await fetch(`${url}/assets/main-4f3a.js`, { headers: { 'accept-encoding': 'gzip' } })
  expect(asset.headers.get('cache-control')).toBe('public, max-age=31536000, immutable')
  expect(asset.headers.get('content-encoding')).toBe('gzip')
  expect(asset.headers.get('content-type')).toContain('javascript')
  expect(await asset.text()).toBe(script)
  const plain = await fetch(`${url}/assets/main-4f3a.js`, { headers: { 'accept-encoding': 'identity' } })
  expect([plain.headers.get('content-encoding'), await plain.text()]).toEqual([null, script])
  expect((await fetch(`${url}/icon.svg`)).headers.get('cache-control')).toBe('no-cache')
})

test('a missing file is missing, and not the page', async () => {
  for (const path of ['/assets/old-1.js', '/api/v1/nothing', '/api/v2/me'])
    expect((await fetch(url + path)).status).toBe(404)
  expect((await fetch(`${url}/assets/../../package.json`)).status).toBe(200)
  expect(await (await fetch(`${url}/%2e%2e%2fpackage.json`)).text()).not.toContain('"name"')
  expect((await fetch(url, { method: 'POST' })).status).toBe(404)
})

test('an address that is hardly one is no mistake of ours', async () => {
  for (const path of ['//', '//[', '///a?b'])
    expect([path, (await fetch(url + path)).status]).toEqual([path, 404])
  const unbuilt = await testServer(database)
  expect((await fetch(`${unbuilt.url}//[`)).status).toBe(503)
})

test('before the pages are built the server says how to build them', async () => {
  const unbuilt = await testServer(database)
  const response = await fetch(unbuilt.url)
  expect([response.status, await response.text()]).toEqual([503, expect.stringContaining('npm run build')])
})
