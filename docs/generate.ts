import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { failurePage } from './pages/failures.ts'
import { githubPage } from './pages/github.ts'
import { settingsPage } from './pages/settings.ts'

const folder = import.meta.dirname

/** What the generated pages of this folder should say now: file name → text. */
export function generatedPages(): Map<string, string> {
  const github = readFileSync(join(folder, 'github.md'), 'utf8')
  return new Map([
    ['failures.md', failurePage()],
    ['settings.md', settingsPage()],
    ['github.md', githubPage(github)],
  ])
}

if (import.meta.main) for (const [name, text] of generatedPages()) writeFileSync(join(folder, name), text)
