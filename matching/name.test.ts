import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { comparableName } from './name.ts'

const same = (a: string, b: string) => {
  const forms = new Set(comparableName(a)?.forms)
  return comparableName(b)?.forms.some((form) => forms.has(form)) ?? false
}

describe('comparing names', () => {
  it.each([
    ['Ana Pérez', 'ana perez'],
    ['Pérez Gil, Ana', 'Ana Pérez Gil'],
    ['Ana Pérez (she/her)', 'Ana Pérez'],
    ['Ana Pérez they/them', 'Ana Pérez'],
    ['Ana Pérez [Acme]', 'Ana Pérez'],
    ['Ana Pérez | Acme Corp', 'Ana Pérez'],
    ['Dr. Ana Pérez, PhD', 'Ana Pérez'],
    ['John Smith Jr.', 'Smith, John'],
    ['Jean-Luc Picard', 'JeanLuc Picard'],
    ['Pat O’Brien', 'Pat OBrien'],
    ['Jürgen Müller', 'Juergen Mueller'],
    ['Jürgen Müller', 'Jurgen Muller'],
    ['Großmann, Øyvind', 'Oyvind Grossmann'],
    ['Łukasz Żak', 'Lukasz Zak'],
    ['Иван Петров', 'Ivan Petrov'],
    ['王伟', 'Wang Wei'],
    ['Ａｎａ Ｐｅｒｅｚ', 'Ana Perez'],
    ['Ana Pérez 🚀', 'Ana Pérez'],
  ])('%s = %s', (a, b) => {
    expect(same(a, b)).toBe(true)
  })

  it.each([
    ['Michael Novak', 'Michal Novak'],
    ['Ana Pérez', 'Ana Pérez Gil'],
    ['Ana Pérez', 'Ana'],
    ['Ing Lee', 'Lee'],
  ])('%s ≠ %s', (a, b) => {
    expect(same(a, b)).toBe(false)
  })

  it('asks two whole parts of a full name', () => {
    expect(comparableName('Ana Pérez')?.full).toBe(true)
    expect(comparableName('王伟')?.full).toBe(true)
    expect(comparableName('Suharto')?.full).toBe(false)
    expect(comparableName('J. Smith')?.full).toBe(false)
  })

  it.each(['', ' ', '🚀', '(she/her)', '1234', 'X', null])('finds no name in “%s”', (raw) => {
    expect(comparableName(raw)).toBeUndefined()
  })

  it('never fails, and gives forms of small letters only', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 60 }), (raw) => {
        for (const form of comparableName(raw)?.forms ?? []) expect(form).toMatch(/^[a-z]{2,}$/)
      }),
    )
  })
})
