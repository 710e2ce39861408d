/**
 * Cells on their way through Excel, LibreOffice and Google Sheets. These run what looks like a formula and
 * rewrite what looks like a number, a date or a time: a long id becomes 1.2E+17, 007 becomes 7. Such a cell is
 * written with an apostrophe before it, which makes it text in all of them and which some keep and some drop;
 * either way it reads back as it was.
 */

/** What is run: also where East Asian keyboards type it, and behind a control character. */
const formula = /^[=+\-@＝＋－＠\p{Cc}]/u
/** What is rewritten: signs of numbers, dates and times alone, or a word that stands for a value. */
const numeric = /^(?=.*\d)[\d\s.,:/%()eE+\-$€£¥]+$/
const value =
  /^(true|false|null|nan|(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*[-/. ]?\d+|\d+[-/. ]?(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*)$/i
/** Whole numbers that come back as they went. */
const harmless = /^(0|[1-9]\d{0,10})$/

/** The text as a cell that no spreadsheet runs or rewrites. */
export function guardCell(text: string): string {
  const touched = formula.test(text) || value.test(text) || (numeric.test(text) && !harmless.test(text))
  return touched || text.startsWith("'") ? `'${text}` : text
}

/** The text of a cell that was written by {@link guardCell}, or typed in. */
export function bareCell(cell: string): string {
  return cell.startsWith("'") ? cell.slice(1) : cell
}

/** Whether a spreadsheet has rounded a long number: 1.2E+17 or, where the comma is decimal, 1,2E+17. */
export function isRounded(cell: string): boolean {
  return /^\d([.,]\d+)?E\+?\d+$/i.test(cell)
}

/** One line of RFC 4180, each cell guarded. */
export function csvLine(cells: readonly string[]): string {
  return `${cells.map((cell) => quoted(guardCell(cell))).join(',')}\r\n`
}

/** A semicolon and a tab end a cell where a spreadsheet is set to them, so they are quoted, too. */
function quoted(cell: string): string {
  return /[",;\t\r\n]|^\s|\s$/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell
}
