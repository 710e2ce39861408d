/**
 * Where clouds hand credentials to whoever asks from inside. The configuration refuses to list them and egress
 * refuses to call them, so the list stands where both can read it.
 */
export const metadataAddresses = [
  '169.254.169.254', // AWS, Azure, Google, Oracle, DigitalOcean
  '169.254.170.2', // AWS containers
  '169.254.170.23', // AWS pods
  '168.63.129.16', // Azure's wire server
  '100.100.100.200', // Alibaba
  '192.0.0.192', // Oracle
  'fd00:ec2::254', // AWS
  'fd00:ec2::23', // AWS pods
  'fd20:ce::254', // Google
]
