#include "format/logger/message_layout.h"

#include "format/record/header.h"

#include <utility>

namespace vrni2syslog {
namespace {

class MessageLayout final : public LineLayout {
 public:
  explicit MessageLayout(TextsByKind prefixes) : prefixes_(std::move(prefixes)) {}

  void write(LineWriter& writer, const LineRecord& record) override {
    writer.put(prefixes_[static_cast<std::size_t>(record.kind)]);
    writer.put(record.message);
  }

 private:
  TextsByKind prefixes_;  ///< what stands before MSG
};

}  // namespace

std::unique_ptr<LineLayout> make_message_layout(const LineOptions&) {
  return std::make_unique<MessageLayout>(TextsByKind{});
}

std::unique_ptr<LineLayout> make_logger_layout(const LineOptions& options) {
  return std::make_unique<MessageLayout>(texts_by_kind(options, pri_text));
}

}  // namespace vrni2syslog
