#pragma once

#include <librdkafka/rdkafka.h>
#include <memory>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

namespace vrni2syslog {

using RecordHeader = std::pair<std::string_view, std::string_view>;

/// Lists of the same headers, for records that have them in common. librdkafka takes a list with
/// each record; making one costs more than the rest of handing a record over. So a list is taken
/// back from the report of its record, and used for another one.
class HeaderLists {
 public:
  /// Copies names and values.
  explicit HeaderLists(std::span<const RecordHeader> headers);

  /// A list that belongs to the caller.
  [[nodiscard]] rd_kafka_headers_t* take();
  /// Owns a list from take() again, which nobody has changed.
  void put_back(rd_kafka_headers_t* list);

 private:
  struct Destroy {
    void operator()(rd_kafka_headers_t* list) const noexcept { rd_kafka_headers_destroy(list); }
  };
  using Headers = std::unique_ptr<rd_kafka_headers_t, Destroy>;

  Headers model_;
  std::vector<Headers> spare_;
};

}  // namespace vrni2syslog
