import { type CsvRow, readCsv } from '../csv/read-csv.ts'
import { ProblemError } from '../http/problem-error.ts'
import { type RosterColumn, type RosterPerson, RowRefused, readPerson, rosterColumns } from './roster-row.ts'

/** `line` is where the row begins in the file, counted from 1. */
export type RosterLine = { line: number } & (
  | { person: RosterPerson }
  | { accountId: string | null; reason: string }
)

export interface RosterFile {
  /** The columns that the file has, of those we know. */
  columns: RosterColumn[]
  /** To be read once; read in pieces, so that a long file does not hold up other requests. */
  lines: AsyncIterable<RosterLine>
}

const roster = {
  columns: rosterColumns,
  needed: ['account_id', 'display_name'],
  columnsWanted: `Its first line has to be ${rosterColumns.join(',')}, in any order, of which the first two are needed. Nothing was changed.`,
  /** 200,000 people and some room. */
  maxRows: 250_000,
  maxColumns: 1000,
  maxRecord: 1024 * 1024,
} as const

/**
 * Reads a CSV roster (see readCsv). A row with a mistake comes out as one with a reason.
 * @throws ProblemError `file_…`, also while the lines are read, for a file that is wrong as a whole
 */
export async function readRoster(text: string): Promise<RosterFile> {
  const { places, width, rows } = await readCsv(text, roster)
  return { columns: [...places.keys()], lines: readLines(rows, places, width) }
}

async function* readLines(
  rows: AsyncIterable<CsvRow>,
  places: Map<RosterColumn, number>,
  width: number,
): AsyncGenerator<RosterLine> {
  let anybody = false
  for await (const { line, cells } of rows) {
    anybody = true
    const row = new Map([...places].map(([column, place]) => [column, cells[place] ?? '']))
    const accountId = row.get('account_id')?.trim().slice(0, 200) || null
    try {
      if (cells.length !== width)
        throw new RowRefused(
          `The row has ${counted(cells.length)}, but the first line has ${counted(width)}.`,
        )
      if (accountId?.toLowerCase() === 'account_id')
        throw new RowRefused('This is the first line again, not a person.')
      yield { line, person: readPerson(row) }
    } catch (error) {
      if (!(error instanceof RowRefused)) throw error
      yield { line, accountId, reason: error.message }
    }
  }
  if (anybody) return
  throw new ProblemError(
    'file_refused',
    'The file names the columns, but there is nobody below them. Nothing was changed.',
  )
}

function counted(cells: number): string {
  return cells === 1 ? '1 cell' : `${cells} cells`
}
