#include "vrni/api/api_client.h"

#include "support/temporary_directory.h"
#include "unit/vrni/api_fixture.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>

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

[[nodiscard]] BodyOutcome accept_json(std::string& body) {
  return body.starts_with('{') ? BodyOutcome::success()
                               : BodyOutcome::failure({.text = "it is no JSON"});
}

[[nodiscard]] Error error_of(ApiClient& api, const ApiCall& call = kSearch) {
  try {
    api.call(call, accept_json);
  } catch (const Error& error) {
    return error;
  }
  return Error(Fault::Bug, "no error");
}

/// How many tokens the platform was asked for.
[[nodiscard]] std::ptrdiff_t logins(const ApiFixture& fixture) {
  return std::ranges::count(fixture.http.requests_to("/auth/token"), "POST", &HttpRequest::method);
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
  EXPECT_EQ(logins(fixture), 2);
}

TEST(ApiClient, GivesUpWhenTheFreshTokenIsRefusedToo) {
  ApiFixture fixture;
  fixture.script("/search", {answer(401, "")});
  ApiClient api = fixture.make_api();
  EXPECT_EQ(error_of(api).fault(), Fault::LoginRefused);
  EXPECT_EQ(fixture.http.requests_to("/search").size(), 2U);
}

TEST(ApiClient, DoesNotUseUpTheTokensOfAnAccount) {
  ApiFixture fixture;
  int calls = 0;
  fixture.respond("/search", [&](const HttpRequest&) {
    return ++calls % 2 == 1 ? answer(401, "") : answer(200, "{}");
  });
  ApiClient api = fixture.make_api();
  Error last(Fault::Bug, "");
  for (int i = 0; i < 100 && last.fault() != Fault::LoginRefused; ++i) last = error_of(api);
  EXPECT_EQ(last.fault(), Fault::LoginRefused);
  EXPECT_LT(logins(fixture), 25);
}

TEST(ApiClient, DoesNotTryARefusedLoginTwice) {
  ApiFixture fixture;
  fixture.script("/auth/token", {answer(401, "")});
  ApiClient api = fixture.make_api();
  const Error error = error_of(api);
  EXPECT_EQ(error.fault(), Fault::LoginRefused);
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
  EXPECT_EQ(error.fault(), Fault::LoginRefused);
  EXPECT_THAT(error.what(), HasSubstr("no such domain"));
}

TEST(ApiClient, KeepsATokenInACutAnswerToItself) {
  ApiFixture fixture;
  fixture.script("/auth/token", {answer(200, R"({"token":"s3cret","expiry":15)")});
  std::string said;
  Log log(LogLevel::Debug, LogFormat::Text, [&](std::string_view line) { said += line; });
  ApiClient api(
      fixture.http, std::string(ApiFixture::kBase), {fixture.login, fixture.redactor},
      RunContext{fixture.clock, RunLimits{fixture.stop.get_token(), fixture.deadline}, log},
      [] { return 0.5; });
  said += error_of(api).what();
  EXPECT_THAT(said, AllOf(HasSubstr("/auth/token"), HasSubstr("again in"),
                          HasSubstr("29 bytes of no declared type"), Not(HasSubstr("s3cret"))));
}

/// A login with which everything can be different from a password's.
class OtherLogin final : public Login {
 public:
  explicit OtherLogin(HttpClient* server = nullptr) : server_(server) {}

  [[nodiscard]] std::string account() const override { return "someone else"; }
  [[nodiscard]] Token obtain(const TokenFetcher& fetch) override {
    ++obtained;
    if (server_ == nullptr) return {Secret("own-" + std::to_string(obtained)), life};
    TokenRequest request;
    request.server = server_;
    request.url = "https://console.local/exchange";
    request.content_type = "text/plain";
    request.body = "s3cret";
    request.read = read_platform_token;
    request.refusal = [](int status) { return "no entry: " + std::to_string(status); };
    return fetch(request);
  }
  [[nodiscard]] std::string header(const Token& token) const override {
    return "key: " + std::string(token.text.reveal());
  }
  [[nodiscard]] std::string refused_token() const override { return "the key does not fit"; }

  int obtained = 0;
  std::optional<milliseconds> life;

 private:
  HttpClient* server_;
};

TEST(ApiClient, AsksAnotherServerForTokensWhereTheLoginSaysSo) {
  ApiFixture fixture;
  fixture.script("/search", {answer(200, "{}")});
  FakeHttpClient console([](const HttpRequest&) { return answer(200, R"({"token":"k"})"); });
  OtherLogin login(&console);
  ApiClient api = fixture.make_api(login);
  api.call(kSearch, accept_json);
  api.log_out();
  ASSERT_EQ(console.requests().size(), 1U);
  EXPECT_EQ(console.requests()[0].url, "https://console.local/exchange");
  EXPECT_EQ(console.requests()[0].body, "s3cret");
  EXPECT_THAT(console.requests()[0].headers, Contains("Content-Type: text/plain"));
  ASSERT_EQ(fixture.http.requests().size(), 1U) << "nothing is given back";
  EXPECT_THAT(fixture.http.requests()[0].headers, Contains("key: k"));
}

TEST(ApiClient, DoesNotShowWhatARefusalMayRepeatOfASecret) {
  for (const HttpResponse& response :
       {answer(400, R"({"message":"invalid token: s3cret"})"), answer(401, "s3cret"),
        answer(403, R"({"message":"s3cret"})"), answer(404, "s3cret"), answer(200, "<s3cret>"),
        answer(500, R"({"message":"s3cret"})"), answer(503, R"({"message":"s3cret"})")}) {
    ApiFixture fixture;
    FakeHttpClient console([&](const HttpRequest&) { return response; });
    OtherLogin login(&console);
    ApiClient api = fixture.make_api(login);
    const Error error = error_of(api);
    EXPECT_THAT(error.what(), Not(HasSubstr("s3cret"))) << response.status;
    EXPECT_THAT(error.what(), HasSubstr("https://console.local/exchange"));
    if (response.status >= 400 && response.status < 500) {
      EXPECT_EQ(error.fault(), Fault::LoginRefused) << response.status;
      EXPECT_THAT(error.what(), HasSubstr("no entry: " + std::to_string(response.status)));
    }
  }
}

/// What repeats a secret that it was sent, in the forms that it takes on the way.
[[nodiscard]] std::vector<HttpResponse> echoes() {
  const std::string json =
      R"({"message":"Cannot deserialize {\"password\":\"s3cret\\\/+w0rd=\"} s3cret%2F%2Bw0rd%3D"})";
  HttpResponse typed = answer(200, "\n");
  typed.content_type = "s3cret/+w0rd=";
  return {answer(400, json),
          answer(403, json),
          answer(404, "<html>s3cret/+w0rd="),
          answer(500, json),
          answer(503, R"({"message":"s3cret\u002f\u002bw0rd\u003d"})"),
          answer(200, "<html>You sent s3cret/+w0rd="),
          answer(200, "<html>" + std::string(390, 'x') + "s3cret/+w0rd="),
          typed,
          failure(HttpOutcome::CutOff, "no HTTP: s3cret/+w0rd=")};
}

constexpr std::string_view kEchoed = "s3cret/+w0rd=";

/// Lets a login fail at the call that carries its secret; what the user gets to read of that.
[[nodiscard]] std::string told_of(const HttpResponse& response, const std::string& path,
                                  Login& login, ApiFixture& fixture) {
  fixture.script(path, {response});
  std::string said;
  Log log(LogLevel::Debug, LogFormat::Text, [&](std::string_view line) { said += line; });
  // What may pass is repeated until then.
  const SteadyTime soon = fixture.clock.steady_now() + std::chrono::minutes(5);
  ApiClient api(fixture.http, std::string(ApiFixture::kBase), {login, fixture.redactor},
                RunContext{fixture.clock, RunLimits{fixture.stop.get_token(), soon}, log},
                [] { return 0.5; });
  return said + error_of(api).what();
}

TEST(ApiClient, TellsNoSecretThatAnAnswerRepeatsWhateverTheLogin) {
  const TemporaryDirectory directory;
  const Secret secret{std::string(kEchoed)};
  for (const HttpResponse& response : echoes()) {
    std::vector<std::pair<std::string, std::string>> told;
    ApiFixture fixture;
    const auto password =
        make_password_login({.username = "u", .password = secret, .domain_value = {}});
    told.emplace_back("password", told_of(response, "/auth/token", *password, fixture));
    const auto vidm = make_vidm_login({secret});
    told.emplace_back("vidm", told_of(response, "/auth/token/vidm", *vidm, fixture));
    const auto cloud = make_cloud_login(
        {secret, "console", "https://console/exchange"},
        std::make_unique<FakeHttpClient>([&](const HttpRequest&) { return response; }));
    told.emplace_back("cloud", told_of(response, "/search", *cloud, fixture));
    // The others carry it in the header of every call.
    const auto bearer =
        make_bearer_login({directory.write("token", kEchoed), {}}, fixture.clock, {});
    told.emplace_back("bearer", told_of(response, "/search", *bearer, fixture));
    ApiFixture of_token;
    of_token.script("/auth/token", {answer(200, R"({"token":"s3cret/+w0rd="})")});
    told.emplace_back("token", told_of(response, "/search", of_token.login, of_token));
    for (const auto& [login, text] : told) {
      EXPECT_THAT(text, AllOf(HasSubstr("https://"), Not(HasSubstr("s3cret")))) << login;
    }
  }
}

TEST(ApiClient, TellsNoSecretOfAnEarlierCall) {
  ApiFixture fixture;
  const auto login = make_password_login(
      {.username = "u", .password = Secret("S3cretPassw0rd!"), .domain_value = {}});
  fixture.script("/auth/token", {answer(200, R"({"token":"first-token/1"})"),
                                 answer(200, R"({"token":"second-token/2"})")});
  fixture.script(
      "/search",
      {answer(401, "{}"),
       answer(400, R"({"code":400,"message":"S3cretPassw0rd! first-token\/1 second-token%2F2"})")});
  ApiClient api = fixture.make_api(*login);
  const std::string said = error_of(api).what();
  EXPECT_THAT(said, HasSubstr("<hidden> <hidden> <hidden>"));
}

TEST(ApiClient, SearchesNoLongAnswerForAnErrorsDescription) {
  ApiFixture fixture;
  const std::string padding(1'000'000, 'a');
  fixture.script("/search",
                 {answer(400, R"({"code":400,"message":"too long","more":")" + padding + R"("})")});
  ApiClient api = fixture.make_api();
  EXPECT_THAT(error_of(api).what(), HasSubstr("/search"));
}

TEST(ApiClient, ShowsTheRestOfWhatRepeatsASecret) {
  ApiFixture fixture;
  const auto password = make_password_login(
      {.username = "u", .password = Secret("s3cret/+w0rd="), .domain_value = {}});
  constexpr const char* kShown = R"(says: Cannot deserialize {"password":"<hidden>"} <hidden>)";
  EXPECT_THAT(told_of(echoes().front(), "/auth/token", *password, fixture), HasSubstr(kShown));
  const auto vidm = make_vidm_login({Secret("s3cret/+w0rd=")});
  EXPECT_THAT(told_of(echoes().front(), "/auth/token/vidm", *vidm, fixture),
              AllOf(HasSubstr("client id"), HasSubstr(kShown)));
}

TEST(ApiClient, SaysWhatTheLoginSaysOfARefusedToken) {
  ApiFixture fixture;
  fixture.script("/search", {answer(401, "")});
  OtherLogin login;
  ApiClient api = fixture.make_api(login);
  const Error error = error_of(api);
  EXPECT_EQ(error.fault(), Fault::LoginRefused);
  EXPECT_THAT(error.what(), HasSubstr("the key does not fit"));
  EXPECT_EQ(login.obtained, 2);
}

TEST(ApiClient, MayReadATokenAgainAsOftenAsItIsRefusedWhereNobodyCountsThem) {
  ApiFixture fixture;
  int calls = 0;
  fixture.respond("/search", [&](const HttpRequest&) {
    return ++calls % 2 == 1 ? answer(401, "") : answer(200, "{}");
  });
  OtherLogin login;
  ApiClient api = fixture.make_api(login);
  for (int i = 0; i < 50; ++i) api.call(kSearch, accept_json);
  EXPECT_EQ(login.obtained, 51);
}

TEST(ApiClient, RenewsATokenBeforeItExpires) {
  ApiFixture fixture;
  fixture.script("/search", {answer(200, "{}")});
  OtherLogin login;
  login.life = seconds(100);
  ApiClient api = fixture.make_api(login);
  api.call(kSearch, accept_json);
  fixture.clock.advance(milliseconds(89'999));
  api.call(kSearch, accept_json);
  EXPECT_EQ(login.obtained, 1);
  fixture.clock.advance(milliseconds(1));
  api.call(kSearch, accept_json);
  EXPECT_EQ(login.obtained, 2);
  EXPECT_THAT(fixture.http.requests().back().headers, Contains("key: own-2"));
}

TEST(ApiClient, GivesATokenBackWhenItHasTakenAnother) {
  ApiFixture fixture;
  fixture.script("/search", {answer(200, "{}")});
  fixture.clock.set_now(WallTime(milliseconds(1'509'332'642'427) - std::chrono::hours(5)));
  ApiClient api = fixture.make_api();
  api.call(kSearch, accept_json);
  fixture.clock.advance(std::chrono::hours(5) - std::chrono::minutes(5));
  api.call(kSearch, accept_json);
  const std::vector<HttpRequest> requests = fixture.http.requests_to("/auth/token");
  ASSERT_EQ(requests.size(), 3U);
  EXPECT_EQ(requests[1].method, "POST");
  EXPECT_EQ(requests[2].method, "DELETE");
  EXPECT_THAT(requests[2].headers, Contains("Authorization: NetworkInsight token-1"));
  EXPECT_THAT(fixture.http.requests().back().headers,
              Contains("Authorization: NetworkInsight token-2"));
}

TEST(ApiClient, UsesATokenThatCannotBeRenewedUntilItIsRefused) {
  ApiFixture fixture;
  fixture.script("/search", {answer(200, "{}")});
  FakeHttpClient::Responder console_answer = [](const HttpRequest&) {
    return answer(200, R"({"token":"k","expiry":1509332642427})");
  };
  FakeHttpClient console([&](const HttpRequest& request) { return console_answer(request); });
  OtherLogin login(&console);
  fixture.clock.set_now(WallTime(milliseconds(1'509'332'642'427) - seconds(100)));
  ApiClient api = fixture.make_api(login);
  api.call(kSearch, accept_json);
  console_answer = [](const HttpRequest&) { return answer(401, ""); };
  fixture.clock.advance(seconds(95));
  api.call(kSearch, accept_json);
  api.call(kSearch, accept_json);
  EXPECT_EQ(login.obtained, 2) << "tried once";
  EXPECT_THAT(fixture.http.requests().back().headers, Contains("key: k"));
  fixture.script("/search", {answer(401, "")});
  EXPECT_EQ(error_of(api).fault(), Fault::LoginRefused);
  EXPECT_EQ(login.obtained, 3);
}

TEST(ApiClient, SendsACallThatNeedsNoTokenWithoutOne) {
  ApiFixture fixture;
  fixture.script("/open", {answer(401, "")});
  ApiClient api = fixture.make_api();
  const ApiCall call{.method = "GET", .path = "/open", .body = {}, .needs_token = false};
  EXPECT_EQ(error_of(api, call).fault(), Fault::LoginRefused);
  EXPECT_EQ(fixture.http.requests().size(), 1U);
}

TEST(ApiClient, RepeatsWhatMayPass) {
  ApiFixture fixture;
  fixture.script("/search", {answer(503, ""), failure(HttpOutcome::CutOff), answer(200, "<html>"),
                             api_error(500), failure(HttpOutcome::TimedOut),
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
  EXPECT_THAT(fixture.clock.sleeps(), ElementsAre(milliseconds(3250)))
      << "which is distance enough";
  api.call(kSearch, accept_json);
  EXPECT_EQ(fixture.clock.sleeps().size(), 2U);
  EXPECT_GT(fixture.clock.sleeps().back(), milliseconds(90));
}

TEST(ApiClient, ReturnsFailuresThatMayBeOfOnePartOnly) {
  ApiFixture fixture;
  ApiClient api = fixture.make_api();
  for (const HttpResponse& response :
       {api_error(400), api_error(500), answer(413, "<html>"), failure(HttpOutcome::TooLarge)}) {
    fixture.script("/search", {response});
    EXPECT_FALSE(api.try_call(kSearch, accept_json));
  }
  for (const HttpResponse& response : {api_error(403), failure(HttpOutcome::CertificateRefused)}) {
    fixture.script("/search", {response});
    EXPECT_THROW((void)api.try_call(kSearch, accept_json), Error);
  }
}

/// Answers that come from a front end, or from a platform that is starting.
[[nodiscard]] std::vector<HttpResponse> foreign_answers() {
  return {answer(404, "<html>nginx</html>"),
          answer(404, ""),
          answer(400, "no"),
          answer(405, ""),
          answer(501, ""),
          answer(500, "<html>"),
          answer(403, "<html>WAF</html>"),
          answer(302, ""),
          answer(200, "<html>Sign in</html>"),
          answer(200, ""),
          answer(200, "[]"),
          answer(200, "17")};
}

TEST(ApiClient, RepeatsWhatIsNotInTheFormOfTheApiUntilTheDeadline) {
  for (const HttpResponse& foreign : foreign_answers()) {
    ApiFixture fixture;
    fixture.deadline = fixture.clock.steady_now() + std::chrono::minutes(10);
    fixture.script("/search", {foreign});
    ApiClient api = fixture.make_api();
    const Error error = error_of(api);
    EXPECT_EQ(error.fault(), Fault::Data) << foreign.status;
    EXPECT_THAT(error.what(), AllOf(HasSubstr("something in front of it answers in its place"),
                                    HasSubstr("deadline")));
    EXPECT_GT(fixture.http.requests_to("/search").size(), 20U);
    fixture.script("/search", {foreign, foreign, answer(200, "{}")});
    fixture.deadline = SteadyTime::max();
    ApiClient later = fixture.make_api();
    later.call(kSearch, accept_json);
  }
}

TEST(ApiClient, TellsAWrongAddressSoonByAForeignAnswer) {
  for (const HttpResponse& foreign : foreign_answers()) {
    ApiFixture fixture;
    fixture.script("/auth/token", {foreign});
    ApiClient api = fixture.make_api();
    EXPECT_NE(error_of(api).fault(), Fault::Bug);
    EXPECT_LE(fixture.http.requests_to("/auth/token").size(), 3U) << foreign.status;
  }
}

TEST(ApiClient, DoesNotRepeatALoginThatMayHaveBeenRefused) {
  for (const HttpResponse& refusal : {answer(403, "<html>"), answer(400, "no")}) {
    ApiFixture fixture;
    fixture.script("/search", {answer(200, "{}"), answer(401, "")});
    ApiClient api = fixture.make_api();
    api.call(kSearch, accept_json);
    fixture.script("/auth/token", {refusal});
    EXPECT_EQ(error_of(api).fault(), Fault::LoginRefused);
    EXPECT_LE(fixture.http.requests_to("/auth/token").size(), 3U);  // with those to delete it
  }
}

TEST(ApiClient, HasARefusedTokenDeletedSinceItMayBeValidStill) {
  ApiFixture fixture;
  fixture.script("/search", {answer(401, ""), answer(200, "{}")});
  ApiClient api = fixture.make_api();
  api.call(kSearch, accept_json);
  api.log_out();
  std::vector<std::string> deleted;
  for (const HttpRequest& request : fixture.http.requests_to("/auth/token")) {
    if (request.method == "DELETE") deleted.push_back(request.headers.back());
  }
  EXPECT_THAT(deleted, ElementsAre("Authorization: NetworkInsight token-1",
                                   "Authorization: NetworkInsight token-2"));
}

TEST(ApiClient, TriesOnceMoreInTheEndToHaveARefusedTokenDeleted) {
  for (const HttpResponse& failure_to_delete :
       {answer(401, ""), answer(503, ""), failure(HttpOutcome::TimedOut)}) {
    ApiFixture fixture;
    std::vector<std::string> deleted;
    int tokens = 0;
    fixture.respond("/auth/token", [&](const HttpRequest& request) {
      if (request.method != "DELETE")
        return answer(200, "{\"token\":\"token-" + std::to_string(++tokens) + "\"}");
      EXPECT_LE(request.own_time_limit.value_or(seconds(3'600)), seconds(5));
      deleted.push_back(request.headers.back());
      return deleted.size() == 1 ? failure_to_delete : answer(204, "");
    });
    fixture.script("/search", {answer(401, ""), answer(200, "{}")});
    ApiClient api = fixture.make_api();
    api.call(kSearch, accept_json);
    api.log_out();
    api.log_out();
    EXPECT_THAT(deleted, ElementsAre("Authorization: NetworkInsight token-1",
                                     "Authorization: NetworkInsight token-2",
                                     "Authorization: NetworkInsight token-1"));
  }
}

TEST(ApiClient, TakesA403AboutTheTokenForA401) {
  for (const char* const words : {"JWT expired at 2026-11-22", "Your token has Expired",
                                  "invalid_token: it was revoked", "JWT is not valid any more"}) {
    ApiFixture fixture;
    fixture.script("/search", {answer(403, words), answer(200, "{}")});
    ApiClient api = fixture.make_api();
    api.call(kSearch, accept_json);
    EXPECT_EQ(fixture.http.requests_to("/search").at(1).headers.back(),
              "Authorization: NetworkInsight token-2");
  }
}

TEST(ApiClient, ReturnsAForeignAnswerToAnOptionalCallSoon) {
  ApiCall optional = kSearch;
  optional.is_optional = true;
  for (const HttpResponse& foreign : foreign_answers()) {
    ApiFixture fixture;
    fixture.script("/search", {foreign});
    ApiClient api = fixture.make_api();
    const CallOutcome outcome = api.try_call(optional, accept_json);
    ASSERT_FALSE(outcome);
    EXPECT_TRUE(outcome.problem().is_refusal());
    EXPECT_FALSE(outcome.problem().may_succeed_in_parts());
    EXPECT_EQ(fixture.http.requests_to("/search").size(), 4U);
  }
}

TEST(ApiClient, ReturnsARefusalOfAnOptionalCall) {
  ApiCall optional = kSearch;
  optional.is_optional = true;
  ApiFixture fixture;
  ApiClient api = fixture.make_api();
  {
    fixture.script("/search", {api_error(403)});
    EXPECT_FALSE(api.try_call(optional, accept_json));
    EXPECT_THROW((void)api.try_call(kSearch, accept_json), Error);
  }
  fixture.script("/search", {failure(HttpOutcome::CertificateRefused)});
  EXPECT_THROW((void)api.try_call(optional, accept_json), Error);
}

TEST(ApiClient, AsksForUncompressedAnswersOnceOneCouldNotBeDecoded) {
  ApiFixture fixture;
  fixture.script("/search", {failure(HttpOutcome::Undecodable), answer(200, "{}")});
  ApiClient api = fixture.make_api();
  api.call(kSearch, accept_json);
  api.call(kSearch, accept_json);
  const std::vector<HttpRequest> searches = fixture.http.requests_to("/search");
  ASSERT_EQ(searches.size(), 3U);
  EXPECT_FALSE(searches[0].is_uncompressed);
  EXPECT_TRUE(searches[1].is_uncompressed);
  EXPECT_TRUE(searches[2].is_uncompressed);
}

TEST(ApiClient, GivesUpWhatCannotBeDecodedAfterThreeAttempts) {
  ApiFixture fixture;
  ApiClient api = fixture.make_api();
  fixture.script("/search", {answer(200, "{}"), failure(HttpOutcome::Undecodable)});
  api.call(kSearch, accept_json);
  EXPECT_EQ(error_of(api).fault(), Fault::Data);
  EXPECT_EQ(fixture.http.requests_to("/search").size(), 4U);
  EXPECT_THROW((void)api.try_call(kSearch, accept_json), Error) << "not divided";
  ApiCall optional = kSearch;
  optional.is_optional = true;
  EXPECT_FALSE(api.try_call(optional, accept_json)) << "the run goes on without it";
}

TEST(ApiClient, DoesNotRepeatWhatCannotPass) {
  for (const HttpResponse& response :
       {api_error(400), api_error(403), failure(HttpOutcome::TooLarge),
        failure(HttpOutcome::CertificateRefused)}) {
    ApiFixture fixture;
    fixture.script("/search", {response});
    ApiClient api = fixture.make_api();
    EXPECT_NE(error_of(api).fault(), Fault::Bug);
    EXPECT_EQ(fixture.http.requests_to("/search").size(), 1U);
  }
}

TEST(ApiClient, DoesNotGoBackToAProxyThatRefusesTheLogin) {
  ApiFixture fixture;
  fixture.script("/search", {failure(HttpOutcome::ProxyLoginRefused)});
  ApiClient api = fixture.make_api();
  EXPECT_EQ(error_of(api).fault(), Fault::Refused);
  const std::size_t requests = fixture.http.requests().size();
  api.log_out();
  EXPECT_EQ(fixture.http.requests().size(), requests);
}

TEST(ApiClient, EndsWithTheDeadline) {
  ApiFixture fixture;
  fixture.deadline = fixture.clock.steady_now() + seconds(2);
  fixture.script("/search", {answer(503, "")});
  ApiClient api = fixture.make_api();
  const Error error = error_of(api);
  EXPECT_EQ(error.fault(), Fault::Unreachable);
  EXPECT_THAT(error.what(), AllOf(HasSubstr("503"), HasSubstr("deadline")));
  EXPECT_LE(fixture.clock.steady_now(), fixture.deadline);
  fixture.clock.advance(seconds(2));
  EXPECT_EQ(error_of(api).fault(), Fault::Interrupted);
}

TEST(ApiClient, TellsWhatItHasMetWhereTheDeadlineBreaksAnAttemptOff) {
  ApiFixture fixture;
  int calls = 0;
  fixture.respond("/search", [&](const HttpRequest&) {
    if (++calls == 1) return answer(503, "");
    throw Error(Fault::Interrupted, "the deadline has passed");
  });
  ApiClient api = fixture.make_api();
  const Error error = error_of(api);
  EXPECT_EQ(error.fault(), Fault::Unreachable);
  EXPECT_THAT(error.what(), AllOf(HasSubstr("503"), HasSubstr("leaves no time")));
  calls = 0;
  fixture.respond("/search", [&](const HttpRequest&) {
    if (++calls == 1) return answer(503, "");
    fixture.stop.request_stop();
    throw Error(Fault::Interrupted, "stopped");
  });
  EXPECT_EQ(error_of(api).fault(), Fault::Interrupted) << "a stop is one";
}

TEST(ApiClient, TellsWhatTheCallBeforeHasMetWhereTheDeadlineBreaksOffTheFirstAttemptOfAPart) {
  ApiFixture fixture;
  std::vector<HttpResponse> answers = {api_error(400), api_error(400), answer(200, "{}")};
  std::size_t calls = 0;
  fixture.respond("/search", [&](const HttpRequest&) {
    if (calls == answers.size()) throw Error(Fault::Interrupted, "the deadline has passed");
    return answers[calls++];
  });
  ApiClient api = fixture.make_api();
  EXPECT_FALSE(api.try_call(kSearch, accept_json));
  EXPECT_FALSE(api.try_call(kSearch, accept_json));
  EXPECT_TRUE(api.try_call(kSearch, accept_json));
  EXPECT_EQ(error_of(api).fault(), Fault::Interrupted) << "the call before was answered";
  calls = 0;
  answers = {api_error(400)};
  EXPECT_FALSE(api.try_call(kSearch, accept_json));
  const Error error = error_of(api);
  EXPECT_EQ(error.fault(), Fault::Data);
  EXPECT_THAT(error.what(), AllOf(HasSubstr("400"), HasSubstr("leaves no time")));
  EXPECT_TRUE(error.is_out_of_time());
}

TEST(ApiClient, TellsNotWhatACallAboutAnotherMatterHasMet) {
  ApiFixture fixture;
  int calls = 0;
  fixture.respond("/search", [&](const HttpRequest&) {
    if (++calls > 1) throw Error(Fault::Interrupted, "the deadline has passed");
    return api_error(400);
  });
  ApiClient api = fixture.make_api();
  EXPECT_FALSE(api.try_call(kSearch, accept_json));
  api.begin_matter();
  const Error error = error_of(api);
  EXPECT_EQ(error.fault(), Fault::Interrupted);
  EXPECT_THAT(error.what(), Not(HasSubstr("400")));
}

TEST(ApiClient, TellsNotWhatAnOptionalCallHasMetWhereTheDeadlineBreaksOffAnother) {
  ApiFixture fixture;
  std::vector<HttpResponse> answers = {api_error(403)};
  std::size_t calls = 0;
  fixture.respond("/search", [&](const HttpRequest&) {
    if (calls == answers.size()) throw Error(Fault::Interrupted, "the deadline has passed");
    return answers[calls++];
  });
  ApiClient api = fixture.make_api();
  ApiCall optional = kSearch;
  optional.is_optional = true;
  EXPECT_FALSE(api.try_call(optional, accept_json));
  EXPECT_EQ(error_of(api).fault(), Fault::Interrupted);
  calls = 0;
  answers = {api_error(400)};
  EXPECT_FALSE(api.try_call(kSearch, accept_json));
  EXPECT_EQ(error_of(api, optional).fault(), Fault::Interrupted);
}

/// What passes once the server has failed so often.
void fail_often(ApiFixture& fixture, const std::string& path, const HttpResponse& failing,
                int times, const HttpResponse& then) {
  fixture.respond(path, [failing, times, then, calls = 0](const HttpRequest&) mutable {
    return ++calls <= times ? failing : then;
  });
}

TEST(ApiClient, WaitsForAPlatformThatHasAnsweredInTheRun) {
  for (const HttpResponse& response :
       {answer(429, ""), answer(503, ""), failure(HttpOutcome::CannotConnect),
        failure(HttpOutcome::CutOff), failure(HttpOutcome::TimedOut)}) {
    ApiFixture fixture;
    fail_often(fixture, "/search", response, 100, answer(200, "{}"));
    ApiClient api = fixture.make_api();
    api.call(kSearch, accept_json);
    EXPECT_EQ(api.statistics().retries, 100U);
  }
}

TEST(ApiClient, TellsSoonThatNobodyAnswersAtTheAddress) {
  ApiFixture fixture;
  fail_often(fixture, "/auth/token", failure(HttpOutcome::CannotConnect), 100, answer(503, ""));
  ApiClient api = fixture.make_api();
  EXPECT_EQ(error_of(api).fault(), Fault::Unreachable);
  EXPECT_EQ(fixture.http.requests().size(), 5U);
}

TEST(ApiClient, KnowsEachServerByItself) {
  ApiFixture fixture;
  fail_often(fixture, "/search", failure(HttpOutcome::CannotConnect), 100, answer(200, "{}"));
  FakeHttpClient console([](const HttpRequest&) { return answer(200, R"({"token":"k"})"); });
  OtherLogin login(&console);
  ApiClient api = fixture.make_api(login);
  EXPECT_EQ(error_of(api).fault(), Fault::Unreachable);
  EXPECT_EQ(fixture.http.requests_to("/search").size(), 5U);
}

TEST(ApiClient, DoesNotMakeWhoChecksWaitLong) {
  ApiFixture fixture;
  fixture.script("/search", {answer(503, "")});
  ApiClient api(
      fixture.http, std::string(ApiFixture::kBase), {fixture.login, fixture.redactor},
      RunContext{fixture.clock, RunLimits{.stop = fixture.stop.get_token(), .gives_up_early = true},
                 fixture.log},
      [] { return 0.5; });
  EXPECT_EQ(error_of(api).fault(), Fault::Unreachable);
  EXPECT_EQ(fixture.http.requests_to("/search").size(), 8U);
}

TEST(ApiClient, ShowsWhoWatchesWhatItWaitsFor) {
  ApiFixture fixture;
  HttpResponse throttled = answer(429, "");
  throttled.retry_after = seconds(30);
  fixture.script("/search", {answer(503, ""), throttled, answer(200, "{}")});
  std::vector<std::string> shown;
  Log log(
      LogLevel::Warning, LogFormat::Text, [](std::string_view) { FAIL(); },
      [&](std::string_view text) { shown.emplace_back(text); });
  ApiClient api(fixture.http, std::string(ApiFixture::kBase), {fixture.login, fixture.redactor},
                RunContext{fixture.clock, RunLimits{}, log}, [] { return 0.5; });
  api.call(kSearch, accept_json);
  EXPECT_THAT(shown, ElementsAre(AllOf(HasSubstr("429"), HasSubstr("again in 30500 ms"))));
}

TEST(ApiClient, SendsNothingAfterAStop) {
  ApiFixture fixture;
  ApiClient api = fixture.make_api();
  fixture.stop.request_stop();
  EXPECT_EQ(error_of(api).fault(), Fault::Interrupted);
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
    throw Error(Fault::Interrupted, "gone");
  });
  EXPECT_NO_THROW(api.log_out());
}

/// With requests in the background, and a token.
class ApiClientInBackground : public testing::Test {
 protected:
  ApiClientInBackground() {
    fixture_.http.begin_requests();
    fixture_.script("/search", {answer(200, "{}")});
    api_.call(kSearch, accept_json);
  }

  static PendingCall numbered(int number) {
    return PendingCall({.method = "POST", .path = "/search", .body = std::to_string(number)});
  }
  [[nodiscard]] std::size_t searches() const { return fixture_.http.requests_to("/search").size(); }

  ApiFixture fixture_;
  ApiClient api_ = fixture_.make_api(fixture_.login, 4);
  PendingCall first_ = numbered(1);
  PendingCall second_ = numbered(2);
};

TEST_F(ApiClientInBackground, TakesTheAnswerToACallThatWasBegun) {
  EXPECT_FALSE(first_.is_begun());
  EXPECT_TRUE(api_.begin(first_));
  EXPECT_TRUE(first_.is_begun());
  EXPECT_FALSE(first_.is_answered());
  EXPECT_TRUE(api_.await_any());
  EXPECT_TRUE(first_.is_answered());
  api_.call(std::move(first_), accept_json);
  EXPECT_EQ(searches(), 2U);
  EXPECT_EQ(api_.statistics().calls, 3U) << "one of them the login";
  api_.call(numbered(1), accept_json);
  EXPECT_EQ(searches(), 3U) << "an equal call is another one";
}

TEST_F(ApiClientInBackground, LooksAtAnAnswerWithoutWaitingForIt) {
  EXPECT_FALSE(api_.take_success(first_, accept_json)) << "nothing was begun";
  EXPECT_TRUE(api_.begin(first_));
  EXPECT_FALSE(api_.take_success(first_, accept_json)) << "nothing is there";
  EXPECT_TRUE(api_.await_any());
  std::string read;
  EXPECT_TRUE(api_.take_success(first_, [&read](std::string& body) {
    read = std::move(body);
    return BodyOutcome::success();
  }));
  EXPECT_EQ(read, "{}");
  EXPECT_FALSE(first_.is_begun()) << "it was taken";
  EXPECT_EQ(searches(), 2U);
}

TEST_F(ApiClientInBackground, LeavesAFailureToWhoeverWaitsForIt) {
  const BodyReader refuse = [](std::string& body) {
    body.clear();
    return BodyOutcome::foreign("no answer");
  };
  for (const int status : {503, 429, 200}) {
    fixture_.script("/search", {answer(status, "{}"), answer(200, "{}")});
    PendingCall call = numbered(1);
    fixture_.clock.advance(seconds(5));
    ASSERT_TRUE(api_.begin(call));
    while (!call.is_answered()) ASSERT_TRUE(api_.await_any());
    const ApiStatistics before = api_.statistics();
    EXPECT_FALSE(api_.take_success(call, status == 200 ? refuse : accept_json)) << status;
    EXPECT_TRUE(call.is_answered()) << status;
    EXPECT_EQ(api_.statistics().failures - before.failures, status == 429 ? 0U : 1U)
        << "nobody may wait for it";
    api_.call(std::move(call), accept_json);
    EXPECT_EQ(api_.statistics().calls - before.calls, status == 200 ? 0U : 1U);
    EXPECT_EQ(api_.statistics().throttled - before.throttled, status == 429 ? 1U : 0U);
  }
}

TEST_F(ApiClientInBackground, BeginsNoMoreCallsWithATokenThatWasRefused) {
  fixture_.http.tell_status();
  for (const bool is_looked_at : {false, true}) {
    fixture_.script("/search", {answer(401, ""), answer(200, "{}")});
    PendingCall call = numbered(1);
    ASSERT_TRUE(api_.begin(call));
    EXPECT_TRUE(api_.can_begin());
    ASSERT_TRUE(api_.await_any());
    if (is_looked_at) {
      EXPECT_FALSE(api_.take_success(call, accept_json));
    }
    EXPECT_FALSE(api_.can_begin());
    EXPECT_FALSE(api_.begin(second_));
    api_.call(std::move(call), accept_json);
    EXPECT_TRUE(api_.can_begin()) << "there is a new one";
  }
}

TEST_F(ApiClientInBackground, LeavesWhatEndsTheRunToWhoeverWaitsForIt) {
  fixture_.respond("/search", [](const HttpRequest&) -> HttpResponse {
    throw Error(Fault::Configuration, "the authority's file is being replaced");
  });
  ASSERT_TRUE(api_.begin(first_));
  while (!first_.is_answered()) ASSERT_TRUE(api_.await_any());
  EXPECT_FALSE(api_.take_success(first_, accept_json));
  EXPECT_TRUE(first_.is_answered());
  EXPECT_THROW(api_.call(std::move(first_), accept_json), Error);
}

TEST_F(ApiClientInBackground, BreaksOffACallThatNobodyWantsAnyMore) {
  {
    PendingCall dropped = numbered(3);
    EXPECT_TRUE(api_.begin(dropped));
    EXPECT_EQ(fixture_.http.in_flight(), 1U);
  }
  EXPECT_EQ(fixture_.http.in_flight(), 0U);
}

TEST_F(ApiClientInBackground, BeginsNoMoreThanThePlatformBears) {
  ASSERT_EQ(api_.concurrency(), 4U) << "three to begin with, and one answer since";
  PendingCall third = numbered(3);
  PendingCall fourth = numbered(4);
  for (PendingCall* const call : {&first_, &second_, &third, &fourth})
    EXPECT_TRUE(api_.begin(*call));
  EXPECT_FALSE(api_.can_begin());
  PendingCall fifth = numbered(5);
  EXPECT_FALSE(api_.begin(fifth));
  EXPECT_FALSE(fifth.is_begun());
  EXPECT_TRUE(api_.await_any());
  EXPECT_TRUE(api_.can_begin());
}

TEST_F(ApiClientInBackground, BeginsNothingWithoutAToken) {
  ApiClient api = fixture_.make_api(fixture_.login, 4);
  EXPECT_FALSE(api.begin(first_));
}

TEST_F(ApiClientInBackground, BeginsNothingOnceTheRunIsStopped) {
  fixture_.stop.request_stop();
  EXPECT_FALSE(api_.begin(first_));
}

TEST_F(ApiClientInBackground, OtherCallsWaitForTheirTurn) {
  ASSERT_EQ(api_.concurrency(), 4U);
  PendingCall third = numbered(3);
  PendingCall fourth = numbered(4);
  for (PendingCall* const call : {&first_, &second_, &third, &fourth})
    EXPECT_TRUE(api_.begin(*call));
  api_.call(numbered(5), accept_json);
  EXPECT_EQ(fixture_.http.in_flight(), 3U) << "one had to end before";
}

TEST_F(ApiClientInBackground, KeepsTheDistanceThatA429AsksFor) {
  fixture_.script("/search", {answer(429, ""), answer(200, "{}")});
  api_.call(numbered(1), accept_json);
  EXPECT_EQ(api_.concurrency(), 2U) << "halved, and one answer of use since";
  EXPECT_FALSE(api_.begin(second_));
  fixture_.clock.advance(seconds(5));
  EXPECT_TRUE(api_.begin(second_));
  PendingCall third = numbered(3);
  EXPECT_FALSE(api_.begin(third));
}

TEST_F(ApiClientInBackground, RepeatsWhatWasBegunAndFailed) {
  fixture_.script("/search", {answer(503, ""), answer(200, "{}")});
  EXPECT_TRUE(api_.begin(first_));
  api_.call(std::move(first_), accept_json);
  EXPECT_EQ(searches(), 3U);
  EXPECT_EQ(api_.statistics().retries, 1U);
}

TEST_F(ApiClientInBackground, OneExpiredTokenIsOneLogin) {
  int valid = 1;
  fixture_.respond("/search", [&](const HttpRequest& request) {
    const bool is_accepted =
        testing::Value(request.headers, Contains(HasSubstr("token-" + std::to_string(valid))));
    return is_accepted ? answer(200, "{}") : answer(401, "");
  });
  EXPECT_TRUE(api_.begin(first_));
  EXPECT_TRUE(api_.begin(second_));
  valid = 2;
  api_.call(std::move(first_), accept_json);
  api_.call(std::move(second_), accept_json);
  EXPECT_EQ(logins(fixture_), 2);
}

TEST_F(ApiClientInBackground, TakesABrokenRequestForAnAttemptInVain) {
  for (int i = 0; i < 10; ++i) api_.call(kSearch, accept_json);
  ASSERT_EQ(api_.concurrency(), 4U);
  const std::uint64_t calls = api_.statistics().calls;
  fixture_.script("/search", {failure(HttpOutcome::CutOff), answer(200, "{}")});
  EXPECT_TRUE(api_.begin(first_));
  api_.call(std::move(first_), accept_json);
  EXPECT_EQ(api_.statistics().calls, calls + 2);
  EXPECT_EQ(api_.statistics().retries, 1U);
  EXPECT_EQ(api_.concurrency(), 2U) << "no answer is a complaint";
}

TEST_F(ApiClientInBackground, ANewLoginWaitsForNothingThatHasTheOldToken) {
  fixture_.script("/search", {answer(401, ""), answer(200, "{}")});
  EXPECT_TRUE(api_.begin(first_));
  EXPECT_TRUE(api_.begin(second_));
  api_.call(std::move(first_), accept_json);
  EXPECT_FALSE(second_.is_begun());
  EXPECT_EQ(fixture_.http.in_flight(), 0U);
}

}  // namespace
}  // namespace vrni2syslog
