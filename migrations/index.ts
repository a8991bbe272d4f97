/** Every migration, oldest first. One line each; a landed file is never edited. */
import type { Migration } from 'kysely/migration'
import * as organisation from './2026-11-24-1-organisation.ts'
import * as ratings from './2026-11-24-2-ratings.ts'
import * as figures from './2026-11-24-3-figures.ts'
import * as access from './2026-11-24-4-access.ts'
import * as catalogue from './2026-11-24-5-catalogue.ts'
import * as fleet from './2026-11-24-6-fleet.ts'
import * as undated from './2026-11-24-7-undated.ts'
import * as placements from './2026-11-24-8-placements.ts'
import * as searchPath from './2026-11-24-9-search-path.ts'
import * as roleScopes from './2026-11-25-2-role-scopes.ts'
import * as secondFactors from './2026-11-25-2b-second-factors.ts'
import * as voices from './2026-11-25-2b-voices.ts'
import * as backups from './2026-11-25-2c-backups.ts'
import * as auditSeals from './2026-11-25-3-audit-seals.ts'
import * as privacy from './2026-11-25-3b-privacy.ts'
import * as holidays from './2026-11-25-4-holidays.ts'
import * as roster from './2026-11-25-4b-roster.ts'
import * as visits from './2026-11-25-5-visits.ts'
import * as receiving from './2026-11-25-6-receiving.ts'
import * as episodes from './2026-11-25-7-episodes.ts'
import * as annexes from './2026-11-25-8-annexes.ts'
import * as rowOrder from './2026-11-25-8b-row-order.ts'
import * as spans from './2026-11-25-9-spans.ts'
import * as issuedReports from './2026-11-25-9b-issued-reports.ts'
import * as reachOnce from './2026-11-25-9c-reach-once.ts'
import * as lostStores from './2026-11-25-90-lost-stores.ts'
import * as imports from './2026-11-26-10-imports.ts'
import * as visitsInFigures from './2026-11-26-30-visits-in-figures.ts'
import * as aboutOfficer from './2026-11-26-31-about-officer.ts'
import * as paperSlips from './2026-11-26-40-paper-slips.ts'
import * as boards from './2026-11-26-50-boards.ts'
import * as shownTogether from './2026-11-27-10-shown-together.ts'
import * as boardTotals from './2026-11-27-20-board-totals.ts'
import * as mail from './2026-11-28-10-mail.ts'
import * as attributionByMonth from './2026-11-28-11-attribution-by-month.ts'
import * as monitors from './2026-11-28-20-monitors.ts'
import * as cases from './2026-11-28-30-cases.ts'
import * as counting from './2026-11-28-31-counting.ts'
import * as matters from './2026-11-28-32-matters.ts'
import * as remarksOfOfficers from './2026-11-28-40-remarks-of-officers.ts'
import * as openCases from './2026-11-28-50-open-cases.ts'
import * as silentAtDesk from './2026-11-28-51-silent-at-desk.ts'
import * as adviser from './2026-11-28-60-adviser.ts'
import * as leanRows from './2026-11-28-70-lean-rows.ts'
import * as backupGenerations from './2026-12-03-10-backup-generations.ts'

export const migrations: Record<string, Migration> = {
  '2026-11-24-1-organisation': organisation,
  '2026-11-24-2-ratings': ratings,
  '2026-11-24-3-figures': figures,
  '2026-11-24-4-access': access,
  '2026-11-24-5-catalogue': catalogue,
  '2026-11-24-6-fleet': fleet,
  '2026-11-24-7-undated': undated,
  '2026-11-24-8-placements': placements,
  '2026-11-24-9-search-path': searchPath,
  '2026-11-25-2-role-scopes': roleScopes,
  '2026-11-25-2b-second-factors': secondFactors,
  '2026-11-25-2b-voices': voices,
  '2026-11-25-2c-backups': backups,
  '2026-11-25-3-audit-seals': auditSeals,
  '2026-11-25-3b-privacy': privacy,
  '2026-11-25-4-holidays': holidays,
  '2026-11-25-4b-roster': roster,
  '2026-11-25-5-visits': visits,
  '2026-11-25-6-receiving': receiving,
  '2026-11-25-7-episodes': episodes,
  '2026-11-25-8-annexes': annexes,
  '2026-11-25-8b-row-order': rowOrder,
  '2026-11-25-9-spans': spans,
  '2026-11-25-90-lost-stores': lostStores,
  '2026-11-25-9b-issued-reports': issuedReports,
  '2026-11-25-9c-reach-once': reachOnce,
  '2026-11-26-10-imports': imports,
  '2026-11-26-30-visits-in-figures': visitsInFigures,
  '2026-11-26-31-about-officer': aboutOfficer,
  '2026-11-26-40-paper-slips': paperSlips,
  '2026-11-26-50-boards': boards,
  '2026-11-27-10-shown-together': shownTogether,
  '2026-11-27-20-board-totals': boardTotals,
  '2026-11-28-10-mail': mail,
  '2026-11-28-11-attribution-by-month': attributionByMonth,
  '2026-11-28-20-monitors': monitors,
  '2026-11-28-30-cases': cases,
  '2026-11-28-31-counting': counting,
  '2026-11-28-32-matters': matters,
  '2026-11-28-40-remarks-of-officers': remarksOfOfficers,
  '2026-11-28-50-open-cases': openCases,
  '2026-11-28-51-silent-at-desk': silentAtDesk,
  '2026-11-28-60-adviser': adviser,
  '2026-11-28-70-lean-rows': leanRows,
  '2026-12-03-10-backup-generations': backupGenerations,
}
