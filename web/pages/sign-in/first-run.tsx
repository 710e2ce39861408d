import { CopyValue } from '../../components/copy-value.tsx'

/** Shown while the installation has no administrator: only who can run commands on its machine may make one. */
export function FirstRun() {
  return (
    <>
      <h1>Muster is running</h1>
      <p>Nobody can sign in yet. Make the first administrator on the machine where Muster runs:</p>
      <CopyValue label="Make an administrator" value="muster admin create --email you@example.com" />
      <p>It prints a one-time link: open it in this browser and you are in.</p>
      <p className="soft small">
        Only want to look around? A made-up organisation of 500 people, with a GitHub of its own:
      </p>
      <CopyValue label="Try it with made-up people" value="muster demo" />
    </>
  )
}
