import { z } from 'zod'
import type { GitHubAccount, Organisation } from '../organisation/model.ts'
import { reindex, type World } from './world.ts'

export const accountChangeSchema = z.strictObject({
  login: z
    .string()
    .regex(/^[a-z\d](?:-?[a-z\d]){0,38}$/i, 'not a login GitHub would allow')
    .optional(),
  name: z.string().nullable().optional(),
  publicEmail: z.string().nullable().optional(),
  verifiedDomainEmails: z.array(z.string()).optional(),
  /** False: the account leaves the organisation, or GitHub suspends it; both look alike from outside. */
  member: z.literal(false).optional(),
  /** The account was deleted and somebody took the same login: everything private is gone, the id is new. */
  recreated: z.literal(true).optional(),
})

export type AccountChange = z.infer<typeof accountChangeSchema>

export class UnknownAccountError extends Error {}

/** Changes one account as its owner or the organisation could, and returns it as it is afterwards. */
export function changeAccount(
  world: World,
  organisation: Organisation,
  id: number,
  change: AccountChange,
): GitHubAccount {
  const account = world.byId.get(id)
  if (account === undefined) throw new UnknownAccountError(`No member of the organisation has the id ${id}.`)
  const { member, recreated, ...fields } = change
  const taken = fields.login === undefined ? undefined : world.byLogin.get(fields.login.toLowerCase())
  if (taken !== undefined && taken !== account) throw new Error(`The login ${fields.login} is taken.`)
  const person = organisation.people.find(({ github }) => github?.id === String(id))
  if (member === false) {
    world.accounts = world.accounts.filter((other) => other !== account)
    reindex(world)
    return account
  }
  if (recreated) {
    const newest =
      Math.max(
        ...world.identities.map((identity) => identity.account?.id ?? 0),
        world.accounts.at(-1)?.id ?? 0,
      ) + 1
    const stranger: GitHubAccount = {
      ...account,
      id: newest,
      name: null,
      publicEmail: null,
      verifiedDomainEmails: [],
      saml: null,
      kind: 'outsider',
      ...fields,
    }
    world.accounts = [...world.accounts.filter((other) => other !== account), stranger]
    if (person !== undefined) person.github = null
    reindex(world)
    return stranger
  }
  Object.assign(account, fields)
  if (person?.github != null) person.github.login = account.login
  reindex(world)
  return account
}
