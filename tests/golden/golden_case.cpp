#include "golden_case.h"

#include "base/duration.h"
#include "base/error.h"
#include "base/file.h"
#include "vrni/fetch/flow_page.h"

#include <rapidjson/document.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <string_view>
#include <utility>

namespace vrni2syslog::testing {
namespace {

using rapidjson::Value;

std::string_view text_of(const Value& value) {
  if (!value.IsString()) throw Error(Fault::Data, "a text is expected");
  return {value.GetString(), value.GetStringLength()};
}

UnixSeconds time_of(const Value& value) {
  return parse_time(text_of(value), TimeZone::utc());
}

FlowField field_of(const Value& name) {
  const std::optional<FlowField> field = flow_field_by_name(text_of(name));
  if (!field) throw Error(Fault::Data, "no field is called " + std::string(text_of(name)));
  return *field;
}

TimeWindow read_window(const Value& value) {
  return {time_of(value["start"]), time_of(value["end"])};
}

void read_option(std::string_view name, const Value& value, LineOptions& options) {
  if (name == "hostname") {
    options.origin.hostname = text_of(value);
  } else if (name == "app_name") {
    options.origin.app_name = text_of(value);
  } else if (name == "run") {
    options.origin.run_id = text_of(value);
  } else if (name == "job") {
    options.origin.job = text_of(value);
  } else if (name == "facility") {
    options.facility = parse_facility(text_of(value));
  } else if (name == "severity_allow") {
    options.severity_allow = parse_severity(text_of(value));
  } else if (name == "severity_deny") {
    options.severity_deny = parse_severity(text_of(value));
  } else if (name == "sd_id") {
    options.rfc5424.sd_id = text_of(value);
  } else if (name == "sd_escape") {
    options.rfc5424.escape = text_of(value) == "safe" ? SdEscape::Safe : SdEscape::Rfc5424;
  } else if (name == "max_size") {
    options.max_line_bytes = value.GetUint();
  } else if (name == "fields") {
    for (const Value& field : value.GetArray()) options.fields.push_back(field_of(field));
  } else {
    throw Error(Fault::Data, "no option is called " + std::string(name));
  }
}

LineOptions read_options(const Value& value) {
  LineOptions options;
  options.origin = {.hostname = "vrni.example.net",
                    .app_name = "vrni2syslog",
                    .process_id = "4711",
                    .run_id = "20261122T131000-4711"};
  for (const auto& member : value.GetObject())
    read_option(text_of(member.name), member.value, options);
  return options;
}

std::string from_hex(std::string_view digits) {
  std::string bytes;
  for (std::size_t i = 0; i + 1 < digits.size(); i += 2) {
    bytes += static_cast<char>(std::stoi(std::string(digits.substr(i, 2)), nullptr, 16));
  }
  return bytes;
}

std::string expansion_of(const Value& value) {
  const std::string piece = value.HasMember("hex") ? from_hex(text_of(value["hex"]))
                                                   : std::string(text_of(value["text"]));
  const unsigned times = value.HasMember("times") ? value["times"].GetUint() : 1;
  std::string text;
  for (unsigned i = 0; i < times; ++i) text += piece;
  return text;
}

/// The answer as the platform would have sent it.
std::string answer_body(const Value& document) {
  rapidjson::StringBuffer buffer;
  rapidjson::Writer<rapidjson::StringBuffer> writer(buffer);
  document["answer"].Accept(writer);
  std::string body(buffer.GetString(), buffer.GetSize());
  if (!document.HasMember("expand")) return body;
  for (const auto& member : document["expand"].GetObject()) {
    const std::string mark = "${" + std::string(text_of(member.name)) + "}";
    const std::string text = expansion_of(member.value);
    for (std::size_t at = body.find(mark); at != std::string::npos;
         at = body.find(mark, at + text.size())) {
      body.replace(at, mark.size(), text);
    }
  }
  return body;
}

void read_flow(const Value& document, FlowBatch& batch) {
  FlowPage page;
  const BodyOutcome read = read_flow_page(answer_body(document), batch, page);
  if (!read) throw Error(Fault::Data, read.problem().text);
  if (page.flows.size() != 1) throw Error(Fault::Data, "the answer must hold one flow");
  batch.flows = page.flows;
  Flow& flow = batch.flows.front();
  flow.is_partial = document.HasMember("partial") && document["partial"].GetBool();
  if (!document.HasMember("set")) return;
  for (const auto& member : document["set"].GetObject()) {
    flow.set_text(field_of(member.name), batch.copy(text_of(member.value)));
  }
}

ManifestLink read_link(const Value& value) {
  ManifestLink link;
  for (const auto& [name, text] : {std::pair{"prev", &link.previous},
                                   {"genesis", &link.genesis},
                                   {"key", &link.key},
                                   {"old_key", &link.old_key},
                                   {"spki", &link.spki},
                                   {"key_sig", &link.key_signature},
                                   {"sig", &link.signature}}) {
    if (value.HasMember(name)) *text = text_of(value[name]);
  }
  return link;
}

Manifest read_manifest(const Value& value, const TimeWindow& window) {
  Manifest manifest;
  if (value.HasMember("left_out")) manifest.left_out_count = value["left_out"].GetUint64();
  if (value.HasMember("late")) manifest.late_count = value["late"].GetUint64();
  if (value.HasMember("link")) manifest.link = read_link(value["link"]);
  manifest.window = window;
  manifest.flow_count = value["flows"].GetUint64();
  manifest.time = time_of(value["time"]);
  Sha256 hash;
  hash.update(text_of(value["lines"]));
  manifest.lines_digest = hash.finish();
  return manifest;
}

}  // namespace

void read_golden_case(const std::filesystem::path& path, GoldenCase& golden) {
  constexpr std::size_t kMaxCaseBytes = 1024 * 1024;
  const std::string text = read_file(path, kMaxCaseBytes, Fault::Data, FileTrust::Any);
  rapidjson::Document document;
  document.Parse<rapidjson::kParseIterativeFlag>(text.data(), text.size());
  if (document.HasParseError() || !document.IsObject()) throw Error(Fault::Data, "no JSON object");

  for (const Value& format : document["formats"].GetArray())
    golden.formats.emplace_back(text_of(format));
  golden.options = read_options(document["options"]);
  golden.batch.unit = read_window(document["unit"]);
  if (document.HasMember("manifest")) {
    golden.manifest = read_manifest(document["manifest"], golden.batch.unit);
  } else {
    read_flow(document, golden.batch);
  }
}

}  // namespace vrni2syslog::testing
