#include "vrni/api_client.h"

#include "unit/vrni/api_fixture.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace vrni2syslog {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

const ApiCall kSearch{.method = "POST", .path = "/search", .body = "{}"};

[[nodiscard]] std::optional<std::string> accept_json(std::string& body) {
  if (body.starts_with('{')) return std::nullopt;
  return "it is no JSON";
}

[[nodiscard]] Error error_of(ApiClient& api, const ApiCall& call = kSearch) {
  try {
    api.call(call, accept_json);
  } catch (const Error& error) {
    return error;
  }
  return Error(ExitStatus::Ok, "no error");
}

TEST(ApiClient, LogsInBeforeTheFirstCallOnly) {
  ApiFixture fixture;
  fixture.script("/search", {answer(200, "{}")});
  ApiClient api = fixture.make_api();
  api.call(kSearch, accept_json);
  api.call(kSearch, accept_json);
  ASSERT_EQ(fixture.http.requests().size(), 3U);
  EXPECT_EQ(fixture.http.requests()[0].url, "https://vrni.local/api/ni/auth/token");
  EXPECT_THAT(fixture.http.requests()[0].headers, Not(Contains(HasSubstr("Authorization"))));
  EXPECT_THAT(fixture.http.requests()[2].headers,
              Contains("Authorization: NetworkInsight token-1"));
  EXPECT_EQ(api.statistics().calls, 3U);
  EXPECT_EQ(api.statistics().retries, 0U);
}

TEST(ApiClient, LogsInAgainWhenTheTokenHasExpired) {
  ApiFixture fixture;
  fixture.script("/search", {answer(401, ""), answer(200, "{}")});
  ApiClient api = fixture.make_api();
  api.call(kSearch, accept_json);
  EXPECT_THAT(fixture.http.requests().back().headers,
              Contains("Authorization: NetworkInsight token-2"));
  EXPECT_EQ(fixture.http.requests_to("/auth/token").size(), 2U);
}

TEST(ApiClient, GivesUpWhenTheFreshTokenIsRefusedToo) {
  ApiFixture fixture;
  fixture.script("/search", {answer(401, "")});
  ApiClient api = fixture.make_api();
  EXPECT_EQ(error_of(api).exit_status(), ExitStatus::NoPermission);
  EXPECT_EQ(fixture.http.requests_to("/search").size(), 2U);
}

TEST(ApiClient, DoesNotUseUpTheTokensOfAnAccount) {
  ApiFixture fixture;
  int calls = 0;
  fixture.respond("/search", [&](const HttpRequest&) {
    return ++calls % 2 == 1 ? answer(401, "") : answer(200, "{}");
  });
  ApiClient api = fixture.make_api();
  Error last(ExitStatus::Ok, "");
  for (int i = 0; i < 100 && last.exit_status() != ExitStatus::NoPermission; ++i)
    last = error_of(api);
  EXPECT_EQ(last.exit_status(), ExitStatus::NoPermission);
  EXPECT_LT(fixture.http.requests_to("/auth/token").size(), 25U);
}

TEST(ApiClient, DoesNotTryARefusedLoginTwice) {
  ApiFixture fixture;
  fixture.script("/auth/token", {answer(401, "")});
  ApiClient api = fixture.make_api();
  const Error error = error_of(api);
  EXPECT_EQ(error.exit_status(), ExitStatus::NoPermission);
  EXPECT_THAT(error.what(), AllOf(HasSubstr("admin@local (LOCAL)"), HasSubstr("100 valid tokens"),
                                  Not(HasSubstr("pass"
                                                "\"word"))));
  EXPECT_EQ(fixture.http.requests().size(), 1U);
}

TEST(ApiClient, TakesABadRequestAtLoginForARefusal) {
  ApiFixture fixture;
  fixture.script("/auth/token", {answer(400, R"({"message":"no such domain"})")});
  ApiClient api = fixture.make_api();
  const Error error = error_of(api);
  EXPECT_EQ(error.exit_status(), ExitStatus::NoPermission);
  EXPECT_THAT(error.what(), HasSubstr("no such domain"));
}

TEST(ApiClient, KeepsATokenInACutAnswerToItself) {
  ApiFixture fixture;
  fixture.script("/auth/token", {answer(200, R"({"token":"s3cret","expiry":15)")});
  std::string said;
  Log log(LogLevel::Debug, LogFormat::Text, [&](std::string_view line) { said += line; });
  ApiClient api(fixture.http, std::string(ApiFixture::kBase), fixture.credentials, fixture.clock,
                RunLimits{fixture.stop.get_token(), fixture.deadline}, log, [] { return 0.5; });
  said += error_of(api).what();
  EXPECT_THAT(said, AllOf(HasSubstr("/auth/token"), HasSubstr("again in"),
                          HasSubstr("29 bytes of no declared type"), Not(HasSubstr("s3cret"))));
}

TEST(ApiClient, RepeatsWhatMayPass) {
  ApiFixture fixture;
  fixture.script("/search", {answer(503, ""), failure(HttpOutcome::CutOff), answer(200, "<html>"),
                             answer(500, ""), failure(HttpOutcome::TimedOut),
                             failure(HttpOutcome::CannotConnect), answer(200, "{}")});
  ApiClient api = fixture.make_api();
  api.call(kSearch, accept_json);
  EXPECT_EQ(api.statistics().retries, 6U);
  EXPECT_THAT(fixture.clock.sleeps(),
              ElementsAre(milliseconds(250), milliseconds(500), milliseconds(1000),
                          milliseconds(2000), milliseconds(4000), milliseconds(8000)));
  EXPECT_TRUE(fixture.log_lines.empty());
}

TEST(ApiClient, ObeysRetryAfterAndSlowsDown) {
  ApiFixture fixture;
  HttpResponse throttled = answer(429, "");
  throttled.retry_after = seconds(3);
  fixture.script("/search", {throttled, answer(200, "{}")});
  ApiClient api = fixture.make_api();
  api.call(kSearch, accept_json);
  EXPECT_EQ(api.statistics().throttled, 1U);
  EXPECT_THAT(fixture.clock.sleeps(), ElementsAre(milliseconds(3250), milliseconds(100)));
}

TEST(ApiClient, ReturnsFailuresThatMayBeOfOnePartOnly) {
  ApiFixture fixture;
  ApiClient api = fixture.make_api();
  for (const HttpResponse& response :
       {answer(400, ""), answer(500, ""), answer(200, "x"), failure(HttpOutcome::TooLarge)}) {
    fixture.script("/search", {response});
    EXPECT_NE(api.try_call(kSearch, accept_json), std::nullopt);
  }
  for (const HttpResponse& response :
       {answer(503, ""), answer(403, ""), failure(HttpOutcome::CertificateRefused)}) {
    fixture.script("/search", {response});
    EXPECT_THROW((void)api.try_call(kSearch, accept_json), Error);
  }
}

TEST(ApiClient, ReturnsARefusalOfAnOptionalCall) {
  ApiCall optional = kSearch;
  optional.is_optional = true;
  ApiFixture fixture;
  ApiClient api = fixture.make_api();
  for (const int status : {403, 302}) {
    fixture.script("/search", {answer(status, "")});
    EXPECT_NE(api.try_call(optional, accept_json), std::nullopt);
    EXPECT_THROW((void)api.try_call(kSearch, accept_json), Error);
  }
  fixture.script("/search", {failure(HttpOutcome::CertificateRefused)});
  EXPECT_THROW((void)api.try_call(optional, accept_json), Error);
}

TEST(ApiClient, DoesNotRepeatWhatCannotPass) {
  for (const HttpResponse& response :
       {answer(400, ""), answer(403, ""), answer(302, ""), failure(HttpOutcome::TooLarge),
        failure(HttpOutcome::CertificateRefused)}) {
    ApiFixture fixture;
    fixture.script("/search", {response});
    ApiClient api = fixture.make_api();
    EXPECT_NE(error_of(api).exit_status(), ExitStatus::Ok);
    EXPECT_EQ(fixture.http.requests_to("/search").size(), 1U);
  }
}

TEST(ApiClient, EndsWithTheDeadline) {
  ApiFixture fixture;
  fixture.deadline = fixture.clock.steady_now() + seconds(2);
  fixture.script("/search", {answer(503, "")});
  ApiClient api = fixture.make_api();
  const Error error = error_of(api);
  EXPECT_EQ(error.exit_status(), ExitStatus::Unavailable);
  EXPECT_THAT(error.what(), AllOf(HasSubstr("503"), HasSubstr("deadline")));
  EXPECT_LE(fixture.clock.steady_now(), fixture.deadline);
  fixture.clock.advance(seconds(2));
  EXPECT_EQ(error_of(api).exit_status(), ExitStatus::TemporaryFailure);
}

TEST(ApiClient, SendsNothingAfterAStop) {
  ApiFixture fixture;
  ApiClient api = fixture.make_api();
  fixture.stop.request_stop();
  EXPECT_EQ(error_of(api).exit_status(), ExitStatus::TemporaryFailure);
  EXPECT_TRUE(fixture.http.requests().empty());
}

TEST(ApiClient, DeletesItsTokenEvenAfterAStop) {
  ApiFixture fixture;
  ApiClient api = fixture.make_api();
  api.log_in();
  fixture.stop.request_stop();
  api.log_out();
  api.log_out();
  ASSERT_EQ(fixture.http.requests().size(), 2U);
  const HttpRequest& request = fixture.http.requests().back();
  EXPECT_EQ(request.method, "DELETE");
  EXPECT_EQ(request.url, "https://vrni.local/api/ni/auth/token");
  EXPECT_THAT(request.headers, Contains("Authorization: NetworkInsight token-1"));
  EXPECT_EQ(request.own_time_limit, seconds(5));
}

TEST(ApiClient, DeletesNoTokenThatItNeverHad) {
  ApiFixture fixture;
  ApiClient api = fixture.make_api();
  api.log_out();
  EXPECT_TRUE(fixture.http.requests().empty());
}

TEST(ApiClient, SurvivesThatTheTokenCannotBeDeleted) {
  ApiFixture fixture;
  ApiClient api = fixture.make_api();
  api.log_in();
  fixture.respond("/auth/token", [](const HttpRequest&) -> HttpResponse {
    throw Error(ExitStatus::TemporaryFailure, "gone");
  });
  EXPECT_NO_THROW(api.log_out());
}

}  // namespace
}  // namespace vrni2syslog
