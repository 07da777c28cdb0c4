/** The API's shapes by their short names; `schema.ts` is made from the API's own description. */
import type { components } from './schema'

type Schemas = components['schemas']

export type Account = Schemas['Account']
export type Attention = Schemas['Attention']
export type AttentionEntry = Schemas['AttentionEntry']
export type Item = Schemas['Item']
export type ItemStory = Schemas['ItemStory']
export type List = Schemas['List']
export type LiveList = Schemas['ProgressList']
export type Progress = Schemas['Progress']
export type Provider = Schemas['Provider']
export type Run = Schemas['Run']
export type RunDetail = Schemas['RunDetail']
export type RunGroups = Schemas['RunGroups']
export type RunItem = Schemas['RunItem']
export type RunList = Schemas['RunList']
export type Schedule = Schemas['Schedule']
export type Session = Schemas['Session']
export type Setting = Schemas['Setting']
export type SetupStatus = Schemas['SetupStatus']
export type SyncStatus = Schemas['SyncStatus']
