#pragma once

#include "format/line_format.h"
#include "fuzz/rfc5424_parser.h"

#include <gtest/gtest.h>

#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>

namespace vrni2syslog {

inline constexpr UnixSeconds kNoon{std::chrono::seconds(1'795'348'800)};  // 2026-11-22T12:00:00Z
inline constexpr TimeWindow kUnit{kNoon, kNoon + std::chrono::hours(1)};

/// An ordinary flow and the options for its line; a test changes what it is about.
class FlowFixture : public ::testing::Test {
 protected:
  FlowFixture() {
    options.origin = {
        .hostname = "vrni.local", .app_name = "vrni2syslog", .process_id = "4711", .run_id = "r1"};
    flow.id = "10000:515:1491521924";
    flow.name = "web-01 -> db-01 [port:443]";
    flow.version_time = kNoon + std::chrono::minutes(30);
    set(FlowField::Action, "ALLOW");
    set(FlowField::Protocol, "TCP");
    set(FlowField::SourceIp, "10.0.0.5");
    set(FlowField::DestinationIp, "10.0.1.9");
    set(FlowField::DestinationPort, "443");
  }

  void set(FlowField field, std::string_view text) { flow.set_text(field, batch.copy(text)); }
  void set_list(FlowField field, std::initializer_list<std::string_view> texts) {
    flow.set(field, list(texts));
  }
  FieldValue list(std::initializer_list<std::string_view> texts) {
    const std::span<std::string_view> copies = batch.new_texts(texts.size());
    std::size_t i = 0;
    for (const std::string_view text : texts) copies[i++] = batch.copy(text);
    return copies;
  }

  std::string line(std::string_view format = "rfc5424") {
    std::string out;
    result = make_line_format(format, options)->append_flow(out, flow, kUnit);
    return out;
  }
  /// The line of the format rfc5424, taken apart by a parser that knows nothing of the code.
  testing::Rfc5424Message parsed() {
    const std::string text = line();
    const auto message = testing::parse_rfc5424(text);
    EXPECT_TRUE(message) << text;
    return message.value_or(testing::Rfc5424Message());
  }

  LineOptions options;
  FlowBatch batch{kUnit};
  Flow flow;
  LineResult result = LineResult::Whole;
};

}  // namespace vrni2syslog
