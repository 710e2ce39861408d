import { domainToASCII } from 'node:url'

/** An address in the one form in which two spellings of the same mailbox are equal. */
export interface Address {
  value: string
  domain: string
}

/** Providers that hand mailboxes to anybody: their domain says nothing about an organisation. */
const freeMail = new Set([
  'gmail.com',
  'outlook.com',
  'hotmail.com',
  'live.com',
  'msn.com',
  'yahoo.com',
  'ymail.com',
  'aol.com',
  'icloud.com',
  'me.com',
  'mac.com',
  'proton.me',
  'protonmail.com',
  'pm.me',
  'fastmail.com',
  'zoho.com',
  'mail.com',
  'gmx.com',
  'gmx.de',
  'gmx.net',
  'web.de',
  'mail.ru',
  'yandex.com',
  'yandex.ru',
  'qq.com',
  '163.com',
  '126.com',
])

/** Mailboxes that a team reads or nobody does. Whoever has one of these is not known by it. */
const roles = new Set(
  `abuse accounting accounts admin administrator all billing bot bots build builds career careers ci contact
   deploy dev developers devops donotreply do-not-reply engineering everyone finance git github gitlab hello help
   helpdesk hostmaster hr info it jobs legal mail mailer-daemon marketing no-reply nobody noreply office ops
   postmaster press privacy release releases root sales security service staff support sysadmin team test
   webmaster`.split(/\s+/),
)

const maxLength = 254

/**
 * The comparable form of an email address, or undefined when it must not be compared: no address, a local
 * part outside ASCII (look-alike letters), or a role's mailbox. Letters A–Z are folded, the domain goes through
 * IDNA; plus-tags and Gmail's dots are folded for free mail only, because elsewhere they may be another
 * mailbox.
 */
export function comparableAddress(raw: string): Address | undefined {
  const text = raw.trim()
  const at = text.lastIndexOf('@')
  if (at < 1 || text.length > maxLength) return undefined
  const written = text.slice(0, at)
  // Printable ASCII without quotes, brackets and the like: nothing that toLowerCase folds beyond A–Z.
  if (!/^[\w.!#$%&'*+/=?^`{|}~-]+$/.test(written)) return undefined
  const domain = comparableDomain(text.slice(at + 1))
  if (!domain) return undefined

  let local = written.toLowerCase()
  const [base = ''] = local.split('+', 1)
  if (base === '' || roles.has(base)) return undefined
  if (freeMail.has(domain)) local = domain === 'gmail.com' ? base.replaceAll('.', '') : base
  return local === '' ? undefined : { value: `${local}@${domain}`, domain }
}

export function isFreeMail(domain: string): boolean {
  return freeMail.has(domain)
}

/** A domain in lower-case ASCII, or undefined when it is none. */
export function comparableDomain(raw: string): string | undefined {
  const plain = /^[A-Za-z0-9.-]+$/.test(raw) && !/xn--/i.test(raw)
  const domain = plain ? raw.toLowerCase() : domainToASCII(raw)
  if (!/^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)+$/.test(domain))
    return undefined
  return domain === 'googlemail.com' ? 'gmail.com' : domain
}
