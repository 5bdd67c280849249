#include "vrni/fetch/flow_page.h"

#include "json/json.h"
#include "vrni/api/platform_time.h"
#include "vrni/fetch/flow_builder.h"

#include <utility>

namespace vrni2syslog {
namespace {

/// Follows the structure {"results": [{"entity_id", "time", "entity": {<property>: <value>}}]} and
/// hands the properties on.
class FlowPageHandler final : public JsonHandler {
 public:
  /// Results after the first `max_results` are passed over.
  FlowPageHandler(FlowBatch& batch, FlowPage& page, std::size_t max_results)
      : builder_(batch, page), max_results_(max_results) {}

  [[nodiscard]] bool has_results() const noexcept { return has_results_; }
  [[nodiscard]] bool has_too_many_results() const noexcept { return results_ > max_results_; }

  void key(std::string_view name) override;
  void scalar(std::string_view text) override;
  void null() override {}
  void begin_object() override;
  void end_object() override;
  void begin_array() override;
  void end_array() override;

 private:
  enum class Place : std::uint8_t {
    Outside,
    Root,
    Results,
    Result,
    Entity,
    Object,  ///< the value of a property
    List,    ///< the value of a property
    ObjectInList,
  };

  void skip_container();
  void finish_property();
  void finish_result();

  FlowBuilder builder_;
  std::size_t max_results_;
  std::size_t results_ = 0;
  Place place_ = Place::Outside;
  std::size_t skipped_depth_ = 0;
  bool has_results_ = false;
  std::string_view key_;       ///< in the object where the reader is
  std::string_view property_;  ///< of the entity, while its value is read
  PropertyValue value_;
  bool has_entity_ = false;
  std::string_view id_;
  std::optional<UnixSeconds> time_;
};

void FlowPageHandler::key(std::string_view name) {
  if (skipped_depth_ > 0) return;
  key_ = name;
  if (place_ == Place::Entity) property_ = name;
}

void FlowPageHandler::scalar(std::string_view text) {
  if (skipped_depth_ > 0) return;
  switch (place_) {
    case Place::Result:
      if (key_ == "entity_id") id_ = text;
      if (key_ == "time") time_ = parse_api_time(text);
      break;
    case Place::Entity:
      value_.add_scalar(text);
      finish_property();
      break;
    case Place::List:
      value_.add_scalar(text);
      break;
    case Place::Object:
    case Place::ObjectInList:
      value_.add_attribute(key_, text);
      break;
    case Place::Outside:
    case Place::Root:
    case Place::Results:
      break;
  }
}

void FlowPageHandler::begin_object() {
  if (skipped_depth_ > 0) return skip_container();
  if (place_ == Place::Outside) {
    place_ = Place::Root;
  } else if (place_ == Place::Results && ++results_ <= max_results_) {
    place_ = Place::Result;
  } else if (place_ == Place::Result && key_ == "entity") {
    place_ = Place::Entity;
    has_entity_ = true;
    builder_.begin();
  } else if (place_ == Place::Entity) {
    place_ = Place::Object;
    value_.begin_object();
  } else if (place_ == Place::List) {
    place_ = Place::ObjectInList;
    value_.begin_object();
  } else {
    skip_container();
  }
}

void FlowPageHandler::begin_array() {
  if (skipped_depth_ > 0) return skip_container();
  if (place_ == Place::Root && key_ == "results") {
    place_ = Place::Results;
    has_results_ = true;
  } else if (place_ == Place::Entity) {
    place_ = Place::List;
  } else {
    if (place_ == Place::List) value_.add_unreadable();
    skip_container();
  }
}

void FlowPageHandler::end_object() {
  if (skipped_depth_ > 0) {
    --skipped_depth_;
    return;
  }
  switch (place_) {
    case Place::ObjectInList:
      place_ = Place::List;
      break;
    case Place::Object:
      finish_property();
      place_ = Place::Entity;
      break;
    case Place::Entity:
      place_ = Place::Result;
      break;
    case Place::Result:
      finish_result();
      place_ = Place::Results;
      break;
    case Place::Outside:
    case Place::Root:
    case Place::Results:
    case Place::List:
      place_ = Place::Outside;
      break;
  }
}

void FlowPageHandler::end_array() {
  if (skipped_depth_ > 0) {
    --skipped_depth_;
  } else if (place_ == Place::List) {
    finish_property();
    place_ = Place::Entity;
  } else {
    place_ = Place::Root;
  }
}

void FlowPageHandler::skip_container() {
  ++skipped_depth_;
}

void FlowPageHandler::finish_property() {
  builder_.set(property_, value_);
  value_.clear();
}

void FlowPageHandler::finish_result() {
  if (has_entity_) builder_.finish(id_, time_);
  has_entity_ = false;
  id_ = {};
  time_.reset();
}

}  // namespace

void FlowPage::clear() {
  flows.clear();
  unnamed.clear();
  vlans.clear();
  left_out = 0;
  left_out_name = {};
}

std::optional<std::string> read_flow_page(std::string body, FlowBatch& batch, FlowPage& page,
                                          std::size_t max_results) {
  page.clear();
  FlowPageHandler handler(batch, page, max_results);
  if (std::optional<std::string> problem = read_json(body, handler)) return problem;
  if (!handler.has_results()) return "the answer has no list \"results\"";
  if (handler.has_too_many_results()) return "more results than asked for";
  // The views outlive the move: with its padding the text is too long to lie in the string object
  // itself.
  batch.keep(std::move(body));
  return std::nullopt;
}

}  // namespace vrni2syslog
