import { readFileSync } from 'node:fs'
import { Ajv, type Format, type ValidateFunction } from 'ajv'

/**
 * Checks answers against GitHub's published OpenAPI description (`openapi.json`, carved by
 * `carve-openapi.ts`).
 */
export interface PublishedSchema {
  /** What is wrong with a body, or null; throws where GitHub publishes no body for the status. */
  faultsOf(endpoint: string, status: number, body: unknown): string | null
}

/** OpenAPI 3.0 says `nullable: true` where JSON Schema wants a type "null" beside the others. */
function nullable(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(nullable)
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).filter(([key]) => key !== 'nullable' && key !== 'discriminator')
  const schema = Object.fromEntries(entries.map(([key, inner]) => [key, nullable(inner)]))
  return Reflect.get(value, 'nullable') === true ? { anyOf: [{ type: 'null' }, schema] } : schema
}

/** The formats GitHub's description uses. */
const formats: Record<string, Format> = {
  uri: URL.canParse,
  'date-time': (text: string): boolean =>
    /^\d{4}-\d\d-\d\dT[\d:.]+(Z|[+-]\d\d:\d\d)$/.test(text) && !Number.isNaN(Date.parse(text)),
  email: (text: string): boolean => text.includes('@'),
  int64: true,
  timestamp: true,
}

/** The paths' parameters, under the names GitHub gives them. */
const PUBLISHED_NAMES: Record<string, string> = {
  'GET /app/installations/{id}': '/app/installations/{installation_id}',
  'POST /app/installations/{id}/access_tokens': '/app/installations/{installation_id}/access_tokens',
  'GET /users/{login}': '/users/{username}',
  'GET /user/{id}': '/user/{account_id}',
}

export function publishedSchema(): PublishedSchema {
  const document = nullable(JSON.parse(readFileSync(new URL('./openapi.json', import.meta.url), 'utf8')))
  const ajv = new Ajv({ strict: false, formats, allErrors: true })
  ajv.addSchema(document as object, 'github')
  const validators = new Map<string, ValidateFunction>()
  const segment = (key: string): string => encodeURIComponent(key.replaceAll('~', '~0').replaceAll('/', '~1'))
  const resolve = (pointer: string): unknown =>
    pointer
      .split('/')
      .slice(1)
      .reduce<unknown>((found, key) => {
        const name = decodeURIComponent(key).replaceAll('~1', '/').replaceAll('~0', '~')
        return typeof found === 'object' && found !== null ? Reflect.get(found, name) : undefined
      }, document)
  return {
    faultsOf: (endpoint, status, body) => {
      const [method = '', path = ''] = endpoint.split(' ')
      const published = PUBLISHED_NAMES[endpoint] ?? path
      let pointer = `#/paths/${segment(published)}/${method.toLowerCase()}/responses/${status}`
      const shared = resolve(`${pointer}/$ref`)
      if (typeof shared === 'string') pointer = shared
      pointer = `${pointer}/content/${segment('application/json')}/schema`
      if (resolve(pointer) === undefined)
        throw new Error(`GitHub publishes no body for ${endpoint} ${status}`)
      const validate = validators.get(pointer) ?? ajv.compile({ $ref: `github${pointer}` })
      validators.set(pointer, validate)
      return validate(body) ? null : ajv.errorsText(validate.errors)
    },
  }
}
