#include "format/logger/message_layout.h"

#include "format/record/header.h"

#include <array>
#include <string>
#include <utility>

namespace vrni2syslog {
namespace {

/// What stands before MSG, by LineKind.
using MessagePrefixes = std::array<std::string, kLineKindCount>;

class MessageLayout final : public LineLayout {
 public:
  explicit MessageLayout(MessagePrefixes prefixes) : prefixes_(std::move(prefixes)) {}

  void write(LineWriter& writer, const LineRecord& record) override {
    writer.put(prefixes_[static_cast<std::size_t>(record.kind)]);
    writer.put(record.message);
  }

 private:
  MessagePrefixes prefixes_;
};

}  // namespace

std::unique_ptr<LineLayout> make_message_layout(const LineOptions&) {
  return std::make_unique<MessageLayout>(MessagePrefixes{});
}

std::unique_ptr<LineLayout> make_logger_layout(const LineOptions& options) {
  MessagePrefixes prefixes;
  for (std::size_t i = 0; i < prefixes.size(); ++i)
    prefixes[i] = pri_text(static_cast<LineKind>(i), options);
  return std::make_unique<MessageLayout>(std::move(prefixes));
}

}  // namespace vrni2syslog
