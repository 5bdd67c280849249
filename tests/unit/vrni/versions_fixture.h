#pragma once

#include "flow/flow.h"

#include <string>
#include <string_view>
#include <vector>

namespace vrni2syslog {

/// A flow whose fields say something different for each id: "10.0.0.1 -> ..." and so on. Its texts
/// are in the batch.
inline Flow make_version(FlowBatch& batch, std::string_view id, int time) {
  const std::string text(id);
  Flow flow;
  flow.id = batch.copy(text);
  flow.name = batch.copy("name of " + text);
  flow.version_time = flow.listed_time = UnixSeconds(std::chrono::seconds(time));
  flow.set_text(FlowField::Protocol, "TCP");
  flow.set_text(FlowField::SourceIp, batch.copy("address of " + text));
  return flow;
}

inline void set_texts(FlowBatch& batch, Flow& flow, FlowField field,
                      const std::vector<std::string>& texts) {
  const std::span<std::string_view> places = batch.new_texts(texts.size());
  for (std::size_t i = 0; i < texts.size(); ++i) places[i] = batch.copy(texts[i]);
  flow.set(field, places);
}

}  // namespace vrni2syslog
