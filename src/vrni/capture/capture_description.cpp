#include "vrni/capture/capture_description.h"

#include "base/error.h"
#include "json/json_depth.h"
#include "vrni/capture/capture_reader.h"

#include <fmt/format.h>

#include <cstddef>

namespace vrni2syslog {
namespace {

constexpr std::string_view kFormat = "1";
constexpr std::string_view kOptions = "options";
constexpr std::size_t kMaxBytes = 4UL * 1024 * 1024;  // a filter may be long
constexpr std::size_t kMaxOptions = 100;

void append_member(std::string& json, std::string_view indent, std::string_view name,
                   std::string_view value) {
  json += fmt::format("{}\"{}\": ", indent, name);
  append_json_string(json, value);
}

/// Takes the description from the outermost object and the object "options" within.
class DescriptionHandler final : public JsonDepthHandler {
 public:
  explicit DescriptionHandler(CaptureDescription& description) : description_(description) {}

  [[nodiscard]] const std::string& format() const noexcept { return format_; }

  void key(std::string_view name) override {
    if (depth() == 1) section_ = name;
    key_ = name;
  }
  void scalar(std::string_view text) override {
    if (depth() == 1 && key_ == "format") format_ = text;
    if (depth() == 1 && key_ == "program") description_.program = text;
    if (depth() == 1 && key_ == "made") description_.made = text;
    const bool is_option = depth() == 2 && section_ == kOptions;
    if (is_option && description_.options.size() < kMaxOptions) {
      description_.options.emplace_back(key_, text);
    }
  }

 private:
  CaptureDescription& description_;
  std::string format_;
  std::string_view section_;
  std::string_view key_;
};

}  // namespace

std::string to_json(const CaptureDescription& description) {
  std::string json = fmt::format("{{\n  \"format\": {}", kFormat);
  append_member(json, ",\n  ", "program", description.program);
  append_member(json, ",\n  ", "made", description.made);
  json += fmt::format(",\n  \"{}\": {{", kOptions);
  std::string_view indent = "\n    ";
  for (const auto& [name, value] : description.options) {
    append_member(json, indent, name, value);
    indent = ",\n    ";
  }
  json += "\n  }\n}\n";
  return json;
}

std::optional<std::string> read_capture_description(std::string& json,
                                                    CaptureDescription& description) {
  description = CaptureDescription();
  DescriptionHandler handler(description);
  if (std::optional<std::string> problem = read_json(json, handler)) return problem;
  if (handler.format().empty()) return "there is no format in it";
  if (handler.format() != kFormat) {
    return fmt::format("it is of format {}, made by {}, and this version reads format {}",
                       printable(handler.format(), 20), printable(description.program, 40),
                       kFormat);
  }
  return std::nullopt;
}

CaptureDescription load_capture_description(const std::filesystem::path& directory) {
  const std::filesystem::path path = directory / kCaptureDescriptionName;
  std::string json = read_capture_file(path, kMaxBytes);
  CaptureDescription description;
  if (const auto problem = read_capture_description(json, description)) {
    throw Error(Fault::Data, fmt::format("{}: {}", printable(path.string()), *problem));
  }
  return description;
}

}  // namespace vrni2syslog
