import type { AccountKind } from '../../contract/words.ts'
import type { DirectoryAccount, DirectoryKey } from '../vendor.ts'
import type { GithubIdentity, GithubMember } from './shapes.ts'

/** `databaseId` never changes, a login may. GitHub lists no suspended members. */
export function memberAccount(member: GithubMember): DirectoryAccount {
  return {
    externalId: String(member.databaseId),
    login: member.login,
    name: member.name || null,
    kind: kindOf(member.login, member.name ?? ''),
    suspended: false,
  }
}

/** Addresses of the member: verified ones prove, the public one is the member's own word. */
export function memberKeys(member: GithubMember): DirectoryKey[] {
  const externalId = String(member.databaseId)
  return [
    ...member.organizationVerifiedDomainEmails.map((value) => ({
      externalId,
      kind: 'verified-email' as const,
      value,
    })),
    { externalId, kind: 'public-email', value: member.email },
  ]
}

/** What the identity provider says of whoever claimed the identity. */
export function identityKeys({ user, samlIdentity, scimIdentity }: GithubIdentity): DirectoryKey[] {
  if (!user) return []
  const externalId = String(user.databaseId)
  const saml = [samlIdentity?.nameId, samlIdentity?.username, ...(samlIdentity?.emails ?? [])]
  const scim = [scimIdentity?.username, ...(scimIdentity?.emails ?? [])]
  return [
    ...saml.map((value) => ({ externalId, kind: 'saml-name-id' as const, value: value ?? '' })),
    ...scim.map((value) => ({ externalId, kind: 'scim-user-name' as const, value: value ?? '' })),
  ]
}

/** Each key once, without blanks. */
export function distinctKeys(keys: readonly DirectoryKey[]): DirectoryKey[] {
  const filled = keys.filter(({ value }) => value.trim() !== '')
  return [...new Map(filled.map((key) => [`${key.externalId} ${key.kind} ${key.value}`, key])).values()]
}

const machineWords = /^(bots?|ci|cd|robot|automation|build|deploy|release|svc|service)$/i

/**
 * A bot on strong signs only: GitHub's own suffix, or "bot" as a word of the login while the name, if any, says
 * nothing but the login and such words. Somebody called Jane Doe with the login jane-bot is a person.
 */
function kindOf(login: string, name: string): AccountKind {
  if (login.endsWith('[bot]')) return 'bot'
  const loginWords = wordsOf(login)
  const machineName = wordsOf(name).every((word) => machineWords.test(word) || loginWords.includes(word))
  if (!machineName) return 'human'
  if (loginWords.includes('bot') || loginWords.includes('robot')) return 'bot'
  return loginWords[0] === 'svc' ? 'service' : 'human'
}

function wordsOf(text: string): string[] {
  return text
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter(Boolean)
}
