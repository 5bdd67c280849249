// node clickhouse.js NODE_MODULES: reads {"statements": [...], "queries": [...]} from standard input, runs the statements in a new
// database of ClickHouse's engine, and writes the rows of each query, as one array a line.
const { Session } = require(require.resolve('chdb', { paths: [process.argv[2]] }))
const { statements, queries } = JSON.parse(require('fs').readFileSync(0, 'utf8'))
const session = new Session()
for (const statement of statements) session.query(statement)
for (const query of queries) {
  const rows = session.query(query, 'JSONEachRow').split('\n').filter((row) => row !== '')
  process.stdout.write(`[${rows.join(',')}]\n`)
}
session.cleanup()
