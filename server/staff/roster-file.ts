import { Readable } from 'node:stream'
import { CsvError, type Info, parse } from 'csv-parse'
import type { FailureCode } from '../../contract/failure.ts'
import { describeFailure } from '../../contract/failure-table.ts'
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

/** 200,000 people and some room. */
const MAX_ROWS = 250_000
const MAX_RECORD = 1024 * 1024
const PIECE = 64 * 1024
const delimiters = [',', ';', '\t'] as const

interface Row {
  line: number
  cells: string[]
}

/**
 * Reads a CSV roster (RFC 4180; comma, semicolon or tab; any line ends; columns in any order, others are
 * ignored; blank rows are passed over). A row with a mistake comes out as one with a reason.
 * @throws ProblemError `file_refused`, also while the lines are read, for a file that is wrong as a whole
 */
export async function readRoster(given: string): Promise<RosterFile> {
  refuseBinary(given)
  const text = given.replace(/^\ufeff/, '').replace(/\r\n?/g, '\n')
  const records = readRecords(text)
  const header = await records.next()
  if (header.done) throw refused('file_header_missing', 'the file is empty', columnsWanted)
  const places = readHeader(header.value.cells)
  const lines = readLines(records, places, header.value.cells.length)
  return { columns: [...places.keys()], lines }
}

async function* readLines(
  records: AsyncIterable<Row>,
  places: Map<RosterColumn, number>,
  width: number,
): AsyncGenerator<RosterLine> {
  let rows = 0
  for await (const { line, cells } of records) {
    if (++rows > MAX_ROWS)
      throw refused('file_too_many_rows', `the limit is ${MAX_ROWS.toLocaleString('en')}`)
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
  if (rows === 0)
    throw new ProblemError(
      'file_refused',
      'The file names the columns, but there is nobody below them. Nothing was changed.',
    )
}

/** Where each known column is. */
function readHeader(cells: string[]): Map<RosterColumn, number> {
  const names = cells.map((cell) => cell.trim().toLowerCase())
  const places = new Map<RosterColumn, number>()
  for (const column of rosterColumns) {
    const place = names.indexOf(column)
    if (place < 0) continue
    if (names.indexOf(column, place + 1) >= 0)
      throw refused('file_header_missing', `it names ${column} twice`, columnsWanted)
    places.set(column, place)
  }
  if (places.has('account_id') && places.has('display_name')) return places
  const seen = cells.slice(0, 8).map((cell) => `“${cell.trim().slice(0, 40)}”`)
  throw refused(
    'file_header_missing',
    `account_id and display_name are needed, and it says ${seen.join(', ')}`,
    columnsWanted,
  )
}

/** The rows that are not blank, with the lines in which they begin. */
async function* readRecords(text: string): AsyncGenerator<Row> {
  // The line behind what was parsed, which is ahead of what was read here: an error is told with its own line.
  let next = 1
  const parser = parse({
    delimiter: delimiterOf(text),
    record_delimiter: '\n',
    info: true,
    relax_column_count: true,
    // A quotation mark inside a cell that has none around it is a character like any other.
    relax_quotes: true,
    max_record_size: MAX_RECORD,
    on_record: (cells, { lines }) => {
      next = lines + 1
      return cells
    },
  })
  Readable.from(pieces(text)).pipe(parser)
  let line = 1
  try {
    for await (const { record, info } of parser as AsyncIterable<{ record: string[]; info: Info }>) {
      if (record.some((cell) => cell.trim() !== '')) yield { line, cells: record }
      line = info.lines + 1
    }
  } catch (error) {
    if (!(error instanceof CsvError)) throw error
    throw refused('file_not_text', unreadable(error.code, next))
  } finally {
    parser.destroy()
  }
}

function unreadable(code: string, line: number): string {
  if (code === 'CSV_QUOTE_NOT_CLOSED')
    return `the row that begins in line ${line} opens a quotation mark that is never closed`
  if (code === 'CSV_MAX_RECORD_SIZE')
    return `the row that begins in line ${line} is longer than 1 MB, most likely because a quotation mark is never closed`
  return `the row that begins in line ${line} is not CSV`
}

function* pieces(text: string): Generator<string> {
  for (let at = 0; at < text.length; at += PIECE) yield text.slice(at, at + PIECE)
}

/** The separator by which the first line has the most of our columns. */
function delimiterOf(text: string): string {
  const header = /\S.*/.exec(text)?.[0] ?? ''
  const known = (delimiter: string) =>
    header
      .split(delimiter)
      .filter((cell) =>
        rosterColumns.some((column) => cell.replaceAll('"', '').trim().toLowerCase() === column),
      ).length
  return delimiters.reduce((best, delimiter) => (known(delimiter) > known(best) ? delimiter : best))
}

/** Other kinds of file that people take for CSV. */
function refuseBinary(text: string): void {
  if (text.startsWith('PK\u0003\u0004'))
    throw refused('file_not_text', 'it is an Excel workbook or another zip file')
  if (text.startsWith('\u001f\u008b') || text.startsWith('\u001f\ufffd'))
    throw refused('file_not_text', 'it is compressed with gzip')
  if (text.includes('\0'))
    throw refused('file_not_text', 'it has NUL characters, as files in UTF-16 and binary files do')
}

const columnsWanted = `Its first line has to be ${rosterColumns.join(',')}, in any order, of which the first two are needed. Nothing was changed.`

function refused(code: FailureCode, fact: string, nextStep?: string): ProblemError {
  const words = describeFailure({ code, details: { fact } })
  return new ProblemError('file_refused', `${words.sentence} ${nextStep ?? words.nextStep}`)
}

function counted(cells: number): string {
  return cells === 1 ? '1 cell' : `${cells} cells`
}
