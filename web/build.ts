import { createHash } from 'node:crypto'
import { globSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { brotliCompressSync, constants, gzipSync } from 'node:zlib'

/**
 * Builds the browser app into web/dist, only when something it is made of has changed since the last build,
 * and writes .gz and .br beside every asset so that the server never compresses while somebody waits.
 */

const root = path.join(import.meta.dirname, '..')
const dist = path.join(import.meta.dirname, 'dist')
const stamp = path.join(dist, '.built-from')
const firstLoadLimit = 250_000

function sourcesHash(): string {
  const hash = createHash('sha256')
  const files = globSync(['web/**/*', 'contract/**/*.ts', 'package-lock.json'], {
    cwd: root,
    exclude: ['web/dist/**', 'web/dist', '**/*.test.ts'],
  })
  for (const file of files.sort()) {
    const full = path.join(root, file)
    if (!statSync(full).isFile()) continue
    hash.update(`${file}\0`).update(readFileSync(full))
  }
  return hash.digest('hex')
}

function lastBuilt(): string {
  try {
    return readFileSync(stamp, 'utf8')
  } catch {
    return ''
  }
}

/** Precompresses the assets; index.html is left out because the server writes a nonce into it. */
function compressAssets(): void {
  const assets = path.join(dist, 'assets')
  for (const name of readdirSync(assets)) {
    if (!/\.(js|css|svg)$/.test(name)) continue
    const file = path.join(assets, name)
    const content = readFileSync(file)
    writeFileSync(`${file}.gz`, gzipSync(content, { level: 9 }))
    writeFileSync(
      `${file}.br`,
      brotliCompressSync(content, { params: { [constants.BROTLI_PARAM_QUALITY]: 10 } }),
    )
  }
}

/** Bytes of gzipped JavaScript that a browser loads before it can show the first page. */
function firstLoad(): number {
  const html = readFileSync(path.join(dist, 'index.html'), 'utf8')
  const scripts = [...html.matchAll(/(?:src|href)="\/(assets\/[^"]+\.js)"/g)].map((match) => match[1] ?? '')
  return scripts.reduce((sum, script) => sum + statSync(path.join(dist, `${script}.gz`)).size, 0)
}

const wanted = sourcesHash()
if (lastBuilt() !== wanted) {
  // Whatever the caller runs under: React's development build is a third larger and much slower.
  process.env.NODE_ENV = 'production'
  const { build } = await import('vite')
  await build({ configFile: path.join(import.meta.dirname, 'vite.config.ts'), logLevel: 'warn' })
  compressAssets()
  const bytes = firstLoad()
  process.stderr.write(`Browser app built: first load ${Math.round(bytes / 1000)} kB of JavaScript (gz).\n`)
  if (bytes > firstLoadLimit) {
    process.stderr.write(`That is over the limit of ${firstLoadLimit / 1000} kB: split or drop something.\n`)
    process.exitCode = 1
  }
  mkdirSync(dist, { recursive: true })
  writeFileSync(stamp, wanted)
}
