/** Code that is fetched when somebody asks for what it draws. */
import { ApiError } from '../api.ts'

/** `part`: an import that was begun. Throws ApiError `unreachable` when it does not come. */
export const fetchPart = <T>(part: Promise<T>): Promise<T> =>
  part.catch(() => {
    throw new ApiError('unreachable', 0)
  })
