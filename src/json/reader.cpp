#include "json/reader.h"

#include "base/text/number.h"
#include "base/text/utf8.h"
#include "json/body_stream.h"

#include <fmt/format.h>
#include <rapidjson/error/en.h>
#include <rapidjson/reader.h>

#include <cstddef>
#include <string_view>

namespace vrni2syslog {
namespace {

/// Answers of the API are five levels deep. RapidJSON's recursive parser takes two thirds of the
/// time of its iterative one, but calls itself for each level: the limit keeps it from overflowing
/// the stack.
constexpr int kMaxDepth = 200;

/// Numbers stay texts, so that identifiers come out as they went in. kParseValidateEncodingFlag is
/// left out because in 1.1.0 it reads beyond the end of the input.
constexpr unsigned kParseFlags =
    rapidjson::kParseInsituFlag | rapidjson::kParseNumbersAsStringsFlag;

/// Hands the events of RapidJSON's reader to a JsonHandler. Ends the reading if the text is nested
/// too deeply.
class EventAdapter : public rapidjson::BaseReaderHandler<rapidjson::UTF8<>, EventAdapter> {
 public:
  explicit EventAdapter(JsonHandler& handler) : handler_(handler) {}

  bool Null() {
    handler_.null();
    return true;
  }
  bool Bool(bool value) {
    handler_.scalar(value ? "true" : "false");
    return true;
  }
  bool RawNumber(const char* text, rapidjson::SizeType length, bool /*copy*/) {
    handler_.scalar({text, length});
    return true;
  }
  bool String(const char* text, rapidjson::SizeType length, bool /*copy*/) {
    handler_.scalar({text, length});
    return true;
  }
  bool Key(const char* text, rapidjson::SizeType length, bool /*copy*/) {
    handler_.key({text, length});
    return true;
  }
  bool StartObject() {
    if (++depth_ > kMaxDepth) return false;
    handler_.begin_object();
    return true;
  }
  bool EndObject(rapidjson::SizeType /*members*/) {
    --depth_;
    handler_.end_object();
    return true;
  }
  bool StartArray() {
    if (++depth_ > kMaxDepth) return false;
    handler_.begin_array();
    return true;
  }
  bool EndArray(rapidjson::SizeType /*elements*/) {
    --depth_;
    handler_.end_array();
    return true;
  }

 private:
  JsonHandler& handler_;
  int depth_ = 0;
};

constexpr std::size_t kEscapeLength = 6;  // \uXXXX

/// The UTF-16 code unit of the escape \uXXXX at `at`; 0 if there is no such escape.
[[nodiscard]] unsigned code_unit_at(std::string_view json, std::size_t at) {
  if (json.substr(at, 2) != "\\u" || json.size() - at < kEscapeLength) return 0;
  return parse_whole<unsigned>(json.substr(at + 2, kEscapeLength - 2), 16).value_or(0);
}

[[nodiscard]] bool is_high_surrogate(unsigned code_unit) {
  return code_unit >= 0xD800 && code_unit <= 0xDBFF;
}
[[nodiscard]] bool is_low_surrogate(unsigned code_unit) {
  return code_unit >= 0xDC00 && code_unit <= 0xDFFF;
}

/// Replaces each escape of half a UTF-16 surrogate pair without the other half by that of U+FFFD,
/// in place: RapidJSON refuses such a text as a whole.
void repair_lone_surrogates(std::string& json) {
  // A JSON text has backslashes only in strings, so its structure need not be known.
  std::size_t at = json.find('\\');
  while (at != std::string::npos) {
    const unsigned unit = code_unit_at(json, at);
    std::size_t length = unit == 0 ? 2 : kEscapeLength;
    if (is_high_surrogate(unit) && is_low_surrogate(code_unit_at(json, at + kEscapeLength))) {
      length = 2 * kEscapeLength;
    } else if (is_high_surrogate(unit) || is_low_surrogate(unit)) {
      json.replace(at, kEscapeLength, "\\uFFFD");
    }
    at = json.find('\\', at + length);
  }
}

[[nodiscard]] std::string describe_parse_error(const rapidjson::ParseResult& result,
                                               std::size_t start) {
  const bool is_too_deep = result.Code() == rapidjson::kParseErrorTermination;
  return fmt::format("{} (byte {})",
                     is_too_deep ? fmt::format("Nested more than {} levels deep", kMaxDepth)
                                 : std::string(rapidjson::GetParseError_En(result.Code())),
                     result.Offset() + start);
}

}  // namespace

JsonOutcome read_json(std::string& body, JsonHandler& handler) {
  const std::size_t start = body.starts_with(kByteOrderMark) ? kByteOrderMark.size() : 0;
  repair_lone_surrogates(body);
  const std::size_t length = body.size() - start;
  body.append(kBodyStreamPadding, '\0');
  BodyStream stream(body.data() + start);
  EventAdapter adapter(handler);
  rapidjson::Reader reader;
  const rapidjson::ParseResult result = reader.Parse<kParseFlags>(stream, adapter);
  if (!result.IsError()) return Outcome::success();
  // An escape that is cut is refused at its beginning.
  const bool breaks_off = result.Code() != rapidjson::kParseErrorTermination &&
                          result.Offset() + kEscapeLength > length;
  return {Outcome::failure(describe_parse_error(result, start)),
          breaks_off ? JsonOutcome::Fault::BreaksOff : JsonOutcome::Fault::IsNoJson};
}

}  // namespace vrni2syslog
