#include "rfc5424_parser.h"

#include <algorithm>
#include <cstddef>

namespace vrni2syslog::testing {
namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_printable_ascii(char c) {
  return c > 32 && c < 127;
}
bool is_sd_name_character(char c) {
  return is_printable_ascii(c) && c != '=' && c != ']' && c != '"';
}

/// Reads from left to right; once something is wrong, everything after it is.
class Reader {
 public:
  explicit Reader(std::string_view text) : rest_(text) {}

  [[nodiscard]] bool ok() const { return ok_; }
  [[nodiscard]] bool at(char c) const { return ok_ && !rest_.empty() && rest_.front() == c; }
  [[nodiscard]] std::string_view rest() const { return rest_; }

  void expect(std::string_view text) {
    ok_ = ok_ && rest_.starts_with(text);
    if (ok_) rest_.remove_prefix(text.size());
  }

  std::string take(bool (*is_part)(char), std::size_t min, std::size_t max) {
    const auto end = std::ranges::find_if_not(rest_, is_part);
    const std::string part(rest_.begin(), end);
    ok_ = ok_ && part.size() >= min && part.size() <= max;
    if (ok_) rest_.remove_prefix(part.size());
    return part;
  }

  /// "0000-00-00T00:00:00.000Z": 0 stands for any digit.
  std::string take_shape(std::string_view shape) {
    const std::string part(rest_.substr(0, shape.size()));
    ok_ = ok_ && std::ranges::equal(part, shape,
                                    [](char c, char s) { return s == '0' ? is_digit(c) : c == s; });
    if (ok_) rest_.remove_prefix(part.size());
    return part;
  }

  std::string take_param_value() {
    std::string value;
    while (ok_ && !at('"')) {
      if (at('\\')) {
        rest_.remove_prefix(1);
        ok_ = at('"') || at('\\') || at(']');
      } else {
        ok_ = !rest_.empty() && !at(']');
      }
      if (!ok_) break;
      value += rest_.front();
      rest_.remove_prefix(1);
    }
    return value;
  }

 private:
  std::string_view rest_;
  bool ok_ = true;
};

void read_header(Reader& reader, Rfc5424Message& message) {
  reader.expect("<");
  const std::string priority = reader.take(is_digit, 1, 3);
  reader.expect(">1 ");
  if (!reader.ok()) return;
  message.priority = std::stoi(priority);
  message.timestamp = reader.take_shape("0000-00-00T00:00:00.000Z");
  reader.expect(" ");
  message.hostname = reader.take(is_printable_ascii, 1, 255);
  reader.expect(" ");
  message.app_name = reader.take(is_printable_ascii, 1, 48);
  reader.expect(" ");
  message.process_id = reader.take(is_printable_ascii, 1, 128);
  reader.expect(" ");
  message.message_id = reader.take(is_printable_ascii, 1, 32);
  reader.expect(" ");
}

void read_structured_data(Reader& reader, Rfc5424Message& message) {
  reader.expect("[");
  message.sd_id = reader.take(is_sd_name_character, 1, 32);
  while (reader.at(' ')) {
    reader.expect(" ");
    std::string name = reader.take(is_sd_name_character, 1, 32);
    reader.expect("=\"");
    std::string value = reader.take_param_value();
    reader.expect("\"");
    message.params.emplace_back(std::move(name), std::move(value));
  }
  reader.expect("] ");
}

}  // namespace

std::optional<std::string> Rfc5424Message::param(std::string_view name) const {
  if (std::ranges::count(params, name, &std::pair<std::string, std::string>::first) != 1)
    return std::nullopt;
  return std::ranges::find(params, name, &std::pair<std::string, std::string>::first)->second;
}

std::optional<Rfc5424Message> parse_rfc5424(std::string_view line) {
  Reader reader(line);
  Rfc5424Message message;
  read_header(reader, message);
  read_structured_data(reader, message);
  message.message = reader.rest();
  if (!reader.ok() || message.message.empty() || message.priority > 191) return std::nullopt;
  return message;
}

}  // namespace vrni2syslog::testing
