// node vrl.js NODE_MODULES: reads {"program": ..., "lines": [...]} from standard input and writes, one JSON value a line, what the
// program of Vector's language makes of each line. The program finds the line in `line`.
const vrl = require(require.resolve('@bpinternal/verel', { paths: [process.argv[2]] }))
const { program, lines } = JSON.parse(require('fs').readFileSync(0, 'utf8'))
const whole = `. = map_values(array!(.lines)) -> |line| {\nline = string!(line)\n${program}\n}`
const { errors } = vrl.check(whole)
if (errors.length > 0) {
  console.error(vrl.formatDiagnostic(errors[0]))
  process.exit(1)
}
const BATCH = 250
for (let i = 0; i < lines.length; i += BATCH) {
  const { event } = vrl.execute(whole, { lines: lines.slice(i, i + BATCH) })
  process.stdout.write(event.map((value) => JSON.stringify(value) + '\n').join(''))
}
