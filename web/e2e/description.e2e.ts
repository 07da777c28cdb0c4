import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'
import { useWorld } from './support/world'

const world = useWorld({ content: 'admin' })

it('the types of the API are those that the program describes', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'listsync-types-'))
  const [given, made] = [join(folder, 'openapi.json'), join(folder, 'schema.ts')]
  const response = await fetch(`${world.daemon.apiUrl}/openapi.json`)
  await writeFile(given, await response.text())
  await promisify(execFile)('node_modules/.bin/openapi-typescript', [given, '-o', made])
  const [described, kept] = [
    await readFile(made, 'utf8'),
    await readFile('src/api/schema.ts', 'utf8'),
  ]
  await rm(folder, { recursive: true })
  // `npm run api` makes it anew (web/README.md).
  expect(kept === described).toBe(true)
})
