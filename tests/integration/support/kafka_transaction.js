// node kafka_transaction.js NODE_MODULES: reads {"brokers": [...], "topic": ..., "values": [...], "end": ...} from standard input and writes
// the values to the topic in one transaction, which it ends by "commit" or "abort", or leaves open.
const { Kafka, logLevel } = require(require.resolve('kafkajs', { paths: [process.argv[2]] }))
const { brokers, topic, values, end } = JSON.parse(require('fs').readFileSync(0, 'utf8'))

async function main() {
  const kafka = new Kafka({ clientId: 'writer', brokers, logLevel: logLevel.ERROR })
  const producer = kafka.producer({ transactionalId: `writer-${end}`, idempotent: true, maxInFlightRequests: 1, transactionTimeout: 30000 })
  await producer.connect()
  const transaction = await producer.transaction()
  await transaction.send({ topic, messages: values.map((value) => ({ value })) })
  if (end === 'open') process.exit(0)
  await transaction[end]()
  await producer.disconnect()
}

main().catch((error) => {
  console.error(error)
  process.exit(1)
})
