#include "vrni/platform_settings.h"

#include <gtest/gtest.h>

namespace vrni2syslog {
namespace {

[[nodiscard]] PlatformSettings pinned_platform() {
  PlatformSettings settings;
  settings.api.host = "vrni.example.com";
  settings.tls.ca_file = "/etc/ca.pem";
  settings.tls.fingerprint = Sha256Digest{};
  settings.connect_timeout = std::chrono::seconds(3);
  settings.answer_timeout = std::chrono::seconds(7);
  return settings;
}

TEST(CurlSettings, HaveTheOptionsOfThePlatform) {
  const CurlSettings settings = platform_curl_settings(pinned_platform());
  EXPECT_EQ(settings.peer_name, "vrni.example.com");
  EXPECT_EQ(settings.tls.ca_file, "/etc/ca.pem");
  EXPECT_TRUE(settings.tls.fingerprint.has_value());
  EXPECT_FALSE(settings.pin_hint.empty());
  EXPECT_EQ(settings.connect_timeout, std::chrono::seconds(3));
  EXPECT_EQ(settings.answer_timeout, std::chrono::seconds(7));
}

TEST(CurlSettings, HaveTheNameOfTheConsoleAndNoPin) {
  CloudCredentials credentials;
  credentials.console_host = "console.example.com";
  const CurlSettings settings = console_curl_settings(pinned_platform(), credentials);
  EXPECT_EQ(settings.peer_name, "console.example.com");
  EXPECT_EQ(settings.tls.ca_file, "/etc/ca.pem");
  EXPECT_FALSE(settings.tls.fingerprint.has_value());
  EXPECT_TRUE(settings.pin_hint.empty());
}

}  // namespace
}  // namespace vrni2syslog
