#include "base/gzip.h"
#include "capture_fixture.h"
#include "support/manual_clock.h"
#include "support/temporary_directory.h"
#include "vrni/capture/capture_clients.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace vrni2syslog {
namespace {

using testing::HasSubstr;
using testing::Not;

class CapturingClientTest : public testing::Test {
 protected:
  HttpResponse send(const std::string& method, const std::string& url, const std::string& body) {
    HttpRequest request;
    request.method = method;
    request.url = url;
    request.headers = {"Content-Type: application/json", "Accept: application/json",
                       "Authorization: NetworkInsight s3cret+token/=="};
    request.body = body;
    return client_->send(request);
  }

  [[nodiscard]] CaptureReader capture() const { return CaptureReader(path_); }

  TemporaryDirectory directory_;
  std::filesystem::path path_ = directory_.path() / "capture";
  ManualClock clock_;
  Redactor redactor_{{Secret("s3cret+token/==")}};
  HttpResponse response_ = answer(200, "{}");
  FakeHttpClient http_{[this](const HttpRequest&) {
    clock_.advance(std::chrono::milliseconds(250));
    return response_;
  }};
  std::unique_ptr<HttpClient> client_ = make_capturing_client(
      http_, CaptureWriter(path_, kAnyDescription), "https://vrni.local/api/ni", clock_, redactor_);
};

TEST_F(CapturingClientTest, KeepsRequestAndAnswerAndHandsBothOn) {
  response_ = answer(200, "{\"results\":[]}");
  response_.content_type = "application/json";
  const HttpResponse handed_on = send("POST", "https://vrni.local/api/ni/search", "{\"size\":1}");
  EXPECT_EQ(handed_on.body, "{\"results\":[]}");
  EXPECT_EQ(http_.requests().at(0).headers.size(), 3U);
  const RecordedCall call = capture().read(0);
  EXPECT_EQ(call.method, "POST");
  EXPECT_EQ(call.path, "/search");
  EXPECT_EQ(call.body, "{\"size\":1}");
  EXPECT_EQ(call.response.body, "{\"results\":[]}");
  EXPECT_EQ(call.response.content_type, "application/json");
}

TEST_F(CapturingClientTest, KeepsFailuresToo) {
  response_ = answer(429, "slower");
  (void)send("POST", "https://vrni.local/api/ni/search", "");
  response_ = failure(HttpOutcome::TimedOut, "no answer in time");
  (void)send("POST", "https://vrni.local/api/ni/search", "");
  EXPECT_EQ(capture().read(0).response.status, 429);
  EXPECT_EQ(capture().read(1).response.outcome, HttpOutcome::TimedOut);
  EXPECT_EQ(capture().read(1).response.error, "no answer in time");
}

TEST_F(CapturingClientTest, KeepsNoLoginAndNothingOfItInNumbers) {
  response_ = answer(200, "{\"token\":\"s3cret\"}");
  (void)send("POST", "https://vrni.local/api/ni/auth/token", "{\"password\":\"s3cret\"}");
  (void)send("DELETE", "https://vrni.local/api/ni/auth/token", "");
  (void)send("POST", "https://console.cloud.vmware.com/csp/login", "refresh_token=s3cret");
  response_ = answer(200, "{}");
  (void)send("POST", "https://vrni.local/api/ni/search", "");
  ASSERT_EQ(capture().size(), 1U);
  EXPECT_EQ(capture().read(0).path, "/search");
  EXPECT_EQ(http_.requests().size(), 4U);
}

TEST_F(CapturingClientTest, HidesATokenThatAnAnswerRepeats) {
  response_ = answer(500,
                     "you sent Authorization: NetworkInsight s3cret+token/== or "
                     "s3cret+token\\/== or s3cret%2Btoken%2F%3D%3D");
  EXPECT_THAT(send("POST", "https://vrni.local/api/ni/search", "").body, HasSubstr("s3cret"));
  const std::string json = gunzip(directory_.read("capture/000001-search.json.gz"), 10'000);
  EXPECT_THAT(json,
              HasSubstr("you sent Authorization: NetworkInsight <hidden> or <hidden> or <hidden>"));
  EXPECT_THAT(json, Not(HasSubstr("s3cret")));
}

TEST_F(CapturingClientTest, HidesSecretsOfOtherCalls) {
  redactor_.add(Secret("hunter2-password"));
  redactor_.add(Secret("short"));
  response_ = answer(200, R"({"text":"hunter2-password, short"})");
  (void)send("POST", "https://vrni.local/api/ni/search", "");
  EXPECT_EQ(capture().read(0).response.body, R"({"text":"<hidden>, short"})");
}

TEST_F(CapturingClientTest, TellsHowLongTheAnswerTook) {
  (void)send("POST", "https://vrni.local/api/ni/search", "");
  EXPECT_THAT(gunzip(directory_.read("capture/000001-search.json.gz"), 10'000),
              HasSubstr("\"took_ms\":250"));
}

}  // namespace
}  // namespace vrni2syslog
