#include "base/error.h"
#include "vrni/platform.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace vrni2syslog {
namespace {

struct UrlCase {
  const char* text;
  const char* host;
  const char* api_base;
};

TEST(PlatformUrl, AcceptsEveryFormOfAnAddress) {
  const UrlCase rows[] = {
      {"vrni.local", "vrni.local", "https://vrni.local/api/ni"},
      {"vrni.local:8443", "vrni.local", "https://vrni.local:8443/api/ni"},
      {"10.0.0.1", "10.0.0.1", "https://10.0.0.1/api/ni"},
      {"[2001:db8::1]", "2001:db8::1", "https://[2001:db8::1]/api/ni"},
      {"[2001:db8::1]:8443", "2001:db8::1", "https://[2001:db8::1]:8443/api/ni"},
      {"2001:db8::1", "2001:db8::1", "https://[2001:db8::1]/api/ni"},
      {"https://vrni.local", "vrni.local", "https://vrni.local/api/ni"},
      {"https://vrni.local/", "vrni.local", "https://vrni.local/api/ni"},
      {"https://vrni.local:8443/api/ni", "vrni.local", "https://vrni.local:8443/api/ni"},
      {"https://vrni.local/api/ni/", "vrni.local", "https://vrni.local/api/ni"},
  };
  for (const UrlCase& row : rows) {
    const PlatformUrl url = parse_platform_url(row.text);
    EXPECT_EQ(url.host, row.host) << row.text;
    EXPECT_EQ(url.api_base, row.api_base) << row.text;
  }
}

TEST(PlatformUrl, RefusesEverythingElse) {
  for (const char* const text : {"",
                                 "/",
                                 "https://",
                                 "http://vrni.local",
                                 "ftp://x",
                                 "vrni.local:",
                                 "vrni.local:0",
                                 "vrni.local:65536",
                                 "vrni.local:x",
                                 "vrni.local/api",
                                 "https://vrni.local/api/ni?x=y",
                                 "https://vrni.local#x",
                                 "https://user:secret@vrni.local",
                                 "a b",
                                 "[::1",
                                 "[::1]x",
                                 "[]",
                                 "[::1]:",
                                 "vrni.local\n",
                                 "::g",
                                 "https://vrni.local/api/ni/search"}) {
    try {
      (void)parse_platform_url(text);
      ADD_FAILURE() << text;
    } catch (const Error& error) {
      EXPECT_EQ(error.exit_status(), ExitStatus::Usage) << text;
    }
  }
}

TEST(PlatformUrl, KeepsAPasswordOutOfTheMessage) {
  try {
    (void)parse_platform_url("https://user:secret@vrni.local");
    FAIL();
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), testing::Not(testing::HasSubstr("secret")));
  }
}

}  // namespace
}  // namespace vrni2syslog
