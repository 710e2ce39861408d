import type { GithubSettings } from '../../contract/apps/github.ts'
import type { Vendor } from '../vendor.ts'
import { githubOutbound } from './addresses.ts'
import { readGithubDirectory } from './directory.ts'
import { probeGithub } from './probe.ts'

/** GitHub, github.com and Enterprise Server alike. */
export const github: Vendor<GithubSettings> = {
  app: 'github',
  outbound: githubOutbound,
  probe: probeGithub,
  readDirectory: readGithubDirectory,
}
