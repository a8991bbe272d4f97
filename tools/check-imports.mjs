/**
 * `npm run check:imports`: who may import whom, as docs/architecture.md tells it. Reads the sources with TypeScript's
 * own parser; nothing is compiled. Takes another project folder as argument, for its own test.
 */
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'
import { listSourceFiles } from './sources.mjs'

/** With fewer modules than this the walk itself is broken, and a silent pass would prove nothing. */
const fewestModules = 60

const starts =
  (...folders) =>
  (path) =>
    folders.some((folder) => path === folder || path.startsWith(folder.endsWith('/') ? folder : `${folder}/`))

const isServer = starts('server')
const isPackage = (path) => path.startsWith('npm:')
const isBuiltin = (path) => path.startsWith('node:')

/** `from` and `to` judge paths inside the project, `npm:NAME` or `node:NAME`; the first sentence names the rule broken. */
const rules = [
  {
    name: 'the contract is shared with browsers: it imports typebox and itself alone',
    from: starts('server/contract/'),
    to: (path) => !starts('server/contract/')(path) && path !== 'npm:typebox',
  },
  {
    name: 'the domain is pure: it imports the contract and itself alone',
    from: starts('server/domain/'),
    to: (path) => !starts('server/contract/', 'server/domain/')(path),
  },
  {
    name: 'a query file knows the database, not the rules, the routes or another query file',
    from: starts('server/queries/'),
    to: (path, from) =>
      starts(
        'server/domain/',
        'server/routes/',
        'server/receive/',
        'server/count/',
        'server/plugins/',
        'server/bin/',
      )(path) ||
      (starts('server/queries/')(path) &&
        path !== (from === 'server/queries/database.ts' ? 'server/queries/tables.ts' : 'server/queries/database.ts') &&
        !(starts('server/queries/tables/')(path) && /^server\/queries\/tables[./]/.test(from)) &&
        path !== from),
  },
  {
    name: 'documents draw what they are given: they know the contract and the rules, not the database',
    from: starts('server/documents/'),
    to: (path) => isServer(path) && !starts('server/contract/', 'server/domain/', 'server/documents/')(path),
  },
  {
    name: 'receive and count stand below the routes',
    from: starts('server/receive/', 'server/count/'),
    to: starts('server/routes/', 'server/plugins/', 'server/bin/'),
  },
  {
    name: 'receive and count do not know each other',
    from: starts('server/receive/'),
    to: starts('server/count/'),
  },
  {
    name: 'receive and count do not know each other',
    from: starts('server/count/'),
    to: starts('server/receive/'),
  },
  {
    name: 'routes and plugins reach the database through queries',
    from: starts('server/routes/', 'server/plugins/'),
    to: (path) => path === 'npm:pg' || starts('server/bin/', 'server/embedded/')(path),
  },
  {
    name: 'only bin brings the parts together',
    from: (path) => isServer(path) && !starts('server/bin/')(path),
    to: starts('server/bin/'),
  },
  {
    name: 'only bin knows where the database comes from',
    from: (path) => isServer(path) && !starts('server/bin/', 'server/embedded/')(path),
    to: starts('server/embedded/'),
  },
  {
    name: 'the tablet imports the contract and nothing else of the server, and no page of the staff',
    from: starts('terminal-ui/'),
    to: (path) => (isServer(path) && !starts('server/contract/')(path)) || starts('dashboards/', 'migrations/')(path),
  },
  {
    name: 'the staff pages import the contract and nothing else of the server, and nothing of the tablet',
    from: starts('dashboards/'),
    to: (path) => (isServer(path) && !starts('server/contract/')(path)) || starts('terminal-ui/', 'migrations/')(path),
  },
  {
    name: 'browsers have no Node.js (vite.config.ts runs at build time)',
    from: (path) => starts('terminal-ui/', 'dashboards/')(path) && !path.endsWith('vite.config.ts'),
    to: isBuiltin,
  },
  {
    name: 'only dashboards/charts/chart.tsx knows the chart library',
    from: (path) => path !== 'dashboards/charts/chart.tsx',
    to: (path) => path === 'npm:chart.js',
  },
  {
    name: 'migrations are frozen, so they import nothing that changes',
    from: starts('migrations/'),
    to: (path, from) => path !== 'npm:kysely' && !(from === 'migrations/index.ts' && starts('migrations/')(path)),
  },
  {
    name: 'only queries/migrate.ts runs migrations',
    from: (path) => isServer(path) && path !== 'server/queries/migrate.ts',
    to: starts('migrations/'),
  },
  {
    name: 'the product imports no test',
    from: (path) => !starts('test/')(path),
    to: starts('test/'),
  },
  {
    name: 'the server has no browser code',
    from: isServer,
    to: starts('terminal-ui/', 'dashboards/'),
  },
  {
    name: 'sources import nothing of what was built',
    from: () => true,
    to: (path) => !isPackage(path) && path.startsWith('dist'),
  },
]

/** Places where the word itself is the breach, whoever imports what. */
const words = [
  {
    name: 'server/config.ts is the only reader of process.env',
    from: (path) => isServer(path) && path !== 'server/config.ts',
    found: (node) => ts.isPropertyAccessExpression(node) && node.getText() === 'process.env',
  },
  {
    name: 'dashboards/api.ts is the only caller of fetch in the staff pages, but for what early.ts asks before it is there',
    from: (path) => starts('dashboards/')(path) && path !== 'dashboards/api.ts' && path !== 'dashboards/early.ts',
    found: (node) =>
      ts.isCallExpression(node) && /^(window\.|globalThis\.|self\.)?fetch$/.test(node.expression.getText()),
  },
]

/** Walks the sources of `project`; returns what was visited and every breach as one line each. */
export function checkImports(project) {
  const breaches = []
  const files = listSourceFiles(project)
  let imports = 0
  for (const file of files) {
    const text = readFileSync(join(project, file), 'utf8')
    const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true)
    const report = (node, name, what) => {
      const line = source.getLineAndCharacterOfPosition(node.getStart()).line + 1
      breaches.push(`${file}:${line} ${what}: ${name}`)
    }
    const visit = (node) => {
      const specifier = findSpecifier(node)
      if (specifier) {
        imports += 1
        const target = resolveTarget(project, file, specifier)
        if (target === null) report(node, 'there is no such file', specifier)
        for (const { name, from, to } of rules) {
          if (target !== null && from(file) && to(target, file)) report(node, name, `imports ${specifier}`)
        }
      }
      for (const { name, from, found } of words) if (from(file) && found(node)) report(node, name, 'breaks a rule')
      ts.forEachChild(node, visit)
    }
    visit(source)
  }
  return { modules: files.length, imports, breaches, tooFew: files.length < fewestModules }
}

/** What a statement or call loads: import, export from, import(), import type, require. */
function findSpecifier(node) {
  const holder =
    ts.isImportDeclaration(node) || ts.isExportDeclaration(node)
      ? node.moduleSpecifier
      : ts.isCallExpression(node) &&
          (node.expression.kind === ts.SyntaxKind.ImportKeyword || node.expression.getText() === 'require')
        ? node.arguments[0]
        : ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)
          ? node.argument.literal
          : undefined
  return holder && ts.isStringLiteralLike(holder) ? holder.text : null
}

/** The path inside the project, `npm:NAME`, `node:NAME`, or null for a file that is not there. */
function resolveTarget(project, file, specifier) {
  if (specifier.startsWith('node:')) return specifier
  if (!specifier.startsWith('.')) {
    const [scope, name] = specifier.split('/')
    return `npm:${scope.startsWith('@') ? `${scope}/${name}` : scope}`
  }
  const path = resolve(project, dirname(file), specifier.replace(/\?.*$/, ''))
  return existsSync(path) ? relative(project, path) : null
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const project = resolve(process.argv[2] ?? join(import.meta.dirname, '..'))
  const { modules, imports, breaches, tooFew } = checkImports(project)
  for (const breach of breaches) console.log(breach)
  console.log(`${modules} modules, ${imports} imports, ${breaches.length} breaches`)
  if (tooFew) console.log(`Only ${modules} modules were visited: the check itself is broken.`)
  if (breaches.length > 0 || tooFew) process.exitCode = 1
}
