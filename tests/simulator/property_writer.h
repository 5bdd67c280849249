#pragma once

#include "flow_writer.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace vrni2syslog::simulator {

/// Writes the properties of one flow, each in its documented type, or, for a flow that the
/// presentation mangles, in any other one.
class PropertyWriter {
 public:
  /// All must outlive the writer, which serves the one flow number `flow`.
  PropertyWriter(JsonWriter& json, const Inventory& inventory, const Presentation& presentation,
                 std::uint32_t flow);

  void text(std::string_view key, std::string_view value);
  void texts(std::string_view key, const std::vector<std::string>& values);
  void boolean(std::string_view key, bool value);
  void integer(std::string_view key, std::int64_t value);
  /// Left out where there is none.
  void reference(std::string_view key, const std::optional<Entity>& entity);
  void references(std::string_view key, const std::vector<Entity>& entities);
  void ip(std::string_view key, const Endpoint& end);
  void port(const FlowRecord& record);
  /// In the style that the presentation asks for.
  void rule_id(const std::optional<std::uint32_t>& rule);

 private:
  // Writes the key and, if the flow is mangled, a value of another type: then the caller has
  // nothing left to write.
  [[nodiscard]] bool is_mangled(std::string_view key, std::string_view documented_type);
  void write_reference(const Entity& entity);

  JsonWriter& json_;
  const Inventory& inventory_;
  const Presentation& presentation_;
  std::uint32_t flow_;
  std::uint32_t properties_ = 0;  // written so far: takes turns with the styles
  bool mangles_;
};

}  // namespace vrni2syslog::simulator
