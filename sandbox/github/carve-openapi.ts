/**
 * Carves the few paths the sandbox serves, with everything they refer to, out of GitHub's published
 * OpenAPI description, so that answers can be checked against GitHub's own words without its 13 MB.
 *
 *   cd "$(mktemp -d)" && npm pack @octokit/openapi@23.0.2 && tar xzf *.tgz package/generated/api.github.com.json
 *   bin/node sandbox/github/carve-openapi.ts /that/folder/package/generated/api.github.com.json
 */
import { readFileSync, writeFileSync } from 'node:fs'

const SERVED: Record<string, string[]> = {
  '/app': ['get'],
  '/app/installations': ['get'],
  '/app/installations/{installation_id}': ['get'],
  '/app/installations/{installation_id}/access_tokens': ['post'],
  '/orgs/{org}': ['get'],
  '/orgs/{org}/installation': ['get'],
  '/orgs/{org}/members': ['get'],
  '/rate_limit': ['get'],
  '/user/{account_id}': ['get'],
  '/users/{username}': ['get'],
}

/** Words for people, not for validators; dropping them halves the file. */
const DROPPED = new Set(['description', 'example', 'examples', 'x-github', 'externalDocs', 'tags', 'summary'])

type Json = null | boolean | number | string | Json[] | { [key: string]: Json }
type JsonObject = { [key: string]: Json }

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function slim(value: Json, insideProperties = false): Json {
  if (Array.isArray(value)) return value.map((entry) => slim(entry))
  if (!isObject(value)) return value
  const kept = Object.entries(value).filter(([key]) => insideProperties || !DROPPED.has(key))
  return Object.fromEntries(kept.map(([key, entry]) => [key, slim(entry, key === 'properties')]))
}

function references(value: Json, found: Set<string>): Set<string> {
  if (Array.isArray(value)) for (const entry of value) references(entry, found)
  if (!isObject(value)) return found
  if (typeof value.$ref === 'string') found.add(value.$ref)
  for (const entry of Object.values(value)) references(entry, found)
  return found
}

function lookUp(document: Json, pointer: string): { keys: string[]; value: Json } {
  const keys = pointer.replace(/^#\//, '').split('/')
  let value: Json | undefined = document
  for (const key of keys) value = isObject(value) ? value[key] : undefined
  if (value === undefined) throw new Error(`${pointer} is not in the description`)
  return { keys, value }
}

function place(target: JsonObject, keys: string[], value: Json): void {
  const [key = '', ...rest] = keys
  if (rest.length === 0) {
    target[key] = value
    return
  }
  const inner = target[key]
  const next: JsonObject = isObject(inner) ? inner : {}
  target[key] = next
  place(next, rest, value)
}

/**
 * Octokit's rendering of the list of installations asks of its `account` to be a user AND an enterprise
 * at once, which nothing is; the schema of one installation says "one of both", as GitHub answers.
 */
function mendInstallationList(carved: JsonObject): void {
  const list = lookUp(carved, '#/paths').value
  const operation = isObject(list) ? list['/app/installations'] : undefined
  const schema = isObject(operation) ? lookUp(operation, 'get/responses/200/content').value : undefined
  place(isObject(schema) ? schema : {}, ['application/json', 'schema', 'items'], {
    $ref: '#/components/schemas/installation',
  })
}

/** The slim description: the paths of SERVED and, transitively, all they refer to. */
export function carve(document: Json): JsonObject {
  const carved: JsonObject = {}
  for (const key of ['openapi', 'info']) place(carved, [key], slim(lookUp(document, `#/${key}`).value))
  for (const [path, methods] of Object.entries(SERVED)) {
    const item = lookUp(document, '#/paths').value
    const operations = isObject(item) ? item[path] : undefined
    if (!isObject(operations)) throw new Error(`${path} is not in the description`)
    for (const method of methods) {
      const operation = operations[method]
      if (operation === undefined) throw new Error(`${method} ${path} is not in the description`)
      place(carved, ['paths', path, method], slim(operation))
    }
  }
  mendInstallationList(carved)
  const done = new Set<string>()
  for (let open = [...references(carved, new Set())]; open.length > 0; ) {
    for (const pointer of open) {
      const { keys, value } = lookUp(document, pointer)
      place(carved, keys, slim(value))
      done.add(pointer)
    }
    open = [...references(carved, new Set())].filter((pointer) => !done.has(pointer))
  }
  return carved
}

if (import.meta.main) {
  const source = process.argv[2]
  if (source === undefined) throw new Error('Name the api.github.com.json to carve from.')
  const carved = carve(JSON.parse(readFileSync(source, 'utf8')))
  writeFileSync(new URL('./openapi.json', import.meta.url), `${JSON.stringify(carved, null, 1)}\n`)
}
