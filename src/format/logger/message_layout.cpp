#include "format/logger/message_layout.h"

#include "format/record/firewall_action.h"

#include <fmt/format.h>

#include <array>
#include <string>
#include <utility>

namespace vrni2syslog {
namespace {

/// What stands before MSG.
struct MessagePrefixes {
  std::array<std::string, kFirewallVerdictCount> flow;  ///< by FirewallAction
  std::string manifest;
};

class MessageLayout final : public LineLayout {
 public:
  explicit MessageLayout(MessagePrefixes prefixes) : prefixes_(std::move(prefixes)) {}

  void begin_epoch(std::uint32_t) override {}
  void write_flow(LineWriter& writer, const FlowRecord& record) override {
    writer.put(prefixes_.flow[static_cast<std::size_t>(record.verdict)]);
    writer.put(record.message);
  }
  void write_manifest(LineWriter& writer, const Manifest&, std::string_view message) override {
    writer.put(prefixes_.manifest);
    writer.put(message);
  }
  [[nodiscard]] bool has_fields() const noexcept override { return false; }
  [[nodiscard]] std::size_t field_overhead(const RecordField&) const noexcept override { return 0; }
  void write_value(LineWriter&, std::string_view) const noexcept override {}
  void write_message(LineWriter& writer, std::string_view clean_text) const noexcept override {
    writer.put(clean_text);
  }

 private:
  MessagePrefixes prefixes_;
};

}  // namespace

std::unique_ptr<LineLayout> make_message_layout(const LineOptions&) {
  return std::make_unique<MessageLayout>(MessagePrefixes{});
}

std::unique_ptr<LineLayout> make_logger_layout(const LineOptions& options) {
  const auto prefix = [&](Severity severity) {
    return fmt::format("<{}>", priority_value(options.facility, severity));
  };
  MessagePrefixes prefixes;
  for (std::size_t i = 0; i < prefixes.flow.size(); ++i) {
    prefixes.flow[i] = prefix(flow_severity(static_cast<FirewallAction>(i), options));
  }
  prefixes.manifest = prefix(Severity::Informational);
  return std::make_unique<MessageLayout>(std::move(prefixes));
}

}  // namespace vrni2syslog
