#include "app/settings/script_collector.h"

#include "base/error.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace vrni2syslog {
namespace {

TEST(ScriptCollector, FindsTheSyslogPortOfLogInsight) {
  struct Case {
    const char* server;
    std::optional<std::string_view> port;
    const char* url;
    bool warns;
  };
  for (const Case& row : {
           Case{"vrli.local", std::nullopt, "tls://vrli.local:6514", false},
           Case{"vrli.local", "514", "tcp://vrli.local:514", false},
           Case{"vrli.local", "6514", "tls://vrli.local:6514", false},
           Case{"vrli.local", "1514", "tls://vrli.local:1514", false},
           Case{"vrli.local", "9000", "tls://vrli.local:6514", true},
           Case{"vrli.local", "9543", "tls://vrli.local:6514", true},
           Case{"2001:db8::1", std::nullopt, "tls://[2001:db8::1]:6514", false},
           Case{"[2001:db8::1]", "514", "tcp://[2001:db8::1]:514", false},
       }) {
    EXPECT_EQ(script_collector(row.server, row.port), row.url);
    if (!row.port) continue;
    EXPECT_EQ(!script_port_warning(row.server, *row.port).empty(), row.warns) << row.url;
  }
  EXPECT_EQ(script_port_warning("2001:db8::1", "9543"),
            "port 9543 is that of Log Insight's ingestion API; the lines go to its syslog port "
            "instead, tls://[2001:db8::1]:6514 (--collector names any other)");
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
