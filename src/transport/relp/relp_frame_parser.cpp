#include "transport/relp/relp_frame_parser.h"

#include "base/error.h"
#include "base/text/ascii.h"

#include <fmt/format.h>

#include <algorithm>

namespace vrni2syslog {
namespace {

constexpr std::uint32_t kMaxDigits = 9;
constexpr std::size_t kMaxCommandBytes = 32;
constexpr std::size_t kShownBytes = 60;

}  // namespace

const RelpFrame* RelpFrameParser::next(std::string_view& bytes) {
  if (part_ == Part::Complete) begin();
  while (!bytes.empty() && part_ != Part::Complete) {
    switch (part_) {
      case Part::Data:
        take_data(bytes);
        break;
      case Part::Trailer:
        if (bytes.front() != '\n') refuse(bytes);
        bytes.remove_prefix(1);
        part_ = Part::Complete;
        break;
      default:
        take_header_byte(bytes);
        break;
    }
  }
  return part_ == Part::Complete ? &frame_ : nullptr;
}

void RelpFrameParser::begin() {
  part_ = Part::Number;
  digits_ = 0;
  length_ = 0;
  header_.clear();
  frame_.number = 0;
  frame_.command.clear();
  frame_.data.clear();
}

void RelpFrameParser::take_header_byte(std::string_view& bytes) {
  const char byte = bytes.front();
  if (part_ == Part::Number) {
    byte == ' ' ? end_number(bytes) : take_digit(byte, frame_.number, bytes);
  } else if (part_ == Part::Length) {
    is_digit(byte) ? take_digit(byte, length_, bytes) : end_length(byte, bytes);
  } else if (byte == ' ') {
    end_command(bytes);
  } else {
    if (!is_letter(byte) || frame_.command.size() == kMaxCommandBytes) refuse(bytes);
    frame_.command += byte;
  }
  header_ += byte;
  bytes.remove_prefix(1);
}

void RelpFrameParser::take_digit(char digit, std::uint32_t& value, std::string_view rest) {
  if (!is_digit(digit) || digits_ == kMaxDigits) refuse(rest);
  value = value * 10 + static_cast<std::uint32_t>(digit - '0');
  ++digits_;
}

void RelpFrameParser::end_number(std::string_view rest) {
  if (digits_ == 0) refuse(rest);
  digits_ = 0;
  part_ = Part::Command;
}

void RelpFrameParser::end_command(std::string_view rest) {
  if (frame_.command.empty()) refuse(rest);
  part_ = Part::Length;
}

/// A frame without data has no blank after its length either.
void RelpFrameParser::end_length(char byte, std::string_view rest) {
  if (digits_ == 0 || byte != (length_ == 0 ? '\n' : ' ')) refuse(rest);
  if (length_ > kMaxRelpDataBytes) {
    throw Error(
        Fault::Unconfirmed,
        fmt::format("the collector sent a RELP frame of {} bytes, but at most {} are allowed",
                    length_, kMaxRelpDataBytes));
  }
  part_ = length_ == 0 ? Part::Complete : Part::Data;
}

void RelpFrameParser::take_data(std::string_view& bytes) {
  const std::size_t count = std::min<std::size_t>(bytes.size(), length_ - frame_.data.size());
  frame_.data += bytes.substr(0, count);
  bytes.remove_prefix(count);
  if (frame_.data.size() == length_) part_ = Part::Trailer;
}

/// `rest` begins with the byte that is wrong.
void RelpFrameParser::refuse(std::string_view rest) const {
  const std::string shown = header_ + std::string(rest.substr(0, kShownBytes));
  throw Error(Fault::Unconfirmed,
              fmt::format("the collector sent something that is not RELP: \"{}\"",
                          printable(shown, kShownBytes)));
}

}  // namespace vrni2syslog
