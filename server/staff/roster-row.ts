/** Columns of a roster file; the first two are needed, a file may leave out the others. */
export const rosterColumns = [
  'account_id',
  'display_name',
  'email',
  'aliases',
  'groups',
  'teams',
  'active',
] as const
export type RosterColumn = (typeof rosterColumns)[number]

/** A person as the file gives them; what the file has no column for is absent and stays as it is. */
export interface RosterPerson {
  account_id: string
  display_name: string
  email?: string | null
  aliases?: string[]
  groups?: string[]
  teams?: string[]
  active?: boolean
}

const MAX_CELL = 8192
const MAX_ID = 200
const MAX_NAME = 200
const MAX_EMAIL = 254

/** Why a row is not taken, as the sentence that its reader sees. */
export class RowRefused extends Error {
  override name = 'RowRefused'
}

/**
 * One row's cells, by column, as a person. Text is trimmed, normalised (NFC) and freed of invisible characters;
 * it is otherwise kept as it is, also when a spreadsheet would take it for a formula.
 * @throws RowRefused
 */
export function readPerson(cells: ReadonlyMap<RosterColumn, string>): RosterPerson {
  for (const [column, cell] of cells) {
    if (cell.length > MAX_CELL) throw new RowRefused(`The cell ${column} is longer than 8 KB.`)
    if (cell.includes('\ufffd'))
      throw new RowRefused(
        `The cell ${column} has characters that were lost when the file was saved (\ufffd): save it as UTF-8.`,
      )
  }
  const person: RosterPerson = {
    account_id: readAccountId(cells.get('account_id') ?? ''),
    display_name: readName(cells.get('display_name') ?? ''),
  }
  const email = cells.get('email')
  if (email !== undefined) person.email = visible(email) ? readEmail('email', visible(email)) : null
  const aliases = cells.get('aliases')
  if (aliases !== undefined) person.aliases = readList(aliases).map((alias) => readEmail('alias', alias))
  const groups = cells.get('groups')
  if (groups !== undefined) person.groups = readLabels('group', groups)
  const teams = cells.get('teams')
  if (teams !== undefined) person.teams = readLabels('team', teams)
  const active = cells.get('active')
  if (active !== undefined) person.active = readActive(active)
  return person
}

function readAccountId(cell: string): string {
  const id = cell.trim()
  if (!id) throw new RowRefused('The account id is empty.')
  if (id.length > MAX_ID) throw new RowRefused(`The account id is longer than ${MAX_ID} characters.`)
  if (/[\p{Cc}\p{Zl}\p{Zp}]/u.test(id))
    throw new RowRefused('The account id has a line break or a control character in it.')
  return id
}

function readName(cell: string): string {
  const name = visible(cell)
  // A letter, digit or sign that can be seen; joiners and accents alone leave nothing to read.
  if (!/[^\p{C}\p{Z}\p{M}]/u.test(name)) throw new RowRefused('The name is empty.')
  if (name.length > MAX_NAME) throw new RowRefused(`The name is longer than ${MAX_NAME} characters.`)
  return name
}

function readEmail(what: 'email' | 'alias', text: string): string {
  if (text.length > MAX_EMAIL)
    throw new RowRefused(`The ${what} “${shortened(text)}” is longer than ${MAX_EMAIL} characters.`)
  if (!/^[^\s@<>,;:"()[\]\\]+@[^\s@<>,;:"()[\]\\.]+(\.[^\s@<>,;:"()[\]\\.]+)+$/.test(text))
    throw new RowRefused(`The ${what} “${shortened(text)}” is not an address such as ana@acme.example.`)
  return text
}

function readLabels(what: string, cell: string): string[] {
  const labels = readList(cell)
  const long = labels.find((label) => label.length > MAX_NAME)
  if (long) throw new RowRefused(`The ${what} “${shortened(long)}” is longer than ${MAX_NAME} characters.`)
  return labels
}

/** A set, in one order whatever order the file has. Commas divide only where there is no semicolon. */
function readList(cell: string): string[] {
  const parts = cell.split(cell.includes(';') ? ';' : ',').map(visible)
  return [...new Set(parts.filter((part) => part !== ''))].sort()
}

function readActive(cell: string): boolean {
  const word = cell.trim().toLowerCase()
  if (['', 'true', 'yes', '1'].includes(word)) return true
  if (['false', 'no', '0'].includes(word)) return false
  throw new RowRefused(`“${shortened(cell.trim())}” is not a value of active: use true or false.`)
}

/** Without control characters and those that turn the direction of text; one space where there were several. */
function visible(text: string): string {
  return text
    .normalize('NFC')
    .replace(/\s+/gu, ' ')
    .replace(/[\p{Cc}\u200b\u202a-\u202e\u2066-\u2069]/gu, '')
    .trim()
}

function shortened(text: string): string {
  return text.length > 60 ? `${text.slice(0, 60)}…` : text
}
