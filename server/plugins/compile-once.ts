/**
 * Each schema is compiled once in a process: a GET and its HEAD share it, and so do several apps. Compiling is most of what
 * building the app costs.
 */
import { AjvCompiler } from '@fastify/ajv-compiler'
import { SerializerSelector } from '@fastify/fast-json-stringify-compiler'

/** Schemas are constants of the contract and refer to no others, so what was compiled holds for every route and app. */
function remember<Options extends unknown[], Route, Compiled>(
  build: (...options: Options) => (route: Route) => Compiled,
): (...options: Options) => (route: Route) => Compiled {
  const compiled = new WeakMap<object, Compiled>()
  return (...options) => {
    const compile = build(...options)
    return (route) => {
      const { schema } = route as { schema: object }
      const known = compiled.get(schema)
      if (known !== undefined) return known
      const made = compile(route)
      compiled.set(schema, made)
      return made
    }
  }
}

export const compileOnce = {
  buildValidator: remember(AjvCompiler()),
  buildSerializer: remember(SerializerSelector()),
}
