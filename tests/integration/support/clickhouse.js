// node clickhouse.js NODE_MODULES: reads {"statements": [...], "query": ...} from standard input, runs the statements in a new database
// of ClickHouse's engine, and writes the rows of the query, one object a line.
const { Session } = require(require.resolve('chdb', { paths: [process.argv[2]] }))
const { statements, query } = JSON.parse(require('fs').readFileSync(0, 'utf8'))
const session = new Session()
for (const statement of statements) session.query(statement)
process.stdout.write(session.query(query, 'JSONEachRow'))
session.cleanup()
