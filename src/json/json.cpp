#include "json/json.h"

#include "json/json_escapes.h"

#include <fmt/format.h>
#include <rapidjson/error/en.h>
#include <rapidjson/reader.h>
#include <rapidjson/writer.h>

#include <cstddef>

namespace vrni2syslog {
namespace {

/// RapidJSON's vectorised loops read up to 16 bytes beyond the end, and it never looks for the end
/// elsewhere than at a NUL.
constexpr std::size_t kPadding = 32;

/// What the API gives is five levels deep. RapidJSON's parser recurses once for each level, which
/// takes two thirds of its iterative parser's time, and must be kept from overflowing the stack.
constexpr int kMaxDepth = 200;

/// Numbers stay texts, so that identifiers come out as they went in. Not
/// kParseValidateEncodingFlag: in 1.1.0 it reads beyond the end of the input.
constexpr unsigned kParseFlags =
    rapidjson::kParseInsituFlag | rapidjson::kParseNumbersAsStringsFlag;

/// The events of RapidJSON's reader, as JsonHandler's. Ends the reading where the text is nested
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

[[nodiscard]] std::string describe(const rapidjson::ParseResult& result, std::size_t start) {
  const bool is_too_deep = result.Code() == rapidjson::kParseErrorTermination;
  return fmt::format("{} (byte {})",
                     is_too_deep ? fmt::format("Nested more than {} levels deep", kMaxDepth)
                                 : std::string(rapidjson::GetParseError_En(result.Code())),
                     result.Offset() + start);
}

/// What RapidJSON's writer needs of an output.
class StringOutput {
 public:
  using Ch = char;
  explicit StringOutput(std::string& out) : out_(out) {}
  void Put(char c) { out_ += c; }  // NOLINT(readability-identifier-naming): RapidJSON's name
  void Flush() {}                  // NOLINT(readability-identifier-naming): RapidJSON's name

 private:
  std::string& out_;
};

}  // namespace

std::optional<std::string> read_json(std::string& body, JsonHandler& handler) {
  constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
  const std::size_t start = body.starts_with(kByteOrderMark) ? kByteOrderMark.size() : 0;
  repair_lone_surrogates(body);
  body.append(kPadding, '\0');
  rapidjson::InsituStringStream stream(body.data() + start);
  EventAdapter adapter(handler);
  rapidjson::Reader reader;
  const rapidjson::ParseResult result = reader.Parse<kParseFlags>(stream, adapter);
  if (!result.IsError()) return std::nullopt;
  return describe(result, start);
}

void append_json_string(std::string& out, std::string_view text) {
  StringOutput output(out);
  rapidjson::Writer<StringOutput> writer(output);
  writer.String(text.data(), static_cast<rapidjson::SizeType>(text.size()));
}

}  // namespace vrni2syslog
