import { hash, verify } from '@node-rs/argon2'

/** argon2id with OWASP's parameters: 19 MiB, two passes, one lane. */
const parameters = { memoryCost: 19_456, timeCost: 2, parallelism: 1 }

export function hashPassword(password: string): Promise<string> {
  return hash(password, parameters)
}

/**
 * Whether the password is right. Without a stored hash (unknown user, or one without a password) it takes as
 * long and is false, so that nobody learns by a stopwatch who exists.
 */
export async function isPassword(stored: string | null | undefined, password: string): Promise<boolean> {
  const right = await verify(stored ?? (await nobodysHash()), password)
  return right && stored != null
}

let nobody: Promise<string> | undefined

function nobodysHash(): Promise<string> {
  nobody ??= hashPassword('nobody has this password')
  return nobody
}

/** Makes the first unknown user as quick as every later one; called when the server starts. */
export async function preparePasswords(): Promise<void> {
  await nobodysHash()
}
