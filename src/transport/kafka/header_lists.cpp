#include "transport/kafka/header_lists.h"

namespace vrni2syslog {

HeaderLists::HeaderLists(std::span<const RecordHeader> headers)
    : model_(rd_kafka_headers_new(headers.size())) {
  for (const auto& [name, value] : headers) {
    rd_kafka_header_add(model_.get(), name.data(), static_cast<ssize_t>(name.size()), value.data(),
                        static_cast<ssize_t>(value.size()));
  }
}

rd_kafka_headers_t* HeaderLists::take() {
  if (spare_.empty()) return rd_kafka_headers_copy(model_.get());
  rd_kafka_headers_t* list = spare_.back().release();
  spare_.pop_back();
  return list;
}

void HeaderLists::put_back(rd_kafka_headers_t* list) {
  spare_.emplace_back(list);
}

}  // namespace vrni2syslog
