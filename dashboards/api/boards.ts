/** The server's calls about a unit's public board, for its leader. What everybody reads: dashboards/board/. */
import type { BoardAnswer, BoardPatch, BoardSettings } from '../../server/contract/boards.ts'
import { at, call, type Options } from '../api.ts'

export const getBoardSettings = (unitId: string, options?: Options) =>
  call<BoardSettings>('GET', `/units/${at(unitId)}/board`, undefined, options)
export const changeBoard = (unitId: string, body: BoardPatch) =>
  call<BoardSettings>('PATCH', `/units/${at(unitId)}/board`, body)
export const createBoardAnswer = (body: { unit_id: string; asked: string; done: string }) =>
  call<BoardAnswer>('POST', '/board-answers', body)
export const changeBoardAnswer = (answerId: string, body: { shown: boolean; version: number }) =>
  call<BoardAnswer>('PATCH', `/board-answers/${at(answerId)}`, body)
