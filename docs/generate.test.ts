import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { githubConfig } from '../contract/apps/github.ts'
import { generatedPages } from './generate.ts'
import { exampleConfig } from './pages/github.ts'

test.each([...generatedPages()])('%s is what bin/node docs/generate.ts makes of it', (name, text) => {
  expect(readFileSync(join(import.meta.dirname, name), 'utf8')).toBe(text)
})

test('the configuration file shown for GitHub is one that the server takes', () => {
  expect(githubConfig.parse(exampleConfig)).toMatchObject({ organization: 'acme', appId: '123456' })
})

test('every link from one page to another leads to a page', () => {
  const pages = readdirSync(import.meta.dirname).filter((name) => name.endsWith('.md'))
  const broken = pages.flatMap((page) => {
    const text = readFileSync(join(import.meta.dirname, page), 'utf8')
    const targets = [...text.matchAll(/\]\(([\w./-]+)(#[\w-]+)?\)/g)].map(([, target = '']) => target)
    return targets
      .filter((target) => !existsSync(join(import.meta.dirname, target)))
      .map((to) => ({ page, to }))
  })
  expect(broken).toEqual([])
})
