import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { csvText } from './csv-text.ts'

const header = 'account_id,display_name\n1,Ana Pérez'

test('a text comes out as it was sent, byte order mark included', () => {
  expect(csvText(Buffer.from(`\ufeff${header}`))).toBe(`\ufeff${header}`)
  expect(csvText(Buffer.alloc(0))).toBe('')
})

test.each([
  ['a workbook', Buffer.from('PK\u0003\u0004rest'), 'it is an Excel workbook'],
  ['gzip', gzipSync(header), 'it is compressed with gzip'],
  ['UTF-16 of Excel', Buffer.from(`\ufeff${header}`, 'utf16le'), 'it is UTF-16, which Excel calls'],
  ['UTF-16 without a mark', Buffer.from('account_id\n1', 'utf16le'), 'it has NUL characters'],
  ['big-endian UTF-16', Buffer.from(`\ufeff${header}`, 'utf16le').swap16(), 'it is UTF-16'],
  ['Latin 1', Buffer.from(header, 'latin1'), 'it has bytes that are not UTF-8'],
  ['NUL characters', Buffer.from(`${header}\0`), 'it has NUL characters'],
])('%s is refused, with what it is and what to do', (_, bytes, fact) => {
  const refuse = () => csvText(bytes)
  expect(refuse).toThrow(expect.objectContaining({ code: 'file_not_text' }))
  expect(refuse).toThrow(new RegExp(`${fact}.*Nothing was changed\\.$`))
})
