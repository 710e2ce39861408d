import { randomBytes } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import fastifyStatic from '@fastify/static'
import type { FastifyInstance, FastifyReply } from 'fastify'
import { sendProblem } from './error-answers.ts'
import { notFound } from './problem-error.ts'

/** Stands in index.html wherever a nonce belongs; each answer gets its own. */
export const noncePlaceholder = '__CSP_NONCE__'

const notBuilt = 'The pages of Muster are not built yet: run `npm run build` and start it again.\n'

/**
 * The browser app from `dist`, and its index.html for every other address that a browser navigates to. Files
 * below assets/ carry a hash in their name and may be kept for ever; `.br` and `.gz` beside a file are sent
 * to who understands them.
 */
export async function serveSite(fastify: FastifyInstance, dist: string): Promise<void> {
  const index = join(dist, 'index.html')
  const page = existsSync(index) ? readFileSync(index, 'utf8') : undefined
  if (page)
    await fastify.register(fastifyStatic, {
      root: dist,
      index: false,
      preCompressed: true,
      cacheControl: false,
      allowedPath: (path) => path !== '/index.html',
      setHeaders: (reply, path) => {
        const hashed = path.includes('/assets/')
        reply.header('cache-control', hashed ? 'public, max-age=31536000, immutable' : 'no-cache')
      },
    })

  fastify.setNotFoundHandler((request, reply) => {
    // Not by URL, which throws for `//`.
    const [path = ''] = request.url.split('?')
    const isPage =
      (request.method === 'GET' || request.method === 'HEAD') && !/^\/(api|assets|webhooks|scim)\//.test(path)
    if (!isPage) return sendProblem(reply, notFound('address').toProblem())
    return page ? sendPage(reply, page) : reply.code(503).type('text/plain; charset=utf-8').send(notBuilt)
  })
}

function sendPage(reply: FastifyReply, page: string): FastifyReply {
  const nonce = randomBytes(16).toString('base64')
  return reply
    .header('content-security-policy', contentSecurityPolicy(nonce))
    .type('text/html; charset=utf-8')
    .send(page.replaceAll(noncePlaceholder, nonce))
}

/** Scripts from our own files only; style elements that carry the nonce. Nothing may frame us. */
export function contentSecurityPolicy(nonce?: string): string {
  const styles = nonce ? `'self' 'nonce-${nonce}'` : "'self'"
  return [
    "default-src 'none'",
    "script-src 'self'",
    `style-src ${styles}`,
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "manifest-src 'self'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; ')
}
