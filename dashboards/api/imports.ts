/** Calls of imports: a file shown as what it would change, applied, stopped; and the addresses of exports and templates. */
import type { Import, ImportLinks, ImportNoun, ImportRow, TableFormat } from '../../server/contract/imports.ts'
import { at, call, type Options } from '../api.ts'
import type { Language } from '../format.ts'

export const createImport = (file_name: string, content: string, language: Language, signal: AbortSignal) =>
  call<Import>('POST', '/imports', { file_name, content, language }, { signal })
export const getImport = (importId: string, options?: Options) =>
  call<Import>('GET', `/imports/${at(importId)}`, undefined, options)
export const listImportRows = (importId: string, outcome: ImportRow['outcome'], cursor: string | null) =>
  call<{ items: ImportRow[]; next_cursor: string | null }>(
    'GET',
    `/imports/${at(importId)}/rows?limit=25&outcome=${outcome}${cursor ? `&cursor=${at(cursor)}` : ''}`,
  )
export const applyImport = ({ import_id, plan }: Import) =>
  call<Import>('POST', `/imports/${at(import_id)}/apply`, { plan })
export const stopImport = (importId: string) => call<void>('DELETE', `/imports/${at(importId)}`)
export const makeInvitations = (importId: string) => call<ImportLinks>('POST', `/imports/${at(importId)}/links`)

export const templatePath = (noun: ImportNoun | null, format: TableFormat, language: Language) =>
  `/import-templates?format=${format}&language=${language}${noun ? `&noun=${noun}` : ''}`
export const exportPath = (noun: ImportNoun, format: TableFormat, language: Language, unitId: string) =>
  `/exports?noun=${noun}&format=${format}&language=${language}${unitId ? `&unit_id=${at(unitId)}` : ''}`
