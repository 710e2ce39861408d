import { type App, appNames } from '../../../contract/words.ts'
import type { Person } from '../../api.ts'
import { statusWords } from './filters.ts'

/**
 * The people as CSV: UTF-8 with BOM, RFC 4180, one status and one login column for each app given. Cells that a
 * spreadsheet would run as a formula are written with a leading apostrophe.
 */
export function staffCsv(staff: readonly Person[], apps: readonly App[]): string {
  const header = ['account_id', 'display_name', 'email', 'aliases', 'groups', 'teams', 'active']
  const appColumns = apps.flatMap((app) => [
    `${appNames[app]} status`,
    `${appNames[app]} login`,
    `${appNames[app]} failure`,
  ])
  const rows = staff.map((person) => [
    person.accountId,
    person.displayName,
    person.email ?? '',
    person.aliases.join(';'),
    person.groups.join(';'),
    person.teams.join(';'),
    String(person.active),
    ...apps.flatMap((app) => {
      const connection = person.connections.find((one) => one.app === app)
      return [
        statusWords[connection?.status ?? 'not_connected'],
        connection?.login ?? '',
        connection?.failure?.sentence ?? '',
      ]
    }),
  ])
  return `\uFEFF${[[...header, ...appColumns], ...rows].map((row) => row.map(cell).join(',')).join('\r\n')}\r\n`
}

/** One cell, quoted where needed and harmless in a spreadsheet. */
export function cell(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it looks for
  const safe = /^[=+\-@\u0000-\u001f]/.test(text) ? `'${text}` : text
  return /[",\r\n;]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}

/** Hands a text to the browser as a file to keep. */
export function saveFile(name: string, text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: 'text/csv;charset=utf-8' }))
  const link = document.createElement('a')
  link.href = url
  link.download = name
  link.click()
  URL.revokeObjectURL(url)
}
