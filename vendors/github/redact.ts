const secrets = [
  /-----BEGIN [\s\S]*?(-----END [A-Z ]+-----|$)/g,
  /\b(gh[a-z]_|github_pat_)[\w.-]+/g,
  /\beyJ[\w-]*\.[\w-]+(\.[\w-]*)?/g,
  /\b(bearer|token)\s+[\w.~+/-]{16,}=*/gi,
]

/** GitHub's words without anything that looks like a key or a token, cut to what a person would read. */
export function redact(text: string): string {
  const clean = secrets.reduce((rest, secret) => rest.replace(secret, '[secret]'), text)
  return clean.length > 300 ? `${clean.slice(0, 299)}…` : clean
}
