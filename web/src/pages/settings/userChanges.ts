/** What is sent of an account that was edited: what differs, and a password only if there is one. */
import type { Account } from '@/api/types'

export interface UserDraft {
  username: string
  password: string
  role: Account['role']
  /** 0: nobody */
  seerr_user: number
}

export function userChanges(user: Account | null, draft: UserDraft) {
  const seerrUser = draft.seerr_user || null
  return {
    ...(draft.username !== user?.username ? { username: draft.username } : {}),
    ...(draft.password ? { password: draft.password } : {}),
    ...(draft.role !== user?.role ? { role: draft.role } : {}),
    ...(seerrUser !== (user?.seerr_user ?? null) ? { seerr_user: seerrUser } : {}),
  }
}
