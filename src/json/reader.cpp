#include "json/reader.h"

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
  const std::size_t length = body.size() - start;
  body.append(kBodyStreamPadding, '\0');
  BodyStream stream(body.data() + start);
  EventAdapter adapter(handler);
  rapidjson::Reader reader;
  const rapidjson::ParseResult result = reader.Parse<kParseFlags>(stream, adapter);
  if (!result.IsError()) return Outcome::success();
  // An escape that is cut is refused at its beginning.
  constexpr std::size_t kLongestEscape = 6;  // \uXXXX
  const bool breaks_off = result.Code() != rapidjson::kParseErrorTermination &&
                          result.Offset() + kLongestEscape > length;
  return {Outcome::failure(describe_parse_error(result, start)),
          breaks_off ? JsonOutcome::Fault::BreaksOff : JsonOutcome::Fault::IsNoJson};
}

}  // namespace vrni2syslog
