/** The closed list of error codes and the one error shape. No other code ever leaves the server. */
import { type Static, Type } from 'typebox'
import { Closed } from './common.ts'

export const errorCodes = [
  // the request as a whole
  'invalid_json',
  'invalid_body',
  'unknown_field',
  'invalid_query',
  'invalid_range',
  'invalid_cursor',
  'batch_too_large',
  'body_too_large',
  'unsupported_media_type',
  'origin_refused',
  'too_many_requests',
  // who is asking
  'login_required',
  'login_failed',
  'code_required',
  'code_refused',
  'second_factor_required',
  'forbidden',
  'not_found',
  'method_not_allowed',
  'terminal_token_invalid',
  'terminal_revoked',
  'pairing_code_refused',
  'setup_link_refused',
  'account_link_refused',
  // one rating of a batch
  'invalid_rating',
  'rating_conflict',
  'unknown_commitment',
  'duplicate_mark',
  'comment_too_long',
  'unknown_terminal',
  // changing the organisation
  'name_taken',
  'username_taken',
  'assignment_clash',
  'assignment_backwards',
  'unit_mismatch',
  'in_use',
  'already_proposed',
  'already_decided',
  'password_too_weak',
  'pin_too_weak',
  'password_wrong',
  'validity_backwards',
  'clip_unreadable',
  'clip_too_large',
  'clip_too_long',
  'voice_set_taken',
  'voice_set_state',
  'voice_set_incomplete',
  'second_person_needed',
  'role_needs_scope',
  'role_held',
  'past_closed',
  'officer_absent',
  'absence_clash',
  'already_started',
  'already_settled',
  'changed_meanwhile',
  'day_taken',
  'predecessor_circle',
  'unit_ended',
  'code_taken',
  'import_refused',
  'import_state',
  'export_too_large',
  'mail_not_set_up',
  'mail_address_refused',
  'schedule_taken',
  // the server itself
  'database_unavailable',
  'overloaded',
  'internal_error',
] as const

export type ErrorCode = (typeof errorCodes)[number]

export const ErrorBody = Closed({
  error: Closed({
    code: Type.Enum(errorCodes as unknown as ErrorCode[]),
    message: Type.String(),
    details: Type.Optional(Type.Unknown()),
  }),
})
export type ErrorBody = Static<typeof ErrorBody>
