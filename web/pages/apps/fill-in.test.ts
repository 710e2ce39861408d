import { expect, test } from 'vitest'
import { configOf, fillIn, isComplete } from './fill-in.ts'

test('values of the guide carry the address of this server and the organization', () => {
  const known = { publicUrl: 'https://muster.acme.example', organization: 'acme' }
  expect(fillIn('{publicUrl}/webhooks/github', known)).toBe('https://muster.acme.example/webhooks/github')
  expect(fillIn('https://github.com/organizations/{organization}/x', known)).toBe(
    'https://github.com/organizations/acme/x',
  )
})

test('what is not known yet stays as its name', () => {
  expect(fillIn('github.com/{organization}', { publicUrl: 'x', organization: '' })).toBe(
    'github.com/ORGANIZATION',
  )
})

test('empty fields are left out of a configuration', () => {
  expect(configOf({ organization: ' acme ', apiUrl: '', appId: '  ' })).toEqual({ organization: 'acme' })
})

test('a form is complete when every field that is needed has something in it', () => {
  const fields = [
    { name: 'appId', required: true },
    { name: 'apiUrl', required: false },
  ]
  expect(isComplete(fields, { appId: '1' })).toBe(true)
  expect(isComplete(fields, { appId: ' ', apiUrl: 'x' })).toBe(false)
})
