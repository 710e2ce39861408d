import type { z } from 'zod'
import type { GithubSettings } from '../../contract/apps/github.ts'
import type { FailureStep } from '../../contract/failure.ts'
import { type EgressAnswer, EgressError, Paused } from '../egress.ts'
import { type VendorContext, VendorFailure } from '../vendor.ts'
import { githubAddresses } from './addresses.ts'
import { signAppJwt } from './app-jwt.ts'
import {
  type Asked,
  answerFault,
  egressFault,
  type Fault,
  graphqlFault,
  keyFault,
  resources,
  type Subject,
  shapeFault,
} from './faults.ts'
import {
  appShape,
  type GithubApp,
  type GithubInstallation,
  graphqlShape,
  installationShape,
  tokenShape,
} from './shapes.ts'

/** GitHub as one app installation sees it. Whatever goes wrong leaves as a `VendorFailure`. */
export interface GithubClient {
  /** The app itself, proving its key. */
  app(): Promise<GithubApp>
  /** The configured installation, or the one of the organization. */
  installation(): Promise<GithubInstallation>
  /** Asks with the installation's token. An answer with any error in it is refused whole. */
  graphql<Data>(document: string, variables: object, shape: z.ZodType<Data>): Promise<Data>
  /** What faults found by comparing answers are made with. */
  asked(subject: Subject): Asked
}

export function githubClient(context: VendorContext<GithubSettings>, step: FailureStep): GithubClient {
  const { settings, egress, tokens } = context
  const { rest, graphql } = githubAddresses(settings.apiUrl)
  const tokenKey = `${rest} ${settings.appId} ${settings.organization} ${settings.installationId ?? ''}`
  let installationId = settings.installationId

  const asked = (subject: Subject): Asked => ({
    subject,
    step: subject === 'token' ? 'token' : step,
    settings,
    installationId,
    now: context.now(),
  })

  /** Tells all workers of a stated waiting time, then throws. */
  async function fail({ failure, retryAt, pause = [] }: Fault): Promise<never> {
    if (retryAt) for (const resource of pause) await egress.pause(resource, retryAt, failure.code)
    throw new VendorFailure(failure, retryAt)
  }

  async function send(
    subject: Subject,
    method: 'GET' | 'POST',
    url: string,
    credential: string,
    body?: unknown,
  ) {
    const resource = subject === 'graphql' ? resources.graphql : resources.rest
    const headers = {
      authorization: `Bearer ${credential}`,
      accept: 'application/vnd.github+json',
      'x-github-api-version': '2022-11-28',
    }
    try {
      return await egress.request({ method, url, headers, body, resource })
    } catch (error) {
      if (error instanceof EgressError || error instanceof Paused)
        return fail(egressFault(asked(subject), error))
      throw error
    }
  }

  async function believe<Data>(
    subject: Subject,
    answer: EgressAnswer,
    shape: z.ZodType<Data>,
  ): Promise<Data> {
    let body: unknown
    try {
      body = answer.json()
    } catch (error) {
      if (!(error instanceof EgressError)) throw error
      return fail(shapeFault(asked(subject), error.fact, answer))
    }
    return checked(subject, body, shape, answer)
  }

  async function checked<Data>(
    subject: Subject,
    body: unknown,
    shape: z.ZodType<Data>,
    answer: EgressAnswer,
  ) {
    const parsed = shape.safeParse(body)
    if (parsed.success) return parsed.data
    // Where it does not fit, never what stood there.
    const place = parsed.error.issues[0]?.path.join('.') || 'the whole'
    return fail(shapeFault(asked(subject), `“${place}” is missing or of another kind`, answer))
  }

  /** A call in the app's own name. */
  async function askAsApp<Data>(
    subject: Subject,
    method: 'GET' | 'POST',
    path: string,
    shape: z.ZodType<Data>,
  ) {
    const privateKey = await context.secret('privateKey')
    const jwt = await signAppJwt(settings.appId, privateKey.reveal(), context.now()).catch(() =>
      fail(keyFault(asked(subject))),
    )
    const answer = await send(subject, method, `${rest}${path}`, jwt)
    if (answer.status >= 300) return fail(answerFault(asked(subject), answer))
    return believe(subject, answer, shape)
  }

  async function installation(): Promise<GithubInstallation> {
    const path =
      settings.installationId === undefined
        ? `/orgs/${settings.organization}/installation`
        : `/app/installations/${settings.installationId}`
    const found = await askAsApp('installation', 'GET', path, installationShape)
    installationId = found.id
    return found
  }

  async function mintToken(): Promise<string> {
    const id = installationId ?? (await installation()).id
    const minted = await askAsApp('token', 'POST', `/app/installations/${id}/access_tokens`, tokenShape)
    // 55 minutes of GitHub's hour: no call is under way when the token ends.
    const now = context.now().getTime()
    const renewAt = now + (Date.parse(minted.expires_at) - now) * (11 / 12)
    await tokens.set(tokenKey, minted.token, new Date(renewAt))
    return minted.token
  }

  return {
    asked,
    installation,
    app: () => askAsApp('app', 'GET', '/app', appShape),

    async graphql(document, variables, shape) {
      const body = { query: document, variables }
      const post = (token: string) => send('graphql', 'POST', graphql, token, body)
      let answer = await post((await tokens.get(tokenKey)) ?? (await mintToken()))
      if (answer.status === 401) {
        // Ended or revoked before its time: a new one tells which.
        await tokens.delete(tokenKey)
        answer = await post(await mintToken())
      }
      if (answer.status >= 300) return refused(answerFault(asked('graphql'), answer))
      const { data, errors } = await believe('graphql', answer, graphqlShape)
      if (errors?.length) return refused(graphqlFault(asked('graphql'), errors, answer))
      return checked('graphql', data, shape, answer)
    },
  }

  /** A token keeps the permissions it was made with: after a fault of the app the next one is made anew. */
  async function refused(fault: Fault): Promise<never> {
    if (fault.failure.code.startsWith('app_')) await tokens.delete(tokenKey)
    return fail(fault)
  }
}
