/** An entry of the audit log as a sentence. Words that are not known are shown as they are. */
import type { AuditEntry } from '@/api/types'
import english from '@/text/en/audit.json'
import { useText } from '@/text/text'

const text = useText('audit', english)

export function auditSentence(entry: AuditEntry): string {
  const key = entry.action.replaceAll('.', '_')
  const who = entry.who || text('nobody')
  const values = { who, subject: entry.subject, detail: entry.detail, action: entry.action }
  const sentence = text((key in english ? key : 'other') as keyof typeof english, values)
  const isDetailSaid = !entry.detail || sentence.includes(entry.detail)
  return (isDetailSaid ? sentence : `${sentence} (${entry.detail})`).replace(/\s+/g, ' ').trim()
}
