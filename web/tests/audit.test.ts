import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { AuditEntry } from '@/api/types'
import { auditSentence } from '@/pages/settings/audit'
import english from '@/text/en/audit.json'

/** The part of the program that writes the log of who changed what. */
const writers = readdirSync('../src', { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.c'))
  .map((name) => readFileSync(`../src/${name}`, 'utf8'))
  .filter((source) => /\b(call_audit|audit_add)\(/.test(source))
const words = writers.flatMap((source) => source.match(/(?<=")[a-z_]+(\.[a-z_]+)?(?=")/g) ?? [])

/** "key.add"; what looks like one may also be a file. */
const actions = [...new Set(words)].filter((word) => /^\w+\.(?!db$)\w+$/.test(word))

const entry = (action: string): AuditEntry => ({
  id: 1,
  at: '2026-11-22T12:00:00Z',
  who: 'anna',
  how: '',
  address: '',
  action,
  subject: 'this',
  detail: '',
})

describe('the activity', () => {
  it('has a sentence for everything that the program notes', () => {
    expect(actions).toContain('notification.change')
    const unsaid = actions.filter((action) => auditSentence(entry(action)).includes(action))
    expect(unsaid).toEqual([])
  })

  it('has no sentence for what the program never notes', () => {
    const general = ['nobody', 'other']
    const noted = new Set(words.map((word) => word.replace('.', '_')))
    const idle = Object.keys(english).filter((key) => !noted.has(key) && !general.includes(key))
    expect(idle).toEqual([])
  })

  it('says what is new in the program by its own name', () => {
    expect(auditSentence(entry('moon.landing'))).toBe('anna: moon.landing this')
  })
})
