-- ClickHouse: a table of the flows and one of the manifests, filled from lines as they were sent.
--
-- Choose here:   format rfc5424 with its escapes as they are, through any receiver that keeps the lines as they were sent (rsyslog.conf,
--                syslog-ng.conf, rsyslog-kafka.conf), or collector = file:///var/log/vrni-flows.log.
-- Install:       clickhouse-client --multiquery < clickhouse.sql; then for each file of lines, the same one twice does no harm:
--                clickhouse-client --query 'INSERT INTO vrni_lines FORMAT LineAsString' < /var/log/vrni-flows.log
--                For Kafka's topic make a table with ENGINE = Kafka and the format LineAsString, and a materialized view TO vrni_lines.
-- How to see that it works:
--                SELECT * FROM vrni_windows   shows for each window how many flows its manifest promises, and how many are here
-- Run in our tests: yes, ClickHouse's engine 26.7 (npm chdb 3.4.0) with this file (tests/integration/test_receiver_languages.py); without a
-- server and without Kafka.

-- What arrives is not kept here: the views below take it apart.
CREATE TABLE IF NOT EXISTS vrni_lines (line String) ENGINE = Null;

-- What is sent twice is one row (ask with FINAL); two versions of a flow in a window are two. IPv4 addresses stand as ::ffff:10.0.0.1,
-- what is no address and no number as null. `fields` has every field of the line as text.
CREATE TABLE IF NOT EXISTS vrni_flows (
  time DateTime64(3, 'UTC'), platform LowCardinality(String), msgid LowCardinality(String), message String,
  action LowCardinality(String), proto LowCardinality(String), src_ip Nullable(IPv6), dst_ip Nullable(IPv6), dst_port Nullable(UInt16),
  src_vm String, dst_vm String, rule_id LowCardinality(String), traffic_type LowCardinality(String), src_net LowCardinality(String),
  dst_net LowCardinality(String), src_cluster LowCardinality(String), dst_cluster LowCardinality(String), bytes Nullable(UInt64),
  packets Nullable(UInt64), sessions Nullable(UInt64), flow_id String, window_start DateTime('UTC'), window_end DateTime('UTC'),
  snapshot DateTime('UTC'), run LowCardinality(String), fields Map(LowCardinality(String), String))
ENGINE = ReplacingMergeTree PARTITION BY toYYYYMM(window_start) ORDER BY (window_start, flow_id, snapshot);

CREATE TABLE IF NOT EXISTS vrni_manifests (
  time DateTime64(3, 'UTC'), platform LowCardinality(String), flows UInt64, late UInt64, left_out UInt64, lines_sha256 String,
  window_start DateTime('UTC'), window_end DateTime('UTC'), run String)
ENGINE = ReplacingMergeTree ORDER BY (window_start, window_end, run, late);

-- `head`: time, platform, MSGID, structured data, message. A backslash in front of a quotation mark, a bracket or another backslash is
-- an escape.
CREATE MATERIALIZED VIEW IF NOT EXISTS vrni_flows_of_lines TO vrni_flows AS
WITH
  extractGroups(line, '(?s)^<\\d+>1 (\\S+) (\\S+) \\S+ \\S+ (\\S+) \\[vrniflow@32473((?: [^ =]+="(?:[^"\\\\]|\\\\.)*")*)\\] (.*)$') AS head,
  extractAllGroupsVertical(head[4], '(?s) ([^ =]+)="((?:[^"\\\\]|\\\\.)*)"') AS pairs,
  mapFromArrays(arrayMap(pair -> pair[1], pairs), arrayMap(pair -> replaceRegexpAll(pair[2], '\\\\(["\\\\\\]])', '\\1'), pairs)) AS kv
SELECT
  parseDateTime64BestEffort(head[1], 3, 'UTC') AS time, head[2] AS platform, head[3] AS msgid, head[5] AS message,
  kv['action'] AS action, kv['proto'] AS proto, toIPv6OrNull(kv['src_ip']) AS src_ip, toIPv6OrNull(kv['dst_ip']) AS dst_ip,
  toUInt16OrNull(kv['dst_port']) AS dst_port, kv['src_vm'] AS src_vm, kv['dst_vm'] AS dst_vm, kv['rule_id'] AS rule_id,
  kv['traffic_type'] AS traffic_type, kv['src_net'] AS src_net, kv['dst_net'] AS dst_net, kv['src_cluster'] AS src_cluster,
  kv['dst_cluster'] AS dst_cluster, toUInt64OrNull(kv['bytes']) AS bytes, toUInt64OrNull(kv['packets']) AS packets,
  toUInt64OrNull(kv['sessions']) AS sessions, kv['flow_id'] AS flow_id, parseDateTimeBestEffort(kv['window_start'], 'UTC') AS window_start,
  parseDateTimeBestEffort(kv['window_end'], 'UTC') AS window_end, parseDateTimeBestEffort(kv['snapshot'], 'UTC') AS snapshot,
  kv['run'] AS run, kv AS fields
FROM vrni_lines WHERE startsWith(head[3], 'FLOW');

CREATE MATERIALIZED VIEW IF NOT EXISTS vrni_manifests_of_lines TO vrni_manifests AS
WITH
  extractGroups(line, '^<\\d+>1 (\\S+) (\\S+) \\S+ \\S+ (MANIFEST) \\[vrniflow@32473((?: [^ =]+="[^"\\\\]*")*)\\]') AS head,
  extractAllGroupsVertical(head[4], ' ([^ =]+)="([^"]*)"') AS pairs,
  mapFromArrays(arrayMap(pair -> pair[1], pairs), arrayMap(pair -> pair[2], pairs)) AS kv
SELECT
  parseDateTime64BestEffort(head[1], 3, 'UTC') AS time, head[2] AS platform, toUInt64(kv['flows']) AS flows,
  toUInt64OrZero(kv['late']) AS late, toUInt64OrZero(kv['left_out']) AS left_out, kv['lines_sha256'] AS lines_sha256,
  parseDateTimeBestEffort(kv['window_start'], 'UTC') AS window_start, parseDateTimeBestEffort(kv['window_end'], 'UTC') AS window_end,
  kv['run'] AS run
FROM vrni_lines WHERE head[3] = 'MANIFEST';

-- What is sent again by another run is the same rows. Flows that came late have a manifest of their own.
CREATE VIEW IF NOT EXISTS vrni_windows AS
SELECT window_start, window_end, manifests.platform AS platform, promised, here, here >= promised AS is_complete
FROM (SELECT window_start, window_end, platform, maxIf(flows, late = 0) + sumIf(flows, late > 0) AS promised FROM vrni_manifests FINAL
      GROUP BY window_start, window_end, platform) AS manifests
LEFT JOIN (SELECT window_start, window_end, platform, count() AS here FROM vrni_flows FINAL
           GROUP BY window_start, window_end, platform) AS flows USING (window_start, window_end, platform)
ORDER BY window_start;
