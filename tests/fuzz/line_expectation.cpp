#include "line_expectation.h"

#include "base/text/ascii.h"
#include "base/text/utf8.h"
#include "properties.h"

#include <algorithm>
#include <map>

namespace vrni2syslog::testing {
namespace {

std::string clean(std::string_view text, bool is_list, const Replacement& replacement) {
  std::string result;
  append_clean_utf8(result, text);
  if (is_list) std::ranges::replace(result, ',', ' ');
  for (std::size_t i = 0; i < replacement.from.size(); ++i)
    std::ranges::replace(result, replacement.from[i], replacement.to[i]);
  result.erase(0, std::min(result.find_first_not_of(' '), result.size()));
  result.erase(result.find_last_not_of(' ') + 1);
  return result;
}

void add(std::vector<ExpectedParam>& params, ExpectedParam param, FieldValue value, bool is_list,
         const Replacement& replacement) {
  for (const std::string_view text : value) {
    std::string item = clean(text, is_list || value.size() > 1, replacement);
    if (!item.empty()) param.items.push_back(std::move(item));
  }
  if (!param.items.empty()) params.push_back(std::move(param));
}

std::string record_text(FlowField field, const Flow& flow, const TimeWindow& unit,
                        const LineOptions& options) {
  switch (field) {
    case FlowField::FlowId:
      return std::string(flow.id);
    case FlowField::WindowStart:
      return to_rfc3339(unit.start);
    case FlowField::WindowEnd:
      return to_rfc3339(unit.end);
    case FlowField::Snapshot:
      return flow.version_time == UnixSeconds{} ? "" : to_rfc3339(flow.version_time);
    default:
      return options.origin.run_id;
  }
}

bool is_part_of_list(const std::string& value, const std::vector<std::string>& items) {
  std::string_view rest = value;
  for (const std::string& item : items) {
    if (rest == item) return true;
    if (rest.starts_with(item + ',')) rest.remove_prefix(item.size() + 1);
  }
  return false;
}

bool is_acceptable_remainder(const std::string& value, const ExpectedParam& expected) {
  if (value == expected.value()) return true;
  if (expected.may_be_cut) {
    return std::ranges::any_of(expected.items,
                               [&](const std::string& item) { return item.starts_with(value); }) ||
           is_part_of_list(value, expected.items);
  }
  return expected.items.size() > 1 && is_part_of_list(value, expected.items);
}

}  // namespace

std::string ExpectedParam::value() const {
  std::string joined;
  for (const std::string& item : items) {
    if (!joined.empty()) joined += ',';
    joined += item;
  }
  return joined;
}

std::vector<ExpectedParam> expected_params(const Flow& flow, const TimeWindow& unit,
                                           const LineOptions& options,
                                           const Replacement& replacement) {
  std::vector<FlowField> fields = options.fields;
  if (fields.empty()) {
    for (const FlowFieldInfo& info : flow_fields()) fields.push_back(info.field);
  }
  std::vector<ExpectedParam> params;
  for (const FlowField field : fields) {
    const FlowFieldInfo& info = info_of(field);
    ExpectedParam param{.name = std::string(info.name),
                        .items = {},
                        .may_be_left_out = !info.is_essential,
                        .may_be_cut = false};
    if (info.kind == FieldKind::Record) {
      param.may_be_cut = field == FlowField::FlowId;
      const std::string text = record_text(field, flow, unit, options);
      const std::string_view texts[] = {text};
      add(params, param, texts, false, replacement);
    } else {
      param.may_be_cut = info.is_essential;
      const bool is_list = info.kind == FieldKind::Texts || info.kind == FieldKind::References;
      add(params, param, flow.value(field), is_list, replacement);
    }
  }
  return params;
}

std::vector<ExpectedParam> expected_params_without_other_protocol(const CheckedLine& line,
                                                                  const Replacement& replacement) {
  std::vector<ExpectedParam> params =
      expected_params(line.flow, line.unit, line.options, replacement);
  const auto is_left_out = [&](const ExpectedParam& param) {
    return param.name == "proto" && line.flow.value(FlowField::Protocol).size() == 1 &&
           std::ranges::equal(line.flow.text(FlowField::Protocol), std::string_view("OTHER"), {},
                              to_upper);
  };
  std::erase_if(params, is_left_out);
  return params;
}

void require_params(const Params& params, const std::vector<ExpectedParam>& expected,
                    LineResult result, bool is_partial) {
  std::map<std::string_view, std::string_view> values;
  for (const auto& [name, value] : params) {
    require(values.emplace(name, value).second, "a parameter comes twice", name);
    require(!value.empty() && value.front() != ' ' && value.back() != ' ',
            "a value is empty or not trimmed", name);
  }
  for (const ExpectedParam& param : expected) {
    const auto found = values.find(param.name);
    if (found == values.end()) {
      require(result == LineResult::Truncated && param.may_be_left_out, "a parameter is missing",
              param.name);
    } else if (result == LineResult::Whole) {
      require(found->second == param.value(), "a value is not the platform's", found->second);
    } else {
      require(is_acceptable_remainder(std::string(found->second), param),
              "a value is cut where it must not be", found->second);
    }
  }
  const auto is_marked = [&](std::string_view mark) {
    const auto found = values.find(mark);
    return found != values.end() && found->second == "1";
  };
  require(is_marked("truncated") == (result == LineResult::Truncated),
          "the line is not marked as it should be");
  require(is_marked("partial") == is_partial, "the flow is not marked as it should be");
}

void require_ordered_params(const Params& params, const std::vector<ExpectedParam>& expected,
                            LineResult result, bool is_partial) {
  require_params(params, expected, result, is_partial);
  auto actual = params.begin();
  for (const ExpectedParam& param : expected) {
    if (actual != params.end() && actual->first == param.name) ++actual;
  }
  for (const ExpectedParam& param : expected)
    require(std::ranges::find(actual, params.end(), param.name, &Params::value_type::first) ==
                params.end(),
            "a parameter is out of order", param.name);
}

}  // namespace vrni2syslog::testing
