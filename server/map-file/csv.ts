import { type MapFileColumn, mapFileColumns } from '../../contract/routes/map-files.ts'
import { type App, appNames, apps } from '../../contract/words.ts'
import { fileRefused } from '../csv/file-refused.ts'
import { readCsv } from '../csv/read-csv.ts'
import { bareCell, csvLine } from '../csv/spreadsheet-cell.ts'

/** A row as it stands in the file: all columns as text, trimmed; those that the file does not have are empty. */
export interface MapRow {
  /** Where the row begins in the file, counted from 1. */
  line: number
  cells: Readonly<Record<MapFileColumn, string>>
  /** Why nothing can be read from it. */
  unreadable: string | null
}

const MAX_CELL = 8192
const MAX_COLUMNS = 64

const kind = {
  columns: mapFileColumns,
  needed: ['account_id'],
  columnsWanted: `Keep the first line of the downloaded file: ${mapFileColumns.join(',')}. Needed are account_id and one of the last three. Nothing was changed.`,
  maxRows: 50_000,
  maxColumns: MAX_COLUMNS,
  maxRecord: MAX_COLUMNS * MAX_CELL,
} as const

/** The columns that say what is to be done; a file without any of them says nothing. */
const decisions = ['external_login', 'external_id', 'action'] as const

/**
 * Reads a map file for one app, all of it, before anything is done with it.
 * @throws ProblemError `file_…` for a file that is wrong as a whole
 */
export async function readMapFile(text: string, app: App): Promise<MapRow[]> {
  const { places, width, rows } = await readCsv(text, kind)
  if (!decisions.some((column) => places.has(column)))
    throw fileRefused(
      'file_header_missing',
      { fact: `none of ${decisions.join(', ')} is there` },
      kind.columnsWanted,
    )
  const read: MapRow[] = []
  for await (const { line, cells } of rows) {
    const at = (column: MapFileColumn) => bareCell((cells[places.get(column) ?? -1] ?? '').trim()).trim()
    const row: MapRow = {
      line,
      cells: {
        app: at('app'),
        account_id: at('account_id'),
        display_name: at('display_name'),
        email: at('email'),
        status: at('status'),
        failure: at('failure'),
        suggested_login: at('suggested_login'),
        suggested_reason: at('suggested_reason'),
        external_login: at('external_login'),
        external_id: at('external_id'),
        action: at('action'),
      },
      unreadable: unreadable(cells, width),
    }
    refuseOtherApp(row, app)
    read.push(row)
  }
  return read
}

function unreadable(cells: string[], width: number): string | null {
  // Spreadsheets leave out empty cells at the end. More of them mean that all behind a comma have moved.
  if (cells.slice(width).some((cell) => cell.trim() !== ''))
    return `it has ${cells.length} cells, but the first line has ${width}`
  if (cells.some((cell) => cell.length > MAX_CELL)) return 'one of its cells is longer than 8 KB'
  if (cells.some((cell) => cell.includes('\ufffd')))
    return 'it has characters that were lost when the file was saved (\ufffd); save it as UTF-8'
  return null
}

function refuseOtherApp({ line, cells, unreadable }: MapRow, app: App): void {
  const named = cells.app.toLowerCase()
  if (named === '' || named === app || named === appNames[app].toLowerCase() || unreadable !== null) return
  const other = apps.find((known) => known === named)
  const name = other ? appNames[other] : `“${cells.app.slice(0, 40)}”`
  throw fileRefused('file_wrong_app', { app, other: `${name} (line ${line.toLocaleString('en')})` })
}

/** The first line of a map file, with the mark by which Excel knows UTF-8. */
export function mapFileHeader(): string {
  return `\ufeff${csvLine(mapFileColumns)}`
}

export function mapFileLine(cells: Readonly<Record<MapFileColumn, string>>): string {
  return csvLine(mapFileColumns.map((column) => cells[column]))
}
