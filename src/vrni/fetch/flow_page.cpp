#include "vrni/fetch/flow_page.h"

#include "json/path_reader.h"
#include "vrni/api/platform_time.h"
#include "vrni/fetch/flow_builder.h"

#include <utility>

namespace vrni2syslog {
namespace {

enum class FlowPlace : std::uint8_t {
  Outside,
  Root,
  Results,
  Result,
  Entity,
  Object,  ///< the value of a property
  List,    ///< the value of a property
  ObjectInList,
};

/// Reads {"results": [{"entity_id", "time", "entity": {<property>: <value>}}]} and hands the
/// properties on.
class FlowPageReader final : public JsonPathReader<FlowPageReader, FlowPlace> {
 public:
  using Place = FlowPlace;
  static constexpr JsonPath<Place> kPaths[] = {
      {Place::Root, Place::Outside, '{', {}},      {Place::Results, Place::Root, '[', "results"},
      {Place::Result, Place::Results, '{', {}},    {Place::Entity, Place::Result, '{', "entity"},
      {Place::Object, Place::Entity, '{', {}},     {Place::List, Place::Entity, '[', {}},
      {Place::ObjectInList, Place::List, '{', {}},
  };

  /// Results after the first `max_results` are passed over.
  FlowPageReader(FlowBatch& batch, FlowPage& page, std::size_t max_results)
      : builder_(batch, page), max_results_(max_results) {}

  [[nodiscard]] bool has_results() const noexcept { return has_results_; }
  [[nodiscard]] bool has_too_many_results() const noexcept { return results_ > max_results_; }

  void take(Place place, std::string_view text);
  [[nodiscard]] bool enter(Place place);
  void leave(Place place);
  void pass_over(Place place) {
    if (place == Place::List) value_.add_unreadable();
  }

 private:
  void finish_property(std::string_view name);
  void finish_result();

  FlowBuilder builder_;
  std::size_t max_results_;
  std::size_t results_ = 0;
  bool has_results_ = false;
  std::string_view property_;  ///< of the entity, while its object or list is read
  PropertyValue value_;
  bool has_entity_ = false;
  std::string_view id_;
  std::optional<UnixSeconds> time_;
};

void FlowPageReader::take(Place place, std::string_view text) {
  switch (place) {
    case Place::Result:
      if (member() == "entity_id") id_ = text;
      if (member() == "time") time_ = parse_api_time(text);
      break;
    case Place::Entity:
      value_.add_scalar(text);
      finish_property(member());
      break;
    case Place::List:
      value_.add_scalar(text);
      break;
    case Place::Object:
    case Place::ObjectInList:
      value_.add_attribute(member(), text);
      break;
    case Place::Outside:
    case Place::Root:
    case Place::Results:
      break;
  }
}

bool FlowPageReader::enter(Place place) {
  switch (place) {
    case Place::Results:
      return has_results_ = true;
    case Place::Result:
      return ++results_ <= max_results_;
    case Place::Entity:
      has_entity_ = true;
      builder_.begin();
      break;
    case Place::Object:
      property_ = member();
      value_.begin_object();
      break;
    case Place::List:
      property_ = member();
      break;
    case Place::ObjectInList:
      value_.begin_object();
      break;
    case Place::Outside:
    case Place::Root:
      break;
  }
  return true;
}

void FlowPageReader::leave(Place place) {
  if (place == Place::Object || place == Place::List) finish_property(property_);
  if (place == Place::Result) finish_result();
}

void FlowPageReader::finish_property(std::string_view name) {
  builder_.set(name, value_);
  value_.clear();
}

void FlowPageReader::finish_result() {
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

Outcome read_flow_page(std::string body, FlowBatch& batch, FlowPage& page,
                       std::size_t max_results) {
  page.clear();
  FlowPageReader reader(batch, page, max_results);
  if (Outcome read = read_json(body, reader); !read) return read;
  if (!reader.has_results()) return Outcome::failure("the answer has no list \"results\"");
  if (reader.has_too_many_results()) return Outcome::failure("more results than asked for");
  // The views outlive the move: with its padding the text is too long to lie in the string object
  // itself.
  batch.keep(std::move(body));
  return Outcome::success();
}

}  // namespace vrni2syslog
