import { PiniaColada } from '@pinia/colada'
import { flushPromises, mount } from '@vue/test-utils'
import { createPinia } from 'pinia'
import { describe, expect, it, vi } from 'vitest'
import type { Backups } from '@/api/types'
import BackupCopies from '@/pages/settings/backups/BackupCopies.vue'

const backups: Backups = {
  backups: [
    {
      name: 'listsync-20261122T043000Z.backup',
      size: 6871,
      made_at: '2026-11-22T04:30:00Z',
      reason: 'schedule',
      program: '0.1.0',
      schema_version: 4,
      database_size: 299008,
      counts: { lists: 1, items: 3000, runs: 40, requests: 1200 },
      is_encrypted: false,
      holds_secret_key: false,
      verified_at: null,
      problem: '',
    },
  ],
  directory: '/data/backups',
  free_bytes: null,
  is_encrypted: false,
  is_scheduled: true,
  schedule: '30 4 * * *',
  words: 'every day at 04:30',
  next_at: null,
  is_working: false,
  keep: 7,
  keep_weeks: 4,
  problem: '',
  failed_at: null,
}

const show = (about: Partial<Backups> = {}) =>
  mount(BackupCopies, {
    props: { backups: { ...backups, ...about } },
    global: { plugins: [createPinia(), PiniaColada] },
  })

describe('the copies of everything', () => {
  it('say what they hold, and the command that brings the newest back', () => {
    const page = show()
    expect(page.text()).toContain('1 list, 3,000 titles, and 40 syncs')
    expect(page.get('code').text()).toBe('listsync restore listsync-20261122T043000Z.backup')
  })

  it('say that the passphrase is set in the environment, and what is missing without it', () => {
    expect(show().text()).toContain('LISTSYNC_BACKUP_PASSPHRASE')
    expect(show({ is_encrypted: true }).text()).not.toContain('LISTSYNC_BACKUP_PASSPHRASE')
  })

  it('say why the last one failed, and that there is none', () => {
    const page = show({ backups: [], problem: 'the disk is full' })
    expect(page.get('[role=alert]').text()).toContain('The disk is full.')
    expect(page.text()).toContain('There is no backup yet.')
    expect(page.find('code').exists()).toBe(false)
  })

  it('are made by hand one at a time', async () => {
    const asked: string[] = []
    vi.stubGlobal('fetch', (request: Request) => {
      asked.push(request.method)
      return new Promise<Response>(() => {})
    })
    const page = show()
    await page.get('button').trigger('click')
    await page.get('button').trigger('click')
    await flushPromises()
    expect(asked).toEqual(['POST'])
  })
})
