#include "vrni/capture/capture_description.h"

#include "base/error.h"
#include "json/path_reader.h"
#include "json/writer.h"
#include "vrni/capture/capture_files.h"

#include <fmt/format.h>

#include <cstddef>
#include <cstdint>

namespace vrni2syslog {
namespace {

constexpr std::string_view kFormat = "1";
constexpr std::string_view kOptions = "options";
constexpr std::size_t kMaxBytes = 4UL * 1024 * 1024;  // a filter may be long
constexpr std::size_t kMaxOptions = 100;

void append_member(std::string& json, std::string_view indent, std::string_view name,
                   std::string_view value) {
  json += indent;
  append_json_string(json, name);
  json += ": ";
  append_json_string(json, value);
}

enum class DescriptionPlace : std::uint8_t { Outside, Root, Options };

/// Reads {"format", "program", "made", "options": {<option>: <value>}}.
class DescriptionReader final : public JsonPathReader<DescriptionReader, DescriptionPlace> {
 public:
  using Place = DescriptionPlace;
  static constexpr JsonPath<Place> kPaths[] = {
      {Place::Root, Place::Outside, '{', {}},
      {Place::Options, Place::Root, '{', kOptions},
  };

  explicit DescriptionReader(CaptureDescription& description) : description_(description) {}

  [[nodiscard]] const std::string& format() const noexcept { return format_; }

  void take(Place place, std::string_view text) {
    if (place == Place::Options) return take_option(text);
    if (member() == "format") format_ = text;
    if (member() == "program") description_.program = text;
    if (member() == "made") description_.made = text;
  }

 private:
  void take_option(std::string_view text) {
    if (description_.options.size() < kMaxOptions)
      description_.options.emplace_back(member(), text);
  }

  CaptureDescription& description_;
  std::string format_;
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

Outcome read_capture_description(std::string& json, CaptureDescription& description) {
  description = CaptureDescription();
  DescriptionReader reader(description);
  if (Outcome read = read_json(json, reader); !read) return read;
  if (reader.format().empty()) return Outcome::failure("there is no format in it");
  if (reader.format() != kFormat) {
    return Outcome::failure(
        fmt::format("it is of format {}, made by {}, and this version reads format {}",
                    printable(reader.format(), 20), printable(description.program, 40), kFormat));
  }
  return Outcome::success();
}

CaptureDescription load_capture_description(const std::filesystem::path& directory) {
  const std::filesystem::path path = directory / kCaptureDescriptionName;
  std::string json = read_capture_file(path, kMaxBytes);
  CaptureDescription description;
  if (const Outcome read = read_capture_description(json, description); !read) {
    throw Error(Fault::Data, fmt::format("{}: {}", printable(path.string()), read.problem()));
  }
  return description;
}

}  // namespace vrni2syslog
