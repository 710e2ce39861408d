import { fileRefused } from './file-refused.ts'

/**
 * The text of a CSV file as it was sent, byte order mark included, so that its hash is the file's.
 * @throws ProblemError `file_not_text` with what it is instead, where that can be told
 */
export function csvText(bytes: Buffer): string {
  const [, kind] =
    otherKinds.find(([start]) => bytes.subarray(0, 4).toString('latin1').startsWith(start)) ?? []
  if (kind) throw fileRefused('file_not_text', { fact: kind })
  let text: string
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    throw fileRefused('file_not_text', {
      fact: 'it has bytes that are not UTF-8, so names in it would be garbled',
    })
  }
  if (text.includes('\0'))
    throw fileRefused('file_not_text', {
      fact: 'it has NUL characters, as files in UTF-16 and binary files do',
    })
  return text
}

/** Other kinds of file that people take for CSV, by how they begin. */
const otherKinds = [
  ['PK\u0003\u0004', 'it is an Excel workbook or another zip file'],
  ['\u001f\u008b', 'it is compressed with gzip'],
  ['\u00ff\u00fe', 'it is UTF-16, which Excel calls “Unicode Text”'],
  ['\u00fe\u00ff', 'it is UTF-16, which Excel calls “Unicode Text”'],
] as const
