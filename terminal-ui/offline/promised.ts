/**
 * IndexedDB with promises: as much of it as the tablet uses, under the types of idb. The library's own code would cost a
 * kilobyte of the tablet's script, most of it for cursors and iterators that nothing here has.
 */
import type { DBSchema, IDBPDatabase, IDBPTransaction, StoreNames } from 'idb'

const settled = <T>(request: IDBRequest<T>): Promise<T> =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error)
  })

const finished = (tx: IDBTransaction): Promise<void> =>
  new Promise((resolve, reject) => {
    tx.oncomplete = () => resolve()
    tx.onerror = tx.onabort = () => reject(tx.error ?? new DOMException('the transaction was aborted', 'AbortError'))
  })

/** The same object, but its requests are promises; a transaction also has `done`, which follows it to its end. */
function promised<T extends object>(target: T): T {
  const done = target instanceof IDBTransaction ? finished(target) : null
  return new Proxy(target, {
    get(own, name) {
      if (name === 'done') return done
      const value = Reflect.get(own, name)
      if (typeof value !== 'function') return value
      return (...inputs: unknown[]) => {
        const result = value.apply(own, inputs)
        if (result instanceof IDBRequest) return settled(result)
        return result instanceof IDBTransaction || result instanceof IDBObjectStore || result instanceof IDBIndex
          ? promised(result)
          : result
      }
    },
  })
}

interface Handlers<S extends DBSchema> {
  upgrade(
    db: IDBPDatabase<S>,
    tx: IDBPTransaction<S, StoreNames<S>[], 'versionchange'>,
    event: IDBVersionChangeEvent,
  ): void
  /** Somebody else wants to delete or upgrade the database. */
  blocking(): void
  /** The browser closed the connection. */
  terminated(): void
}

/** Opens the database. Rejects as the browser does; waits for ever while somebody blocks it. */
export async function openDatabase<S extends DBSchema>(
  name: string,
  version: number,
  { upgrade, blocking, terminated }: Handlers<S>,
): Promise<IDBPDatabase<S>> {
  const request = indexedDB.open(name, version)
  request.onupgradeneeded = (event) =>
    upgrade(
      promised(request.result) as unknown as IDBPDatabase<S>,
      promised(request.transaction as IDBTransaction) as unknown as IDBPTransaction<
        S,
        StoreNames<S>[],
        'versionchange'
      >,
      event,
    )
  const db = await settled(request)
  db.onversionchange = blocking
  db.onclose = terminated
  return promised(db) as unknown as IDBPDatabase<S>
}
