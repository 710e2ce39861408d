import { expect, test } from 'vitest'
import { commandOf, keyList } from './keys.ts'

const press = (key: string, held: Partial<Parameters<typeof commandOf>[0]> = {}) =>
  commandOf({ key, shiftKey: false, ctrlKey: false, metaKey: false, altKey: false, inField: false, ...held })

test('single keys move, select, search and open the menus', () => {
  expect(['/', 'j', 'k', 'x', 'a'].map((key) => press(key))).toEqual([
    'search',
    'next',
    'previous',
    'select',
    'actions',
  ])
  expect(press('?', { shiftKey: true })).toBe('help')
})

test('shift x selects a range, with either letter that the keyboard sends', () => {
  expect(press('X', { shiftKey: true })).toBe('range')
  expect(press('x', { shiftKey: true })).toBe('range')
})

test('typing into a field and the browser’s own shortcuts are left alone', () => {
  expect(press('x', { inField: true })).toBeUndefined()
  expect(press('a', { ctrlKey: true })).toBeUndefined()
  expect(press('k', { metaKey: true })).toBeUndefined()
  expect(press('q')).toBeUndefined()
})

test('every key in the list is understood', () => {
  const single = keyList.filter(({ keys }) => !keys.some((key) => ['Enter', 'Esc', 'Shift'].includes(key)))
  for (const { keys } of single) for (const key of keys) expect(press(key), key).toBeDefined()
})
