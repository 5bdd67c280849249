#include "vrni/api/service_url.h"

#include "base/error.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace vrni2syslog {
namespace {

struct UrlCase {
  const char* text;
  const char* host;
  const char* url;
};

TEST(ServiceUrl, AcceptsEveryFormOfAnAddress) {
  const UrlCase rows[] = {
      {"vrni.local", "vrni.local", "https://vrni.local/api/ni"},
      {"vrni.local:8443", "vrni.local", "https://vrni.local:8443/api/ni"},
      {"10.0.0.1", "10.0.0.1", "https://10.0.0.1/api/ni"},
      {"[2001:db8::1]", "2001:db8::1", "https://[2001:db8::1]/api/ni"},
      {"[2001:db8::1]:8443", "2001:db8::1", "https://[2001:db8::1]:8443/api/ni"},
      {"2001:db8::1", "2001:db8::1", "https://[2001:db8::1]/api/ni"},
      {"fe80::1%eth0", "fe80::1", "https://[fe80::1%25eth0]/api/ni"},
      {"[fe80::1%eth0]:8443", "fe80::1", "https://[fe80::1%25eth0]:8443/api/ni"},
      {"https://[fe80::1%25eth0.7]/", "fe80::1", "https://[fe80::1%25eth0.7]/api/ni"},
      {"fe80::1%25", "fe80::1", "https://[fe80::1%2525]/api/ni"},
      {"HTTPS://vrni.local", "vrni.local", "https://vrni.local/api/ni"},
      {"Https://vrni.local:8443/api/ni", "vrni.local", "https://vrni.local:8443/api/ni"},
      {"https://vrni.local", "vrni.local", "https://vrni.local/api/ni"},
      {"https://vrni.local/", "vrni.local", "https://vrni.local/api/ni"},
      {"https://vrni.local:8443/api/ni", "vrni.local", "https://vrni.local:8443/api/ni"},
      {"https://vrni.local/api/ni/", "vrni.local", "https://vrni.local/api/ni"},
  };
  for (const UrlCase& row : rows) {
    const ServiceUrl url = parse_platform_url(row.text);
    EXPECT_EQ(url.host, row.host) << row.text;
    EXPECT_EQ(url.url, row.url) << row.text;
  }
}

TEST(ServiceUrl, RefusesEverythingElse) {
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
                                 "HTTP://vrni.local",
                                 "vrni.local%eth0",
                                 "fe80::1%",
                                 "fe80::1%a%b",
                                 "fe80::1%a/b",
                                 "[fe80::1]%eth0",
                                 "::g",
                                 "https://vrni.local/api/ni/search"}) {
    try {
      (void)parse_platform_url(text);
      ADD_FAILURE() << text;
    } catch (const Error& error) {
      EXPECT_EQ(error.fault(), Fault::Usage) << text;
    }
  }
}

TEST(CloudUrl, IsThatOfARegion) {
  const UrlCase rows[] = {
      {"us", "api.mgmt.cloud.vmware.com", "https://api.mgmt.cloud.vmware.com/ni/api/ni"},
      {"UK", "uk.api.mgmt.cloud.vmware.com", "https://uk.api.mgmt.cloud.vmware.com/ni/api/ni"},
      {"jp", "jp.api.mgmt.cloud.vmware.com", "https://jp.api.mgmt.cloud.vmware.com/ni/api/ni"},
      {"au", "au.api.mgmt.cloud.vmware.com", "https://au.api.mgmt.cloud.vmware.com/ni/api/ni"},
      {"de", "de.api.mgmt.cloud.vmware.com", "https://de.api.mgmt.cloud.vmware.com/ni/api/ni"},
      {"Ca", "ca.api.mgmt.cloud.vmware.com", "https://ca.api.mgmt.cloud.vmware.com/ni/api/ni"},
  };
  for (const UrlCase& row : rows) {
    const ServiceUrl url = parse_cloud_location(row.text);
    EXPECT_EQ(url.host, row.host) << row.text;
    EXPECT_EQ(url.url, row.url) << row.text;
  }
  for (const char* const text : {"", "eu", "us ", "uk.example.com", "usa"}) {
    EXPECT_THROW((void)parse_cloud_location(text), Error) << text;
  }
}

TEST(CloudUrl, MayBeAnyAddressAndPath) {
  const UrlCase rows[] = {
      {"ni.example.com", "ni.example.com", "https://ni.example.com/ni/api/ni"},
      {"127.0.0.1:8443", "127.0.0.1", "https://127.0.0.1:8443/ni/api/ni"},
      {"https://ni.example.com/", "ni.example.com", "https://ni.example.com/ni/api/ni"},
      {"https://ni.example.com/other/api/", "ni.example.com", "https://ni.example.com/other/api"},
  };
  for (const UrlCase& row : rows) {
    const ServiceUrl url = parse_cloud_api_url(row.text);
    EXPECT_EQ(url.host, row.host) << row.text;
    EXPECT_EQ(url.url, row.url) << row.text;
  }
  for (const char* const text : {"", "http://h", "h/a?x=y", "h/a#b", "h/a b", "u:p@h", "h/%2e"}) {
    EXPECT_THROW((void)parse_cloud_api_url(text), Error) << text;
  }
}

TEST(ServiceUrl, LeadsToTheExchangeOfApiTokens) {
  const ServiceUrl url = parse_cloud_auth_url("https://console.cloud.vmware.com");
  EXPECT_EQ(url.host, "console.cloud.vmware.com");
  EXPECT_EQ(url.url,
            "https://console.cloud.vmware.com/csp/gateway/am/api/auth/api-tokens/authorize");
  EXPECT_EQ(parse_cloud_auth_url("h:1/own/path").url, "https://h:1/own/path");
  EXPECT_THROW((void)parse_cloud_auth_url("http://h"), Error);
}

TEST(ServiceUrl, KeepsAPasswordOutOfTheMessage) {
  try {
    (void)parse_platform_url("https://user:secret@vrni.local");
    FAIL();
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), testing::Not(testing::HasSubstr("secret")));
  }
}

}  // namespace
}  // namespace vrni2syslog
