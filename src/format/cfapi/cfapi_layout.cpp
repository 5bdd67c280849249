#include "format/cfapi/cfapi_layout.h"

#include "base/text/json_string.h"
#include "format/record/header.h"
#include "format/record/value_writer.h"
#include "format/rfc5424/structured_data.h"

#include <fmt/format.h>

#include <array>
#include <string>

namespace vrni2syslog {
namespace {

/// The name of a field in flows_to_vrli.py or in the PowerShell script, behind "__vrni_flow_".
struct ScriptName {
  FlowField field;
  std::string_view name;
};

constexpr ScriptName kScriptNames[] = {
    {.field = FlowField::Action, .name = "firewall_action"},
    {.field = FlowField::Protocol, .name = "protocol"},
    {.field = FlowField::SourceIp, .name = "source_ip"},
    {.field = FlowField::DestinationIp, .name = "destination_ip"},
    {.field = FlowField::DestinationPort, .name = "port"},
    {.field = FlowField::PortName, .name = "port_name"},
    {.field = FlowField::SourceVm, .name = "source_vm"},
    {.field = FlowField::DestinationVm, .name = "destination_vm"},
    {.field = FlowField::RuleId, .name = "firewall_rule_id"},
    {.field = FlowField::TrafficType, .name = "traffic_type"},
    {.field = FlowField::FlowTag, .name = "tag"},
    {.field = FlowField::SourceNetwork, .name = "source_l2_network"},
    {.field = FlowField::DestinationNetwork, .name = "destination_l2_network"},
    {.field = FlowField::SourceVlanId, .name = "source_l2_network_vlan_id"},
    {.field = FlowField::DestinationVlanId, .name = "destination_l2_network_vlan_id"},
    {.field = FlowField::SourceVmType, .name = "source_vm_type"},
    {.field = FlowField::DestinationVmType, .name = "destination_vm_type"},
    {.field = FlowField::SourceVmVcenterId, .name = "source_vm_vc_id"},
    {.field = FlowField::DestinationVmVcenterId, .name = "destination_vm_vc_id"},
    {.field = FlowField::SourceVmRegion, .name = "source_vm_region"},
    {.field = FlowField::DestinationVmRegion, .name = "destination_vm_region"},
};

/// How the API's version writes a field of an event: what stands around its name and its content.
struct FieldForm {
  std::string_view begin_fields, before_name, after_name, after_content, end_fields;
};
/// `,"fields":[{"name":"src_ip","content":"192.0.2.7"}]`
constexpr FieldForm kListedFields{.begin_fields = R"(,"fields":[)",
                                  .before_name = R"({"name":")",
                                  .after_name = R"(","content":")",
                                  .after_content = R"("})",
                                  .end_fields = "]}"};
/// `,"src_ip":"192.0.2.7"`
constexpr FieldForm kMemberFields{.begin_fields = ",",
                                  .before_name = R"(")",
                                  .after_name = R"(":")",
                                  .after_content = R"(")",
                                  .end_fields = "}"};

constexpr std::string_view kJsonSpecialCharacters = "\"\\";

/// Writes a clean text as (part of) a PARAM-VALUE within a JSON string.
void escape_sd_in_json(LineWriter& writer, std::string_view clean_text) noexcept {
  for (const char c : clean_text) {
    if (kSdSpecialCharacters.find(c) != std::string_view::npos) writer.put(R"(\\)");
    escape_json(writer, {&c, 1});
  }
}

/// What a line shows around the contents of a field, by FlowField.
struct FieldTexts {
  std::string param;        ///< ` src_ip=\"`
  std::string own_name;     ///< `,{"name":"vrniflow_src_ip","content":"`
  std::string script_name;  ///< `,{"name":"__vrni_flow_source_ip","content":"`; empty if none
};

void append_field_start(std::string& text, const FieldForm& form, std::string_view prefix,
                        std::string_view name) {
  text.append(",").append(form.before_name).append(prefix).append(name).append(form.after_name);
}

[[nodiscard]] std::string field_start(const FieldForm& form, std::string_view prefix,
                                      std::string_view name) {
  std::string text;
  append_field_start(text, form, prefix, name);
  return text;
}

/// Makes `texts` those of a field without a script's name. A line may need it, so it takes no new
/// memory.
void set_texts(FieldTexts& texts, const FieldForm& form, std::string_view name) {
  texts.param = ' ';
  texts.param.append(name).append(R"(=\")");
  texts.own_name.clear();
  append_field_start(texts.own_name, form, "vrniflow_", name);
}

/// A JSON string without its quotes.
[[nodiscard]] std::string json_content(std::string_view text) {
  std::string quoted;
  append_json_string(quoted, text);
  return quoted.substr(1, quoted.size() - 2);
}

class CfapiLayout final : public LineLayout {
 public:
  CfapiLayout(const LineOptions& options, const FieldForm& form);

  void write(LineWriter& writer, const LineRecord& record) override;
  void write_message(LineWriter& writer, std::string_view clean_text) const noexcept override {
    escape_json(writer, clean_text);
  }
  [[nodiscard]] bool has_fields() const noexcept override { return true; }
  void write_field(LineWriter& writer, const RecordField& field) override;
  void write_value(LineWriter& writer, const RecordField& field,
                   std::string_view clean_text) const noexcept override;

 private:
  void put_param(LineWriter& writer, const RecordField& field);
  void put_fields(LineWriter& writer, const RecordField& field);
  void put_flow_time(LineWriter& writer, UnixSeconds time) noexcept;
  [[nodiscard]] const FieldTexts& texts_of_field(const RecordField& field);

  const FieldForm& form_;
  std::string sd_start_;         ///< ` [vrniflow@32473`
  TextsByKind static_fields_;    ///< hostname, appname and msgid
  std::string flow_time_start_;  ///< `,{"name":"__vrni_flow_timestamp","content":"`
  std::array<FieldTexts, kFlowFieldCount> texts_;
  FieldTexts other_texts_;  ///< of the last field without FlowField
  ValueWriter params_;
  ValueWriter contents_{SpecialCharacters(kJsonSpecialCharacters), escape_json};
};

CfapiLayout::CfapiLayout(const LineOptions& options, const FieldForm& form)
    : form_(form),
      sd_start_(fmt::format(" [{}", json_content(parse_sd_id(options.rfc5424.sd_id)))),
      flow_time_start_(field_start(form, "__vrni_flow_", "timestamp")),
      // JSON escapes none of the substitutes.
      params_(SpecialCharacters(kSdSpecialCharacters), options.rfc5424.escape == SdEscape::Safe
                                                           ? substitute_in_sd_value
                                                           : escape_sd_in_json) {
  for (const FlowFieldInfo& info : flow_fields())
    set_texts(texts_[static_cast<std::size_t>(info.field)], form, info.name);
  for (const ScriptName& script : kScriptNames) {
    texts_[static_cast<std::size_t>(script.field)].script_name =
        field_start(form, "__vrni_flow_", script.name);
  }
  const auto static_field = [&](std::string_view name, const std::string& content) {
    return field_start(form, {}, name) + json_content(content) + std::string(form.after_content);
  };
  for (std::size_t kind = 0; kind < static_fields_.size(); ++kind) {
    const std::string fields =
        static_field("hostname", hostname_field(options.origin.hostname)) +
        static_field("appname", app_name_field(options.origin.app_name)) +
        static_field("msgid", std::string(message_id(static_cast<LineKind>(kind))));
    static_fields_[kind] = std::string(form.begin_fields) + fields.substr(1);
  }
}

void CfapiLayout::write(LineWriter& writer, const LineRecord& record) {
  writer.put(R"({"text":")");
  write_message(writer, record.message);
  writer.put(sd_start_);
  for (const RecordField& field : record.fields) put_param(writer, field);
  writer.put(R"(]","timestamp":)");
  write_epoch_millis(writer, record.time);
  writer.put(static_fields_[static_cast<std::size_t>(record.kind)]);
  for (const RecordField& field : record.fields) {
    put_fields(writer, field);
    if (field.field == FlowField::Snapshot) put_flow_time(writer, record.version_time);
  }
  writer.put(form_.end_fields);
}

void CfapiLayout::write_field(LineWriter& writer, const RecordField& field) {
  put_param(writer, field);
  put_fields(writer, field);
  // The longest time there can be.
  if (field.field == FlowField::Snapshot) put_flow_time(writer, UnixSeconds::min());
}

void CfapiLayout::write_value(LineWriter& writer, const RecordField& field,
                              std::string_view clean_text) const noexcept {
  params_.write_clean(writer, clean_text);
  contents_.write_clean(writer, clean_text);
  const bool has_script_name =
      field.field && !texts_[static_cast<std::size_t>(*field.field)].script_name.empty();
  if (has_script_name) contents_.write_clean(writer, clean_text);
}

void CfapiLayout::put_param(LineWriter& writer, const RecordField& field) {
  params_.write_between(writer, texts_of_field(field).param, R"(\")", field.value, field.role);
}

void CfapiLayout::put_fields(LineWriter& writer, const RecordField& field) {
  const FieldTexts& texts = texts_of_field(field);
  for (const std::string* const name : {&texts.script_name, &texts.own_name}) {
    if (!name->empty())
      contents_.write_between(writer, *name, form_.after_content, field.value, field.role);
  }
}

void CfapiLayout::put_flow_time(LineWriter& writer, UnixSeconds time) noexcept {
  const fmt::format_int digits(time.time_since_epoch().count());
  writer.put(flow_time_start_);
  writer.put(std::string_view(digits.data(), digits.size()));
  writer.put(form_.after_content);
}

const FieldTexts& CfapiLayout::texts_of_field(const RecordField& field) {
  if (field.field) return texts_[static_cast<std::size_t>(*field.field)];
  set_texts(other_texts_, form_, field.name);
  return other_texts_;
}

}  // namespace

std::unique_ptr<LineLayout> make_cfapi_layout(const LineOptions& options) {
  return std::make_unique<CfapiLayout>(options, kListedFields);
}

std::unique_ptr<LineLayout> make_cfapi_v2_layout(const LineOptions& options) {
  return std::make_unique<CfapiLayout>(options, kMemberFields);
}

}  // namespace vrni2syslog
