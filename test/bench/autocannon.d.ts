/** The part of autocannon that benches use; the package brings no types. */
declare module 'autocannon' {
  interface Client {
    setHeaders(headers: Record<string, string>): void
    setBody(body: string): void
    on(event: 'response', listener: () => void): void
  }
  interface Result {
    '2xx': number
    non2xx: number
    errors: number
    duration: number
    latency: { p50: number; p99: number }
  }
  export default function autocannon(options: {
    url: string
    connections: number
    duration: number
    method: 'POST'
    setupClient(client: Client): void
  }): Promise<Result>
}
