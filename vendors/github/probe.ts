import type { GithubSettings } from '../../contract/apps/github.ts'
import { failureTable } from '../../contract/failure-table.ts'
import {
  type Failure,
  type ProbeLine,
  type ProbeReport,
  type VendorContext,
  VendorFailure,
} from '../vendor.ts'
import { githubPages } from './addresses.ts'
import { type GithubClient, githubClient } from './client.ts'
import { failure } from './faults.ts'
import { neededPermissions, permissionName } from './permissions.ts'
import { overviewQuery } from './queries.ts'
import { type GithubApp, type GithubInstallation, type Overview, overviewShape } from './shapes.ts'

const installationLine = 'Installation'
const membersLine = permissionName('members')

/**
 * Three calls: the key by `GET /app`, the installation and its permissions, and one question that reads members,
 * repositories and what people could be found by. (A fourth makes the token where none is at hand.) Stops where
 * going on would only repeat the same fault under other names.
 */
export async function probeGithub(context: VendorContext<GithubSettings>): Promise<ProbeReport> {
  const client = githubClient(context, 'probe')

  const app = await tried(() => client.app())
  if (app instanceof VendorFailure) return { lines: [missing('App key', app.failure)] }
  const lines: ProbeLine[] = [{ permission: 'App key', ok: true, note: app.name }]

  const installation = await tried(() => client.installation())
  if (installation instanceof VendorFailure)
    return { lines: [...lines, missing(installationLine, installation.failure)] }
  lines.push(judgeInstallation(client, installation))
  if (lines.some(({ ok }) => !ok)) return { lines }

  lines.push(...judgePermissions(client, app, installation))
  if (lines.some((line) => line.permission === membersLine && !line.ok)) return { lines }

  const overview = await tried(() =>
    client.graphql(overviewQuery, { org: context.settings.organization }, overviewShape),
  )
  if (overview instanceof VendorFailure) return { lines: withFailure(lines, overview.failure) }
  if (overview.organization.membersWithRole.totalCount === 0)
    return { lines: withFailure(lines, failure(client.asked('graphql'), 'app_directory_hidden')) }
  return {
    lines: [
      ...withNotes(lines, overview.organization, installation),
      ...describeEvidence(overview.organization),
    ],
  }
}

/** What passes by itself says nothing about the app: it goes on to the caller. */
async function tried<Value>(call: () => Promise<Value>): Promise<Value | VendorFailure> {
  try {
    return await call()
  } catch (error) {
    if (error instanceof VendorFailure && failureTable[error.failure.code].retry !== 'auto') return error
    throw error
  }
}

function missing(permission: string, failure: Failure): ProbeLine {
  return { permission, ok: false, failure }
}

/** The installation must be there, awake, and the one of the organization that was configured. */
function judgeInstallation(client: GithubClient, installation: GithubInstallation): ProbeLine {
  const asked = client.asked('installation')
  const { login, type } = installation.account
  const wanted = asked.settings.organization
  const link = githubPages(asked.settings).installation(installation.id)
  if (type !== 'Organization' || login.toLowerCase() !== wanted.toLowerCase())
    return {
      ...missing(installationLine, failure(asked, 'app_not_installed')),
      note: `Installation ${installation.id} belongs to ${login}, not to ${wanted}.`,
    }
  if (installation.suspended_at) return missing(installationLine, failure(asked, 'app_suspended', { link }))
  return {
    permission: installationLine,
    ok: true,
    note: installation.repository_selection === 'all' ? 'all repositories' : 'selected repositories only',
  }
}

/** GitHub lists what the owner accepted; what the app asks for by now tells who has to act. */
function judgePermissions(
  client: GithubClient,
  app: GithubApp,
  installation: GithubInstallation,
): ProbeLine[] {
  const asked = client.asked('installation')
  const pages = githubPages(asked.settings)
  return neededPermissions.map((key) => {
    const permission = permissionName(key)
    if (installation.permissions[key]) return { permission, ok: true }
    const link = app.permissions[key]
      ? pages.acceptPermissions(installation.id)
      : pages.appPermissions(app.owner.login, app.slug)
    return missing(permission, failure(asked, 'app_permission_missing', { details: { permission }, link }))
  })
}

/** Puts a refusal of the question on the line that it contradicts, unless that line knew it before. */
function withFailure(lines: ProbeLine[], failure: Failure): ProbeLine[] {
  const aboutInstallation = [
    'app_suspended',
    'app_not_installed',
    'app_credential_invalid',
    'app_policy_blocked',
  ]
  const named = lines.find(({ permission }) => permission === failure.details.permission)?.permission
  const contradicted = named ?? (aboutInstallation.includes(failure.code) ? installationLine : membersLine)
  return lines.map((line) =>
    line.ok && line.permission === contradicted ? missing(contradicted, failure) : line,
  )
}

function withNotes(lines: ProbeLine[], overview: Overview, installation: GithubInstallation): ProbeLine[] {
  const selected = installation.repository_selection === 'all' ? '' : ' selected'
  const notes: Record<string, string> = {
    [membersLine]: counted(overview.membersWithRole.totalCount, 'member'),
    [permissionName('metadata')]: counted(overview.repositories.totalCount, `${selected} repository`.trim()),
  }
  return lines.map((line) => ({ ...line, note: line.note ?? notes[line.permission] }))
}

/** Optional lines: what people can be found by. None of them is needed, but without any the result is thin. */
function describeEvidence({ membersWithRole, samlIdentityProvider }: Overview): ProbeLine[] {
  const seen = membersWithRole.nodes
  const verified = seen.filter((member) => member.organizationVerifiedDomainEmails.length > 0).length
  const published = seen.filter((member) => member.email !== '').length
  const identities = samlIdentityProvider?.externalIdentities.totalCount ?? 0
  const lines: ProbeLine[] = [
    { permission: 'Single sign-on identities', ok: identities > 0, optional: true, note: identityNote() },
    {
      permission: 'Verified-domain emails',
      ok: verified > 0,
      optional: true,
      note:
        verified > 0
          ? `${verified} of the first ${counted(seen.length, 'member')}`
          : 'None seen. An owner can verify the organization’s domain under Settings › Verified domains.',
    },
  ]
  if (identities > 0 || verified > 0 || published > 0) return lines
  const note =
    'GitHub shows neither identities nor emails here, so nobody can be found for certain: expect proposals by name.'
  return [...lines, { permission: 'Something to compare', ok: false, optional: true, note }]

  function identityNote(): string {
    if (identities > 0) return counted(identities, 'identity')
    if (samlIdentityProvider) return 'Single sign-on is set up, but no member has signed in through it yet.'
    return 'None visible. Where single sign-on is set up for the whole enterprise, GitHub does not show its identities to an app.'
  }
}

function counted(count: number, noun: string): string {
  const plural = noun.endsWith('y') ? `${noun.slice(0, -1)}ies` : `${noun}s`
  return `${count.toLocaleString('en-US')} ${count === 1 ? noun : plural}`
}
