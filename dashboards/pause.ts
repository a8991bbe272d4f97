/** Ends the task that is running: on a slow telephone a tap need not wait for what comes next as well. */
export const pause = (for_ms = 0): Promise<void> => new Promise((resolve) => setTimeout(resolve, for_ms))
