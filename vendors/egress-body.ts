import type { Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { EgressError, toEgressError } from './egress-error.ts'

/** Reads a body to its end, unpacked; stops at `maxBytes` however small it was on the wire. */
export async function readBody(
  body: Readable,
  encoding: string | undefined,
  maxBytes: number,
  host: string,
): Promise<Uint8Array> {
  const unpacked = unpack(body, encoding, host)
  const chunks: Uint8Array[] = []
  let size = 0
  try {
    for await (const chunk of unpacked as AsyncIterable<Uint8Array>) {
      size += chunk.byteLength
      if (size > maxBytes)
        throw new EgressError('body-too-large', host, `the answer is larger than ${maxBytes} bytes`)
      chunks.push(chunk)
    }
  } finally {
    body.destroy()
  }
  return Buffer.concat(chunks)
}

function unpack(body: Readable, encoding: string | undefined, host: string): Readable {
  if (!encoding || encoding === 'identity') return body
  if (encoding !== 'gzip')
    throw new EgressError('not-readable', host, 'the answer is packed in a way that was not asked for')
  const gunzip = createGunzip()
  body.on('error', (error) => gunzip.destroy(toEgressError(error, host)))
  return body.pipe(gunzip)
}

/** The text of a body; refuses what is not UTF-8. */
export function decodeText(bytes: Uint8Array, host: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    throw new EgressError('not-readable', host, 'the answer is not UTF-8 text')
  }
}

/** The JSON of a body; refuses what does not call itself JSON, such as a proxy's sign-in page. */
export function decodeJson(bytes: Uint8Array, contentType: string | undefined, host: string): unknown {
  if (!/^application\/([\w.-]+\+)?json\b/i.test(contentType ?? ''))
    throw new EgressError(
      'not-readable',
      host,
      `the answer is ${contentType?.split(';')[0] ?? 'of no stated kind'}, not JSON`,
    )
  try {
    return JSON.parse(decodeText(bytes, host))
  } catch (error) {
    if (error instanceof EgressError) throw error
    throw new EgressError('not-readable', host, 'the answer calls itself JSON, but is not')
  }
}
