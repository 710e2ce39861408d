import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { describeFailure } from '../../contract/failure-table.ts'
import { mapFileColumns } from '../../contract/routes/map-files.ts'
import { type MapRow, readMapFile } from './csv.ts'
import type { Account, Decision, Person, World } from './decision.ts'
import { decideAgain, decideRows, isChange } from './map-file.ts'

type Cells = Partial<MapRow['cells']>

const someone: Person = {
  accountId: '',
  displayName: '',
  active: true,
  status: 'needs_mapping',
  origin: null,
  externalId: null,
  login: null,
  failureCode: 'match_none',
  proposals: [],
}
/** Ana and Bo need mapping, Cy has the account c, Di connected d herself, Eva said no, Flo has left. */
const people: Record<string, Partial<Person>> = {
  ana: { proposals: ['1'] },
  bo: {},
  cy: { status: 'connected', origin: 'admin', externalId: '3', login: 'c', failureCode: null },
  di: { status: 'connected', origin: 'self', externalId: '4', login: 'd', failureCode: null },
  eva: { status: 'opted_out', failureCode: null },
  flo: { active: false },
}
const accounts: [id: string, login: string, unusable?: string][] = [
  ['1', 'a'],
  ['2', 'b'],
  ['3', 'c'],
  ['4', 'd'],
  ['5', 'free'],
  ['6', 'gone', 'is suspended'],
  ['7', 'bot', 'is not a person’s account'],
]

function world(changed: Record<string, Partial<Person>> = {}): World {
  const everybody = Object.entries(people).map(([accountId, given]): [string, Person] => [
    accountId,
    { ...someone, accountId, displayName: accountId, ...given, ...changed[accountId] },
  ])
  const known = accounts.map(([externalId, login, unusable = null]): Account => {
    const [holder] = everybody.flatMap(([, person]) => (person.externalId === externalId ? [person] : []))
    return { externalId, login, unusable, holder: holder ?? null }
  })
  return {
    app: 'github',
    organization: 'acme',
    people: new Map(everybody),
    accounts: new Map(known.map((account) => [account.externalId, account])),
    logins: Map.groupBy(known, ({ login }) => login),
  }
}

const blank = Object.fromEntries(mapFileColumns.map((column) => [column, ''])) as MapRow['cells']
const rows = (...given: Cells[]): MapRow[] =>
  given.map((cells, at) => ({ line: at + 2, cells: { ...blank, ...cells }, unreadable: null }))
const decide = (...given: Cells[]) => decideRows(rows(...given), world())
const words = (decisions: Decision[]) => decisions.map(({ outcome, refusal }) => refusal?.code ?? outcome)

describe('a row', () => {
  test.each<[string, Cells, string]>([
    ['left blank', { account_id: 'ana' }, 'unchanged'],
    ['left blank, of nobody we know', { account_id: 'x' }, 'unchanged'],
    ['with a login', { account_id: 'ana', external_login: 'free' }, 'connected'],
    ['with a login in capitals and an at sign', { account_id: 'ana', external_login: '@FREE' }, 'connected'],
    ['with an id', { account_id: 'ana', external_id: '5' }, 'connected'],
    [
      'with both',
      { account_id: 'ana', external_login: 'free', external_id: '5', action: 'MAP' },
      'connected',
    ],
    ['to accept', { account_id: 'ana', suggested_login: 'a', action: 'accept' }, 'connected'],
    ['to skip, whatever else it says', { account_id: 'ana', external_login: 'x', action: 'skip' }, 'skipped'],
    ['to disconnect', { account_id: 'cy', action: 'disconnect' }, 'disconnected'],
    ['to disconnect nobody', { account_id: 'ana', action: 'disconnect' }, 'unchanged'],
    ['for another account', { account_id: 'cy', external_login: 'free' }, 'changed'],
    ['for the account they have', { account_id: 'cy', external_login: 'c', status: 'failed' }, 'unchanged'],
    ['of nobody', { account_id: 'x', action: 'skip' }, 'skipped'],
    ['of nobody, to map', { account_id: 'x', external_login: 'free' }, 'row_person_unknown'],
    ['for no account', { account_id: 'ana', external_login: 'nobody' }, 'row_account_unknown'],
    ['for no id', { account_id: 'ana', external_id: '99' }, 'row_account_unknown'],
    [
      'with one of two unknown',
      { account_id: 'ana', external_login: 'free', external_id: '9' },
      'row_account_unknown',
    ],
    ['to map nothing', { account_id: 'ana', action: 'map' }, 'row_account_unknown'],
    ['to accept nothing', { account_id: 'ana', action: 'accept' }, 'row_account_unknown'],
    ['for a suspended account', { account_id: 'ana', external_login: 'gone' }, 'row_account_inactive'],
    ['for a bot', { account_id: 'ana', external_login: 'bot' }, 'row_account_inactive'],
    ['for somebody else’s account', { account_id: 'ana', external_login: 'c' }, 'row_account_taken'],
    [
      'with two accounts',
      { account_id: 'ana', external_login: 'free', external_id: '2' },
      'row_ids_disagree',
    ],
    [
      'to accept, with another login',
      { account_id: 'ana', suggested_login: 'a', external_login: 'b', action: 'accept' },
      'row_ids_disagree',
    ],
    ['with another action', { account_id: 'ana', action: 'delete' }, 'row_action_unknown'],
    ['of somebody who said no', { account_id: 'eva', external_login: 'free' }, 'row_person_opted_out'],
    ['of somebody who left', { account_id: 'flo', external_login: 'free' }, 'person_inactive'],
    ['of somebody who chose themself', { account_id: 'di', external_login: 'free' }, 'connected_by_self'],
    ['to disconnect them', { account_id: 'di', action: 'disconnect' }, 'connected_by_self'],
    ['whose status changed', { account_id: 'ana', status: 'failed', external_login: 'free' }, 'row_stale'],
    [
      'whose failure changed',
      { account_id: 'ana', status: 'needs_mapping', failure: 'match_weak: …', external_login: 'free' },
      'row_stale',
    ],
    [
      'whose account changed',
      { account_id: 'cy', status: 'connected', suggested_login: 'b', action: 'disconnect' },
      'row_stale',
    ],
    ['whose suggestion changed', { account_id: 'ana', suggested_login: 'b', action: 'accept' }, 'row_stale'],
    [
      'of a result file',
      {
        account_id: 'ana',
        status: 'needs_mapping',
        failure: 'row_account_unknown: …',
        external_login: 'free',
      },
      'connected',
    ],
    [
      'with a state of its own words',
      { account_id: 'ana', status: 'todo', failure: 'ask her', external_login: 'free' },
      'connected',
    ],
  ])('%s: %s → %s', (_, cells, expected) => {
    expect(words(decide(cells))).toEqual([expected])
  })

  test('that cannot be read is refused', () => {
    const [row] = rows({ account_id: 'ana', external_login: 'free' })
    expect(words(decideRows(row ? [{ ...row, unreadable: 'it has 12 cells' }] : [], world()))).toEqual([
      'row_unreadable',
    ])
  })

  test('with a number that a spreadsheet rounded is told so', () => {
    for (const cells of [
      { account_id: 'ana', external_id: '1.2E+17' },
      { account_id: '1.2E+17', external_login: 'free' },
    ]) {
      const [decision] = decide(cells)
      expect(decision?.refusal && describeFailure(decision.refusal).sentence).toMatch(/rounded a long number/)
    }
  })
})

describe('rows together', () => {
  test('that say different things about one person are all refused', () => {
    const decisions = decide(
      { account_id: 'ana', external_login: 'free' },
      { account_id: 'ana', external_login: 'b' },
      { account_id: 'bo', action: 'skip' },
      { account_id: 'bo', external_login: 'nobody' },
      { account_id: 'cy', external_login: 'c' },
    )
    const twice = 'row_duplicate_person'
    expect(words(decisions)).toEqual([twice, twice, twice, twice, 'unchanged'])
  })

  test('that say the same twice are one change, and a blank one says nothing', () => {
    const decisions = decide(
      { account_id: 'ana', external_login: 'free' },
      { account_id: 'ana' },
      { account_id: 'ana', external_id: '5' },
    )
    expect(words(decisions)).toEqual(['connected', 'unchanged', 'connected'])
    expect(decisions.filter(({ outcome, sameAs }) => isChange(outcome) && !sameAs)).toHaveLength(1)
  })

  test('that give one account to two people are all refused', () => {
    const decisions = decide(
      { account_id: 'ana', external_login: 'c' },
      { account_id: 'cy', external_id: '3' },
    )
    expect(words(decisions)).toEqual(['row_duplicate_account', 'row_duplicate_account'])
  })

  test('may hand an account over, and refuse who waits for one that is not let go', () => {
    const handOver = [
      { account_id: 'cy', external_login: 'free' },
      { account_id: 'ana', external_login: 'c' },
    ]
    expect(words(decide(...handOver))).toEqual(['changed', 'connected'])
    const kept = [
      { account_id: 'cy', external_login: 'd' },
      { account_id: 'ana', external_login: 'c' },
    ]
    expect(words(decide(...kept))).toEqual(['row_account_taken', 'row_account_taken'])
    const freed = [
      { account_id: 'cy', action: 'disconnect' },
      { account_id: 'ana', external_login: 'c' },
    ]
    expect(words(decide(...freed))).toEqual(['disconnected', 'connected'])
  })

  test('may change accounts in a circle', () => {
    const ana = { status: 'connected', externalId: '1', login: 'a', origin: 'admin' } as const
    const file = rows({ account_id: 'cy', external_login: 'a' }, { account_id: 'ana', external_login: 'c' })
    expect(words(decideRows(file, world({ ana })))).toEqual(['changed', 'changed'])
  })

  test('are looked at again: what is not as it was is refused, and what waited for it, too', () => {
    const file = rows(
      { account_id: 'cy', external_login: 'free' },
      { account_id: 'ana', external_login: 'c' },
    )
    const before = decideRows(file, world())
    expect(words(decideAgain(before, world()))).toEqual(['changed', 'connected'])
    const meanwhile = world({ cy: { status: 'paused' } })
    expect(words(decideAgain(before, meanwhile))).toEqual(['row_stale', 'row_account_taken'])
    const done = world({ ana: { status: 'connected', externalId: '5', login: 'free' } })
    const same = decideRows(rows({ account_id: 'ana', external_login: 'free' }), world())
    expect(words(decideAgain(same, done))).toEqual(['unchanged'])
  })
})

test('applied, any file decides to no change the second time, and nobody shares an account', () => {
  const row = fc.record({
    account_id: fc.constantFrom(...Object.keys(people), 'x'),
    external_login: fc.constantFrom('', '', 'a', 'b', 'c', 'd', 'free', 'gone', 'nobody'),
    suggested_login: fc.constantFrom('', 'a'),
    action: fc.constantFrom('', '', '', 'map', 'accept', 'disconnect', 'skip'),
  })
  fc.assert(
    fc.property(fc.array(row, { maxLength: 9 }), (given) => {
      const file = rows(...given)
      const first = decideRows(file, world())
      const after: Record<string, Partial<Person>> = {}
      for (const { person, target, outcome } of first) {
        if (!person || !isChange(outcome)) continue
        const { externalId = null, login = null } = target ?? {}
        const status = target ? 'connected' : 'not_connected'
        after[person.accountId] = {
          status,
          externalId,
          login,
          origin: target ? 'map-file' : null,
          failureCode: null,
        }
      }
      const then = world(after)
      const held = [...then.people.values()].flatMap(({ externalId }) => externalId ?? [])
      expect(new Set(held).size).toBe(held.length)
      const second = decideRows(file, then)
      expect(second.filter(({ outcome }) => isChange(outcome))).toEqual([])
      expect(second.map(({ outcome }) => outcome === 'refused')).toEqual(
        first.map(({ outcome }) => outcome === 'refused'),
      )
    }),
    { numRuns: 1000 },
  )
})

describe('a file', () => {
  const header = mapFileColumns.join(',')
  const read = async (text: string) =>
    (await readMapFile(text, 'github')).map(({ line, cells }) => [line, cells])
  const cells = { account_id: '1', external_login: 'ana', action: 'map' }

  test.each([
    ['of ours', `\ufeff${header}\r\ngithub,1,,,,,,,ana,,map\r\n`],
    ['of Excel in Germany', `\ufeff${header.replaceAll(',', ';')}\r\ngithub;1;;;;;;;ana;;map\r\n`],
    ['of Google Sheets', `${header}\ngithub,1,,,,,,,ana,,map`],
    ['with tabs', `${header.replaceAll(',', '\t')}\nGitHub\t1\t\t\t\t\t\t\tana\t\tmap`],
    [
      'with columns of its own in another order',
      'notes,Action,EXTERNAL_LOGIN,account_id,__proto__\nhm,map,ana,1,x',
    ],
    ['without its last empty cells, in quotes', `${header}\n"github","'1",,,,,,,"ana",,"map"`],
  ])('%s is read', async (_, text) => {
    const [first] = await read(text)
    expect(first).toEqual([2, expect.objectContaining(cells)])
  })

  test.each([
    ['file_header_missing', 'without our columns', 'id,name\n1,Ana'],
    ['file_header_missing', 'that decides nothing', 'account_id,email\n1,x'],
    ['file_header_missing', 'with a column twice', 'account_id,action,action\n1,map,skip'],
    ['file_header_missing', 'of one odd column', '__proto__\nx'],
    ['file_header_missing', 'of 65 columns', `${header}${',x'.repeat(54)}\n`],
    ['file_header_missing', 'of nothing', ''],
    ['file_not_text', 'of a million columns', `${header}${',x'.repeat(1_000_000)}\n`],
    ['file_not_text', 'of one cell', `${header}\ngithub,${'x'.repeat(9_000_000)}`],
    ['file_not_text', 'with a quote that stays open', `${header}\ngithub,"1,,,,,,,ana,,\n`],
    ['file_too_many_rows', 'of 50,001 rows', `${header}\n${'github,1,,,,,,,,,\n'.repeat(50_001)}`],
    ['file_wrong_app', 'of GitLab', `${header}\ngitlab,1,,,,,,,ana,,\n`],
    ['file_wrong_app', 'of nobody', `${header}\nbitbucket,1,,,,,,,ana,,\n`],
  ])('%s: %s is refused whole, soon, with a sentence', async (code, _, text) => {
    const started = performance.now()
    const refusal = readMapFile(text, 'github')
    await expect(refusal).rejects.toMatchObject({ code })
    await expect(refusal).rejects.toThrow(/Nothing was changed\.$/)
    expect(performance.now() - started).toBeLessThan(2000)
  })

  test('has rows that cannot be read: moved by a comma, over 8 KB, garbled', async () => {
    const text = `${header}\ngithub,1,Pérez, Ana,,,,,,ana,,map\ngithub,2,${'x'.repeat(8193)},,,,,,,,\ngithub,3,An\ufffd,,,,,,,,`
    const found = await readMapFile(text, 'github')
    expect(found.map(({ unreadable }) => unreadable)).toEqual([
      'it has 12 cells, but the first line has 11',
      'one of its cells is longer than 8 KB',
      expect.stringContaining('characters that were lost'),
    ])
  })
})
