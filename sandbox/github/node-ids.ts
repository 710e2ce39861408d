const PREFIX = {
  user: 'U',
  organization: 'O',
  app: 'A',
  installation: 'IN',
  identity: 'EI',
  provider: 'OIP',
  repository: 'R',
}

/** A GraphQL node id as GitHub forms them: a prefix for the kind, then MessagePack `[0, id]` in base64url. */
export function nodeId(kind: keyof typeof PREFIX, id: number): string {
  const bytes = Buffer.alloc(7)
  bytes.set([0x92, 0x00, 0xce])
  bytes.writeUInt32BE(id, 3)
  return `${PREFIX[kind]}_kgDO${bytes.subarray(3).toString('base64url')}`
}
