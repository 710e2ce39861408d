import { describe, expect, it } from 'vitest'
import { comparableAddress } from './address.ts'

const value = (raw: string) => comparableAddress(raw)?.value

describe('comparing addresses', () => {
  it('folds A–Z and trims, nothing more, at a work domain', () => {
    expect(value('  Ana.Perez@ACME.example ')).toBe('ana.perez@acme.example')
    expect(value('ana+git@acme.example')).toBe('ana+git@acme.example')
    expect(value('anaperez@acme.example')).not.toBe(value('ana.perez@acme.example'))
  })

  it('folds plus-tags at free mail, dots at Gmail only', () => {
    expect(value('a.n.a+work@googlemail.com')).toBe('ana@gmail.com')
    expect(value('a.n.a+work@outlook.com')).toBe('a.n.a@outlook.com')
  })

  it('writes an international domain in ASCII', () => {
    expect(value('ana@bücher.example')).toBe('ana@xn--bcher-kva.example')
    expect(value('ana@XN--BCHER-KVA.example')).toBe('ana@xn--bcher-kva.example')
  })

  it.each(['аna@acme.example', 'josé@acme.example', 'ana@acme.example@', '\u212Aim@acme.example'])(
    'never compares a local part with letters that may be look-alikes: %s',
    (raw) => {
      expect(value(raw)).toBeUndefined()
    },
  )

  it.each(['info@acme.example', 'Admin@acme.example', 'no-reply+x@acme.example', 'builds@acme.example'])(
    'takes a role’s mailbox for no key: %s',
    (raw) => {
      expect(value(raw)).toBeUndefined()
    },
  )

  it.each([
    '',
    '@',
    'ana',
    'ana@',
    'ana@localhost',
    '@acme.example',
    'a b@acme.example',
    'ana@-acme.example',
  ])('takes “%s” for no address', (raw) => {
    expect(value(raw)).toBeUndefined()
  })
})
