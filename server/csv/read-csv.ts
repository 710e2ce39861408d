import { Readable } from 'node:stream'
import { setImmediate } from 'node:timers/promises'
import { CsvError, type Info, parse } from 'csv-parse'
import { fileRefused } from './file-refused.ts'

/** What a file of one kind may have. */
export interface CsvKind<Column extends string> {
  columns: readonly Column[]
  /** Columns that it cannot do without, and the sentence that says so to the reader. */
  needed: readonly Column[]
  columnsWanted: string
  maxRows: number
  maxColumns: number
  /** The longest row, in characters. */
  maxRecord: number
}

export interface CsvRow {
  /** Where the row begins in the file, counted from 1. */
  line: number
  cells: string[]
}

export interface CsvFile<Column extends string> {
  /** The columns that the file has, of those we know, and where. */
  places: Map<Column, number>
  /** How many cells the first line has. */
  width: number
  /** The rows below it that are not blank. To be read once; read in pieces, so that a long file does not hold
   * up other requests. */
  rows: AsyncIterable<CsvRow>
}

const PIECE = 64 * 1024
/** Longer than any first line with our columns in it. */
const HEADER = 64 * 1024
const delimiters = [',', ';', '\t'] as const

/**
 * Reads CSV (RFC 4180; comma, semicolon or tab; any line ends; a byte order mark or none; columns in any order,
 * others are ignored; blank rows are passed over).
 * @throws ProblemError `file_…`, also while the rows are read, for a file that is wrong as a whole
 */
export async function readCsv<Column extends string>(
  given: string,
  kind: CsvKind<Column>,
): Promise<CsvFile<Column>> {
  const text = given.replace(/^\ufeff/, '').replace(/\r\n?/g, '\n')
  refuseLongLine(text, kind.maxRecord)
  const records = readRecords(text, delimiterOf(text, kind.columns), kind)
  const header = await records.next()
  if (header.done) throw fileRefused('file_header_missing', { fact: 'the file is empty' }, kind.columnsWanted)
  const { cells } = header.value
  return { places: readHeader(cells, kind), width: cells.length, rows: atMost(records, kind.maxRows) }
}

async function* atMost(records: AsyncIterable<CsvRow>, maxRows: number): AsyncGenerator<CsvRow> {
  let rows = 0
  for await (const row of records) {
    if (++rows > maxRows)
      throw fileRefused('file_too_many_rows', { fact: `the limit is ${maxRows.toLocaleString('en')}` })
    yield row
  }
}

/** Where each known column is. */
function readHeader<Column extends string>(cells: string[], kind: CsvKind<Column>): Map<Column, number> {
  const { columns, needed, maxColumns, columnsWanted } = kind
  const refuse = (fact: string) => fileRefused('file_header_missing', { fact }, columnsWanted)
  if (cells.length > maxColumns)
    throw refuse(`it has ${cells.length.toLocaleString('en')} columns, and ${maxColumns} is the limit`)
  const names = cells.map((cell) => cell.trim().toLowerCase())
  const places = new Map<Column, number>()
  for (const column of columns) {
    const place = names.indexOf(column)
    if (place < 0) continue
    if (names.indexOf(column, place + 1) >= 0) throw refuse(`it names ${column} twice`)
    places.set(column, place)
  }
  if (needed.every((column) => places.has(column))) return places
  const seen = cells.slice(0, 8).map((cell) => `“${cell.trim().slice(0, 40)}”`)
  const verb = needed.length === 1 ? 'is' : 'are'
  throw refuse(`${needed.join(' and ')} ${verb} needed, and it says ${seen.join(', ')}`)
}

/** What the parser really gives out with `info`. */
interface Parsed {
  record: string[]
  info: Info
}

async function* readRecords(
  text: string,
  delimiter: string,
  { maxRecord, maxColumns }: Pick<CsvKind<string>, 'maxRecord' | 'maxColumns'>,
): AsyncGenerator<CsvRow> {
  // The line behind what was parsed, which is ahead of what was read here: an error is told with its own line.
  let next = 1
  const parser = parse({
    delimiter,
    record_delimiter: '\n',
    info: true,
    relax_column_count: true,
    // A quotation mark inside a cell that has none around it is a character like any other.
    relax_quotes: true,
    max_record_size: maxRecord,
    on_record: (given, { lines }) => {
      const { length } = (given as unknown as Parsed).record
      // Here, because the parser runs ahead of its reader. Too many in the first line are told with the columns.
      if (next > 1 && length > maxColumns)
        throw fileRefused('file_not_text', { fact: tooWide(next, length, maxColumns) })
      next = lines + 1
      return given
    },
  })
  Readable.from(pieces(text)).pipe(parser)
  let line = 1
  try {
    for await (const { record, info } of parser as AsyncIterable<Parsed>) {
      if (record.some((cell) => cell.trim() !== '')) yield { line, cells: record }
      line = info.lines + 1
    }
  } catch (error) {
    if (!(error instanceof CsvError)) throw error
    throw fileRefused('file_not_text', { fact: unreadable(error.code, next, maxRecord) })
  } finally {
    parser.destroy()
  }
}

/** The parser would find out, too, but only at the end of the line. */
function refuseLongLine(text: string, maxRecord: number): void {
  for (let line = 1, start = 0; start < text.length; line++) {
    const end = text.indexOf('\n', start)
    const next = end < 0 ? text.length : end
    if (next - start > maxRecord) throw fileRefused('file_not_text', { fact: tooLong(line, maxRecord) })
    start = next + 1
  }
}

function unreadable(code: string, line: number, maxRecord: number): string {
  if (code === 'CSV_QUOTE_NOT_CLOSED') return `${rowAt(line)} opens a quotation mark that is never closed`
  return code === 'CSV_MAX_RECORD_SIZE' ? tooLong(line, maxRecord) : `${rowAt(line)} is not CSV`
}

function tooLong(line: number, maxRecord: number): string {
  return `${rowAt(line)} is longer than ${maxRecord / 1024} KB, most likely because a quotation mark is never closed`
}

function tooWide(line: number, cells: number, maxColumns: number): string {
  return `${rowAt(line)} has ${cells.toLocaleString('en')} cells, and ${maxColumns} is the limit`
}

function rowAt(line: number): string {
  return `the row that begins in line ${line.toLocaleString('en')}`
}

/** Other requests get their turn before each. */
async function* pieces(text: string): AsyncGenerator<string> {
  for (let at = 0; at < text.length; at += PIECE) {
    await setImmediate()
    yield text.slice(at, at + PIECE)
  }
}

/** The separator by which the first line has the most of our columns. */
function delimiterOf(text: string, columns: readonly string[]): string {
  const header = /\S.*/.exec(text)?.[0].slice(0, HEADER) ?? ''
  const known = (delimiter: string) =>
    header.split(delimiter).filter((cell) => columns.includes(cell.replaceAll('"', '').trim().toLowerCase()))
      .length
  return delimiters.reduce((best, delimiter) => (known(delimiter) > known(best) ? delimiter : best))
}
