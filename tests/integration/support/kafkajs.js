// node kafkajs.js NODE_MODULES: reads {"brokers": [...], "topic": ...} from standard input and writes the committed records of the topic,
// one JSON object a line. kafkajs reads committed records only, unless it is told otherwise.
const { Kafka, logLevel } = require(require.resolve('kafkajs', { paths: [process.argv[2]] }))
const { brokers, topic } = JSON.parse(require('fs').readFileSync(0, 'utf8'))
const kafka = new Kafka({ clientId: 'reader', brokers, logLevel: logLevel.ERROR })
const text = (buffer) => (buffer === null || buffer === undefined ? null : buffer.toString('utf8'))
// A header that comes several times has a list of values.
const pairs = (headers) => Object.entries(headers || {}).flatMap(([name, value]) => [value].flat().map((one) => [name, text(one)]))

function row(partition, { offset, timestamp, key, value, headers }) {
  return JSON.stringify({ partition, offset, timestamp, key: text(key), value: text(value), headers: pairs(headers) })
}

async function endOffsets() {
  const admin = kafka.admin()
  await admin.connect()
  const offsets = await admin.fetchTopicOffsets(topic)
  await admin.disconnect()
  return offsets.filter(({ low, high }) => BigInt(low) < BigInt(high))
}

async function main() {
  // Where the topic ends now. A batch may end with a marker of a transaction, which is no record: its offset counts, too.
  const left = new Map((await endOffsets()).map(({ partition, high }) => [partition, BigInt(high) - 1n]))
  if (left.size === 0) return
  const consumer = kafka.consumer({ groupId: `reader-${process.pid}`, maxWaitTimeInMs: 100 })
  await consumer.connect()
  await consumer.subscribe({ topic, fromBeginning: true })
  let hasRead = false
  await new Promise((resolve, reject) => {
    // A group has to wait for a coordinator that is loading: the consumer starts again by itself. What was read would come twice.
    consumer.on(consumer.events.CRASH, ({ payload }) => (payload.restart && !hasRead) || reject(payload.error))
    consumer.on(consumer.events.END_BATCH_PROCESS, ({ payload }) => {
      if (BigInt(payload.lastOffset) >= (left.get(payload.partition) ?? -1n)) left.delete(payload.partition)
      if (left.size === 0) resolve()
    })
    consumer.run({
      eachBatchAutoResolve: true,
      eachBatch: async ({ batch }) => {
        hasRead = true
        process.stdout.write(batch.messages.map((message) => row(batch.partition, message) + '\n').join(''))
      },
    }).catch(reject)
  })
  await consumer.disconnect()
}

main().catch((error) => {
  console.error(error)
  process.exit(1)
})
