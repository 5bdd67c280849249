#include "transport/kafka/header_lists.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstddef>
#include <string>

namespace vrni2syslog {
namespace {

std::string text_of(const rd_kafka_headers_t* list) {
  std::string text;
  const char* name = nullptr;
  const void* value = nullptr;
  std::size_t size = 0;
  for (std::size_t i = 0;
       rd_kafka_header_get_all(list, i, &name, &value, &size) == RD_KAFKA_RESP_ERR_NO_ERROR; ++i)
    text.append(name).append("=").append(static_cast<const char*>(value), size).append(" ");
  return text;
}

TEST(HeaderLists, AreAlike) {
  const std::string value = "FLOW";
  const RecordHeader headers[] = {{"msgid", value}, {"run", "1"}};
  HeaderLists lists(headers);
  rd_kafka_headers_t* const one = lists.take();
  rd_kafka_headers_t* const other = lists.take();
  EXPECT_NE(one, other);
  for (const rd_kafka_headers_t* list : {one, other}) EXPECT_EQ(text_of(list), "msgid=FLOW run=1 ");
  lists.put_back(one);
  lists.put_back(other);
}

TEST(HeaderLists, AreUsedAgain) {
  HeaderLists lists({});
  rd_kafka_headers_t* const one = lists.take();
  EXPECT_EQ(text_of(one), "");
  lists.put_back(one);
  EXPECT_EQ(lists.take(), one);
  lists.put_back(one);
}

}  // namespace
}  // namespace vrni2syslog
