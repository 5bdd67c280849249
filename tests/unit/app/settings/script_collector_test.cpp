#include "app/settings/script_collector.h"

#include "base/error.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace vrni2syslog {
namespace {

TEST(ScriptCollector, FindsTheSchemeOfALogInsightPort) {
  struct Case {
    const char* server;
    std::optional<std::string_view> port;
    const char* url;
  };
  for (const Case& row : {
           Case{"vrli.local", std::nullopt, "tls://vrli.local:6514"},
           Case{"vrli.local", "514", "tcp://vrli.local:514"},
           Case{"vrli.local", "6514", "tls://vrli.local:6514"},
           Case{"vrli.local", "1514", "tls://vrli.local:1514"},
           Case{"vrli.local", "9000", "cfapi+http://vrli.local:9000"},
           Case{"vrli.local", "9543", "cfapi://vrli.local:9543"},
           Case{"2001:db8::1", std::nullopt, "tls://[2001:db8::1]:6514"},
           Case{"[2001:db8::1]", "514", "tcp://[2001:db8::1]:514"},
       }) {
    EXPECT_EQ(script_collector(row.server, row.port), row.url);
  }
}

TEST(ScriptCollector, RefusesWhatIsNoHostAndNoPort) {
  for (const char* server : {"tls://h", "a b", "u@h", "h,i", "h?x"}) {
    EXPECT_THROW(static_cast<void>(script_collector(server, std::nullopt)), Error) << server;
  }
  for (const char* port : {"0", "65536", "-1", "80x", "x", "", " 514", "99999999999999999999"}) {
    EXPECT_THROW(static_cast<void>(script_collector("h", port)), Error) << port;
  }
}

}  // namespace
}  // namespace vrni2syslog
