/** The closed list of errors: code -> status and message, database constraint -> code, and how to throw one. */
import type { ErrorBody, ErrorCode } from './contract/errors.ts'

/** Status and short English text of every code; docs/errors.md says the same and a test keeps them equal. */
export const errorTable: Readonly<Record<ErrorCode, { readonly status: number; readonly message: string }>> = {
  invalid_json: { status: 400, message: 'The body is not valid JSON.' },
  invalid_body: { status: 400, message: 'The body does not have the form this call takes.' },
  unknown_field: { status: 400, message: 'The body has a field this call does not know.' },
  invalid_query: {
    status: 400,
    message: 'The query has a parameter this call does not take, or a value it cannot be.',
  },
  invalid_range: { status: 400, message: 'The range of days is reversed, impossible or longer than 1,100 days.' },
  invalid_cursor: { status: 400, message: 'The cursor is not one this list gave out.' },
  batch_too_large: { status: 400, message: 'The list has more items than one call takes.' },
  body_too_large: { status: 413, message: 'The body is larger than this call takes.' },
  unsupported_media_type: { status: 415, message: 'The body must be application/json.' },
  origin_refused: { status: 403, message: 'The call did not come from a page of this server.' },
  too_many_requests: { status: 429, message: 'Too many requests. Wait as long as Retry-After says.' },

  login_required: { status: 401, message: 'Log in first.' },
  login_failed: { status: 401, message: 'User name or password is wrong.' },
  code_required: { status: 401, message: 'The code of the second factor is needed as well.' },
  code_refused: { status: 401, message: 'The code is wrong, too old or used already.' },
  second_factor_required: { status: 403, message: 'Set up the second factor first.' },
  forbidden: { status: 403, message: 'This account may not do that.' },
  not_found: { status: 404, message: 'There is nothing here for you.' },
  method_not_allowed: { status: 405, message: 'This address does not take that method.' },
  terminal_token_invalid: { status: 401, message: 'The tablet is not paired, or its token is not known.' },
  terminal_revoked: { status: 401, message: 'The pairing of this tablet was ended.' },
  pairing_code_refused: { status: 403, message: 'The pairing code is wrong, used or expired.' },
  setup_link_refused: { status: 403, message: 'The set-up link is wrong, used or expired.' },
  account_link_refused: { status: 403, message: 'The link is wrong, used or expired.' },

  // These travel with one rating inside an answer of status 200.
  invalid_rating: { status: 200, message: 'The rating does not have the form of a rating.' },
  rating_conflict: { status: 200, message: 'A rating with this id and other content is already stored.' },
  unknown_commitment: { status: 200, message: 'A mark names a commitment that does not exist.' },
  duplicate_mark: { status: 200, message: 'A commitment is marked twice.' },
  comment_too_long: { status: 200, message: 'The remark is longer than 1,000 characters.' },
  unknown_terminal: { status: 200, message: 'The rating names a pairing that this server does not know.' },

  name_taken: { status: 409, message: 'Another one here already has this name.' },
  username_taken: { status: 409, message: 'Another account already has this user name.' },
  assignment_clash: { status: 409, message: 'Another officer is assigned to this counter in that time.' },
  assignment_backwards: { status: 400, message: 'The assignment ends before it starts.' },
  unit_mismatch: { status: 400, message: 'The parts belong to different units.' },
  in_use: { status: 409, message: 'It is still in use.' },
  already_proposed: { status: 409, message: 'This has already been requested and is waiting for an answer.' },
  already_decided: { status: 409, message: 'Somebody has already decided about this.' },
  password_too_weak: { status: 400, message: 'The password is too easy to guess.' },
  password_wrong: { status: 403, message: 'The current password is wrong.' },
  validity_backwards: { status: 400, message: 'The last day of validity lies before the first.' },
  role_held: { status: 409, message: 'The account already has this role.' },
  pin_too_weak: { status: 400, message: 'The PIN is not six digits, or is too easy to guess.' },
  clip_unreadable: { status: 400, message: 'The recording is no sound this server takes, or it is cut off.' },
  clip_too_large: { status: 413, message: 'The recording is larger than 300 kB.' },
  clip_too_long: { status: 400, message: 'The recording is longer than 15 seconds.' },
  voice_set_taken: { status: 409, message: 'A set of this language is already being recorded here.' },
  voice_set_state: { status: 409, message: 'The voice set is not in a state that allows this.' },
  voice_set_incomplete: { status: 409, message: 'The voice set does not have all eight clips yet.' },
  second_person_needed: {
    status: 403,
    message: 'A second person is needed: nobody approves, advises on or decides about their own case.',
  },
  role_needs_scope: { status: 400, message: 'The role needs a unit or an officer, or may not have one.' },
  past_closed: { status: 409, message: 'The past is closed: ratings that old have no moment any more.' },
  officer_absent: { status: 409, message: 'The officer is noted as absent in that time.' },
  absence_clash: { status: 409, message: 'The officer is already noted as absent in part of that time.' },
  already_started: { status: 409, message: 'It has begun already and can only be ended.' },
  case_open: { status: 409, message: 'One of this kind waits for an answer already.' },
  advice_missing: { status: 409, message: 'Nobody has advised on it yet.' },
  answered_elsewhere: {
    status: 409,
    message: 'It is answered where it stands: in the roster, or among the proposals.',
  },
  already_settled: { status: 409, message: 'It was settled already.' },
  changed_meanwhile: { status: 409, message: 'Someone has changed it meanwhile.' },
  day_taken: { status: 409, message: 'That day is in the list already.' },
  predecessor_circle: { status: 409, message: 'A unit cannot come before itself.' },
  unit_ended: { status: 409, message: 'The unit or counter is closed.' },
  code_taken: { status: 409, message: 'Another one already has this number.' },
  import_refused: { status: 400, message: 'The file cannot be read as a table.' },
  import_state: { status: 409, message: 'The import is not in a state that allows this.' },
  export_too_large: { status: 400, message: 'That is more than one workbook takes.' },
  mail_not_set_up: { status: 409, message: 'This server knows no mail server to send through.' },
  mail_address_refused: { status: 400, message: 'That is not one plain e-mail address.' },
  schedule_taken: { status: 409, message: 'This address is sent this report already.' },

  database_unavailable: { status: 503, message: 'The database does not answer now. Try again as Retry-After says.' },
  database_full: { status: 503, message: 'The disk of the database is full. Nothing was stored.' },
  database_read_only: { status: 503, message: 'The database takes no writes now. Nothing was stored.' },
  overloaded: { status: 503, message: 'The server has too much to do now. Try again as Retry-After says.' },
  internal_error: { status: 500, message: 'Something went wrong in the server. It was written down.' },
}

/** Codes of a single rating; they are answers, never thrown. */
type ItemCode =
  | 'invalid_rating'
  | 'rating_conflict'
  | 'unknown_commitment'
  | 'duplicate_mark'
  | 'comment_too_long'
  | 'unknown_terminal'
export type CallCode = Exclude<ErrorCode, ItemCode>

export class ApiError extends Error {
  override name = 'ApiError'
  readonly code: CallCode
  readonly status: number
  readonly details: unknown
  /** Seconds for the Retry-After header; null = none. */
  readonly retryAfter: number | null

  constructor(code: CallCode, details?: unknown, message?: string, options?: { cause?: unknown; retryAfter?: number }) {
    super(message ?? errorTable[code].message, options?.cause === undefined ? undefined : { cause: options.cause })
    this.code = code
    this.status = errorTable[code].status
    this.details = details
    this.retryAfter = options?.retryAfter ?? defaultRetryAfter[code] ?? null
  }

  /** The one error shape. */
  toBody(): ErrorBody {
    return {
      error: {
        code: this.code,
        message: this.message,
        ...(this.details === undefined ? {} : { details: this.details }),
      },
    }
  }
}

const defaultRetryAfter: Partial<Record<CallCode, number>> = {
  database_unavailable: 2,
  database_full: 30,
  database_read_only: 2,
  overloaded: 2,
  too_many_requests: 60,
}

/** Throws the error `code`; `details` travels in the answer, `message` replaces the standard text. */
export function fail(code: CallCode, details?: unknown, message?: string): never {
  throw new ApiError(code, details, message)
}

/** What a broken constraint means to the caller. A test checks that each name exists in the schema. */
export const constraintCodes: Readonly<Record<string, CallCode>> = {
  units_validity: 'validity_backwards',
  counters_name: 'name_taken',
  accounts_username: 'username_taken',
  assignments_one_at_a_time: 'assignment_clash',
  assignments_forward: 'assignment_backwards',
  episode_proposals_one_open: 'already_proposed',
  episode_proposals_two_people: 'forbidden',
  assignments_unit_id_counter_id_fkey: 'unit_mismatch',
  assignments_unit_id_officer_id_fkey: 'unit_mismatch',
  terminals_unit_id_counter_id_fkey: 'unit_mismatch',
  account_roles_unit_id_officer_id_fkey: 'unit_mismatch',
  account_roles_unit_id_fkey: 'not_found',
  account_roles_scope: 'role_needs_scope',
  account_roles_once: 'role_held',
  account_roles_one_officer: 'role_held',
  counters_unit_id_fkey: 'not_found',
  officers_unit_id_fkey: 'not_found',
  holidays_day: 'day_taken',
  units_code: 'code_taken',
  officers_code: 'code_taken',
  unit_predecessors_other: 'predecessor_circle',
  absences_one_at_a_time: 'absence_clash',
  absences_forward: 'assignment_backwards',
  roster_doubts_once: 'already_proposed',
  report_schedules_once: 'schedule_taken',
  cases_one_open: 'case_open',
  cases_advice_first: 'advice_missing',
  cases_two_people: 'second_person_needed',
  voice_sets_one_open: 'voice_set_taken',
  voice_sets_one_approved: 'voice_set_state',
  voice_sets_whole: 'voice_set_incomplete',
  voice_sets_second_person: 'second_person_needed',
  // The schema counts characters before composing, and composing makes a few of them longer (U+0958 becomes two).
  cases_advice_text_check: 'invalid_body',
  cases_answer_check: 'invalid_body',
  cases_title_check: 'invalid_body',
  cases_words_check: 'invalid_body',
  dossiers_procedure_group_check: 'invalid_body',
  episode_proposals_answer_check: 'invalid_body',
  episode_proposals_reason_check: 'invalid_body',
  holidays_name_check: 'invalid_body',
  imports_file_name_check: 'invalid_body',
  roster_changes_reason_check: 'invalid_body',
  roster_doubts_answer_check: 'invalid_body',
  roster_doubts_note_check: 'invalid_body',
  visits_procedure_group_check: 'invalid_body',
  voice_sets_name_check: 'invalid_body',
  voice_sets_note_check: 'invalid_body',
}

// SQLSTATE classes and codes after which the same call may succeed later. 25006: a primary that became a replica.
const awayClasses = new Set(['08', '53', '58'])
const awayStates = new Set(['57P01', '57P02', '57P03', '57P04', '57P05', '25006', '25P03'])
const awaySystemCodes = new Set([
  ...['ECONNREFUSED', 'ECONNRESET', 'ENOTFOUND', 'EAI_AGAIN', 'ETIMEDOUT', 'EPIPE', 'EHOSTUNREACH', 'ENETUNREACH'],
])
// Texts of pg, pg-pool 8 and Kysely, which give these no code of their own.
const awayMessages =
  /^(timeout exceeded when trying to connect|Connection terminated|Query read timeout|Client (was closed|has encountered a connection error)|Cannot use a pool after calling end|driver has already been destroyed|Postgres connection has been discarded|timeout expired$)/
const busyStates = new Set(['40001', '40P01', '55P03', '57014'])

/**
 * A value that PostgreSQL has no place for: too long (22001, 22026), out of range (22003), no day or time (22007, 22008), no
 * text of its encoding (22021, 22P05, 22P02 for half a surrogate pair in JSON), no JSON (2203x), too large for an
 * index or a document (54000). The rest of class 22, such as a division by zero, is a fault of a statement.
 */
const unstorableStates = new Set([
  ...['22001', '22003', '22007', '22008', '22021', '22026', '22030', '22032', '22P02', '22P05', '54000'],
])

interface DatabaseError {
  code?: string
  constraint?: string
  severity?: string
  syscall?: string
}

/** True when the database could not be reached or went away: nothing was learned about the call itself. */
export function isDatabaseAway(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  const { code = '', severity, syscall } = error as DatabaseError
  // FATAL: PostgreSQL ends or refuses the whole connection, whatever the reason (password, limit, shutting down).
  if (severity === 'FATAL' || severity === 'PANIC') return true
  // A server on a socket file that is starting anew has no file for a moment.
  if (code === 'ENOENT' && syscall === 'connect') return true
  if (awaySystemCodes.has(code) || awayMessages.test(error.message)) return true
  if (error instanceof AggregateError) return error.errors.some(isDatabaseAway)
  return code.length === 5 && (awayClasses.has(code.slice(0, 2)) || awayStates.has(code))
}

/**
 * The error as the caller may see it; null when it is none of theirs (then it is an internal error and gets logged).
 * Knows ApiError and what PostgreSQL says: constraints, values it cannot hold, locks and time limits, and its absence.
 */
export function toApiError(error: unknown): ApiError | null {
  if (error instanceof ApiError) return error
  if (!(error instanceof Error)) return null
  const { code = '', constraint = '' } = error as DatabaseError
  if (code === '53100') return new ApiError('database_full', undefined, undefined, { cause: error })
  if (code === '25006') return new ApiError('database_read_only', undefined, undefined, { cause: error })
  if (isDatabaseAway(error)) return new ApiError('database_unavailable', undefined, undefined, { cause: error })
  const known = constraintCodes[constraint]
  if (known && code.startsWith('23')) return new ApiError(known, undefined, undefined, { cause: error })
  if (busyStates.has(code)) return new ApiError('overloaded', undefined, undefined, { cause: error })
  if (unstorableStates.has(code)) {
    return new ApiError('invalid_body', undefined, 'A text or a value of the request cannot be stored.', {
      cause: error,
    })
  }
  if (code === '42501' && error.message.includes('row-level security')) {
    return new ApiError('forbidden', undefined, undefined, { cause: error })
  }
  return null
}
