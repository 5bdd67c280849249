#include "base/error.h"
#include "capture_fixture.h"
#include "support/manual_clock.h"
#include "support/temporary_directory.h"
#include "vrni/api/api_client.h"
#include "vrni/capture/capture_clients.h"
#include "vrni/login/login.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stop_token>

namespace vrni2syslog {
namespace {

using std::chrono::seconds;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr std::string_view kBase = "https://vrni.local/api/ni";

class ReplayingClientTest : public testing::Test {
 protected:
  [[nodiscard]] std::unique_ptr<HttpClient> replay(const std::vector<RecordedCall>& calls) {
    write_capture(path_, calls);
    return make_replaying_client(CaptureReader(path_), std::string(kBase), clock_,
                                 RunLimits{stop_.get_token(), deadline_});
  }

  [[nodiscard]] static HttpRequest request_of(const std::string& path, const std::string& body) {
    HttpRequest request;
    request.method = "POST";
    request.url = std::string(kBase) + path;
    request.body = body;
    return request;
  }

  [[nodiscard]] static std::string ask(HttpClient& client, const std::string& path,
                                       const std::string& body) {
    return client.send(request_of(path, body)).body;
  }

  [[nodiscard]] static Error failure_of(HttpClient& client, const HttpRequest& request) {
    try {
      (void)client.send(request);
    } catch (const Error& error) {
      return error;
    }
    return Error(Fault::Bug, "no error");
  }

  TemporaryDirectory directory_;
  std::filesystem::path path_ = directory_.path() / "capture";
  ManualClock clock_;
  std::stop_source stop_;
  SteadyTime deadline_ = SteadyTime::max();
};

TEST_F(ReplayingClientTest, AnswersEachRequestAsItWasAnswered) {
  const std::unique_ptr<HttpClient> client =
      replay({call_of("/search", "page 1", answer(200, "A")),
              call_of("/entities/fetch", "page 1", answer(200, "B")),
              call_of("/search", "page 2", answer(200, "C"))});
  EXPECT_EQ(ask(*client, "/search", "page 1"), "A");
  EXPECT_EQ(ask(*client, "/entities/fetch", "page 1"), "B");
  EXPECT_EQ(ask(*client, "/search", "page 2"), "C");
}

TEST_F(ReplayingClientTest, AnswersInAnyOrder) {
  const std::unique_ptr<HttpClient> client =
      replay({call_of("/search", "1", answer(200, "A")), call_of("/search", "2", answer(200, "B")),
              call_of("/search", "3", answer(200, "C"))});
  EXPECT_EQ(ask(*client, "/search", "3"), "C");
  EXPECT_EQ(ask(*client, "/search", "1"), "A");
  EXPECT_EQ(ask(*client, "/search", "2"), "B");
}

TEST_F(ReplayingClientTest, RepeatsFailuresInTheirOrderAndTheLastAnswerForEver) {
  const std::unique_ptr<HttpClient> client = replay(
      {call_of("/search", "1", answer(503, "busy")),
       call_of("/search", "1", failure(HttpOutcome::CutOff, "cut")),
       call_of("/search", "2", answer(200, "other")), call_of("/search", "1", answer(200, "A"))});
  EXPECT_EQ(client->send(request_of("/search", "1")).status, 503);
  EXPECT_EQ(client->send(request_of("/search", "1")).outcome, HttpOutcome::CutOff);
  for (int i = 0; i < 3; ++i) EXPECT_EQ(ask(*client, "/search", "1"), "A");
  EXPECT_EQ(ask(*client, "/search", "2"), "other");
}

TEST_F(ReplayingClientTest, EndsWhereTheCapturedRunWaitedInVain) {
  for (const HttpResponse& last :
       {answer(503, ""), answer(429, ""), failure(HttpOutcome::CutOff)}) {
    const std::unique_ptr<HttpClient> client =
        replay({call_of("/search", "1", answer(503, "")), call_of("/search", "1", last)});
    (void)client->send(request_of("/search", "1"));
    (void)client->send(request_of("/search", "1"));
    const Error error = failure_of(*client, request_of("/search", "1"));
    EXPECT_EQ(error.fault(), Fault::Interrupted);
    EXPECT_THAT(error.what(), HasSubstr("the captured run ended"));
    std::filesystem::remove_all(path_);
  }
}

TEST_F(ReplayingClientTest, NamesTheRequestThatIsNotInTheCapture) {
  const std::unique_ptr<HttpClient> client = replay({call_of("/search", "{}", answer(200, "A"))});
  for (const auto& [path, body] :
       {std::pair{"/search", "{\"filter\":\"x\"}"}, std::pair{"/entities/fetch", "{}"}}) {
    const Error error = failure_of(*client, request_of(path, body));
    EXPECT_EQ(error.fault(), Fault::Data);
    EXPECT_THAT(error.what(), HasSubstr(std::string("POST ") + path + " is not among the 1 calls"));
    EXPECT_THAT(error.what(), HasSubstr(path_.string()));
    EXPECT_THAT(error.what(), HasSubstr(body));
  }
  HttpRequest get = request_of("/search", "{}");
  get.method = "GET";
  EXPECT_THAT(failure_of(*client, get).what(), HasSubstr("GET /search is not"));
}

TEST_F(ReplayingClientTest, LetsEverybodyLogInAndOut) {
  const std::unique_ptr<HttpClient> client = replay({call_of("/search", "{}", answer(200, "A"))});
  const HttpResponse login = client->send(request_of("/auth/token", "{}"));
  EXPECT_EQ(login.status, 200);
  EXPECT_THAT(login.body, HasSubstr("\"token\""));
  HttpRequest logout = request_of("/auth/token", "");
  logout.method = "DELETE";
  EXPECT_EQ(client->send(logout).status, 204);
}

TEST_F(ReplayingClientTest, TakesNoAnswerThatIsLongerThanTheRequestAllows) {
  const std::unique_ptr<HttpClient> client =
      replay({call_of("/search", "", answer(200, std::string(2000, 'x')))});
  HttpRequest request = request_of("/search", "");
  request.max_response_bytes = 1999;
  const HttpResponse response = client->send(request);
  EXPECT_EQ(response.outcome, HttpOutcome::TooLarge);
  EXPECT_THAT(response.body, IsEmpty());
  request.max_response_bytes = 2000;
  EXPECT_EQ(client->send(request).body.size(), 2000U);
}

TEST_F(ReplayingClientTest, EndsWithTheRun) {
  deadline_ = clock_.steady_now() + seconds(5);
  const std::unique_ptr<HttpClient> client = replay({call_of("/search", "", answer(200, "A"))});
  clock_.advance(seconds(5));
  const Error late = failure_of(*client, request_of("/search", ""));
  EXPECT_EQ(late.fault(), Fault::Interrupted);
  EXPECT_THAT(late.what(), HasSubstr("deadline"));
  stop_.request_stop();
  EXPECT_THAT(failure_of(*client, request_of("/search", "")).what(), HasSubstr("stopped"));
}

TEST_F(ReplayingClientTest, NeedsNeitherPausesNorTimeForRepeats) {
  HttpResponse throttled = answer(429, "");
  throttled.retry_after = seconds(600);
  HttpResponse expired = answer(401, "");
  const std::unique_ptr<HttpClient> http =
      replay({call_of("/search", "{}", throttled), call_of("/search", "{}", throttled),
              call_of("/search", "{}", expired), call_of("/search", "{}", answer(503, "")),
              call_of("/search", "{}", answer(200, "{}"))});
  const std::unique_ptr<Clock> clock = make_sleepless_clock(clock_);
  Log log(LogLevel::Warning, LogFormat::Text, [](std::string_view) {});
  const std::unique_ptr<Login> login = make_password_login({});
  Redactor redactor({});
  ApiClient api(*http, std::string(kBase), {*login, redactor}, RunContext{*clock, RunLimits{}, log},
                [] { return 0.5; });
  std::vector<std::string> bodies;
  api.call({.method = "POST", .path = "/search", .body = "{}"}, [&](std::string& body) {
    bodies.push_back(body);
    return BodyOutcome::success();
  });
  EXPECT_THAT(bodies, ElementsAre("{}"));
  EXPECT_EQ(api.statistics().retries, 4U);
  EXPECT_THAT(clock_.sleeps(), IsEmpty());
}

}  // namespace
}  // namespace vrni2syslog
