#include "vrni/api/api_call.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace vrni2syslog {
namespace {

using testing::AllOf;
using testing::HasSubstr;

[[nodiscard]] Error error_of(AnswerKind kind, const HttpResponse& response,
                             std::string_view body_start = {}, bool is_out_of_time = false,
                             bool is_login = false, bool is_answer_hidden = false) {
  return describe_failure({.method = "POST",
                           .url = "https://vrni.local/api/ni/search",
                           .account = "admin@local (LOCAL)",
                           .refusal = "nobody comes in",
                           .kind = kind,
                           .is_login = is_login,
                           .is_answer_hidden = is_answer_hidden,
                           .is_out_of_time = is_out_of_time,
                           .attempts = 3,
                           .response = response,
                           .body_start = body_start,
                           .body_bytes = body_start.size(),
                           .problem = "Invalid value. (byte 0)"});
}

[[nodiscard]] HttpResponse response_of(int status, std::string body, std::string error = {}) {
  HttpResponse response;
  response.status = status;
  response.body = std::move(body);
  response.error = std::move(error);
  return response;
}

struct StatusCase {
  const char* name;
  AnswerKind kind;
  int http_status;
  Fault expected;
  const char* words;
};

class DescribeFailure : public testing::TestWithParam<StatusCase> {};

TEST_P(DescribeFailure, SaysWhatWhereAndHowTheProgramEnds) {
  const StatusCase& row = GetParam();
  const Error error = error_of(
      row.kind,
      response_of(row.http_status, R"({"code":1,"message":"its own words"})", "the network"));
  EXPECT_EQ(error.fault(), row.expected);
  EXPECT_THAT(error.what(), AllOf(HasSubstr("POST https://vrni.local/api/ni/search: "),
                                  HasSubstr(row.words), HasSubstr("(3 attempts)")));
}

INSTANTIATE_TEST_SUITE_P(
    Table, DescribeFailure,
    testing::Values(
        StatusCase{"Unauthorized", AnswerKind::Unauthorized, 401, Fault::LoginRefused,
                   "nobody comes in"},
        StatusCase{"Forbidden", AnswerKind::Forbidden, 403, Fault::LoginRefused, "give it a role"},
        StatusCase{"Rejected", AnswerKind::Rejected, 400, Fault::Data, "400: its own words"},
        StatusCase{"NotFound", AnswerKind::Rejected, 404, Fault::Data, "404: its own words"},
        StatusCase{"Redirected", AnswerKind::Redirected, 302, Fault::Data,
                   "sends the client elsewhere"},
        StatusCase{"ServerError", AnswerKind::ServerError, 500, Fault::Data, "500: its own words"},
        StatusCase{"Busy", AnswerKind::Busy, 503, Fault::Unreachable, "503: its own words"},
        StatusCase{"GatewayTimeout", AnswerKind::GatewayTimeout, 504, Fault::Unreachable,
                   "504: its own words"},
        StatusCase{"Throttled", AnswerKind::Throttled, 429, Fault::Unreachable, "throttles"},
        StatusCase{"TimedOut", AnswerKind::TimedOut, 0, Fault::Unreachable, "the network"},
        StatusCase{"CutOff", AnswerKind::CutOff, 0, Fault::Unreachable, "the network"},
        StatusCase{"CannotConnect", AnswerKind::CannotConnect, 0, Fault::Unreachable,
                   "the network"},
        StatusCase{"ProxyLogin", AnswerKind::ProxyLoginRefused, 0, Fault::Refused, "the network"},
        StatusCase{"Certificate", AnswerKind::CertificateRefused, 0, Fault::Refused, "the network"},
        StatusCase{"Undecodable", AnswerKind::Undecodable, 0, Fault::Data, "the network"},
        StatusCase{"TooLarge", AnswerKind::TooLarge, 0, Fault::Data, "the network"}),
    [](const auto& row) { return row.param.name; });

TEST(DescribeFailure, ShowsTheBeginningOfABodyThatCannotBeRead) {
  const Error error = error_of(AnswerKind::Unreadable, response_of(200, ""),
                               "<html>\n\x1b[31m<title>Log in</title>");
  EXPECT_EQ(error.fault(), Fault::Data);
  EXPECT_THAT(error.what(),
              AllOf(HasSubstr("\"<html>  [31m<title>Log in</title>\""),
                    HasSubstr("Invalid value. (byte 0)"), HasSubstr("a proxy that wants a login")));
  EXPECT_THAT(error_of(AnswerKind::Unreadable, response_of(200, "")).what(),
              HasSubstr("got an empty body"));
}

TEST(DescribeFailure, TakesARejectedLoginForARefusedOne) {
  const Error error = error_of(
      AnswerKind::Rejected, response_of(400, R"({"message":"no such domain"})"), "", false, true);
  EXPECT_EQ(error.fault(), Fault::LoginRefused);
  EXPECT_THAT(error.what(), HasSubstr("nobody comes in; the answer says: no such domain"));
}

TEST(DescribeFailure, SaysBothWhatARefusedLoginMeansAndWhatTheAnswerSays) {
  for (const AnswerKind kind :
       {AnswerKind::Unauthorized, AnswerKind::Forbidden, AnswerKind::Rejected}) {
    for (const char* const body : {R"({"message":"its own words"})", "its own words"}) {
      const Error error = error_of(kind, response_of(404, body), body, false, true);
      EXPECT_EQ(error.fault(), Fault::LoginRefused);
      EXPECT_THAT(error.what(), AllOf(HasSubstr("nobody comes in; the answer says: "),
                                      HasSubstr("its own words")));
    }
  }
}

TEST(DescribeFailure, ShowsNothingOfAnAnswerThatIsToBeHidden) {
  for (const AnswerKind kind :
       {AnswerKind::Unauthorized, AnswerKind::Forbidden, AnswerKind::Rejected,
        AnswerKind::Unreadable, AnswerKind::ServerError, AnswerKind::Busy}) {
    const Error error =
        error_of(kind, response_of(400, R"({"message":"s3cret"})"), "s3cret", false, true, true);
    EXPECT_THAT(error.what(), testing::Not(HasSubstr("s3cret")));
  }
}

TEST(DescribeFailure, DoesNotShowTheAnswerToALoginThatMayHoldAToken) {
  HttpResponse response = response_of(200, "");
  response.content_type = "application/json";
  const Error error =
      error_of(AnswerKind::Unreadable, response, R"({"token":"s3cret","exp)", false, true);
  EXPECT_THAT(error.what(), AllOf(HasSubstr("got 22 bytes of application/json"),
                                  testing::Not(HasSubstr("s3cret"))));
  const Error of_console =
      error_of(AnswerKind::Unreadable, response, R"({"access_token":"s3cret)", false, true);
  EXPECT_THAT(of_console.what(), testing::Not(HasSubstr("s3cret")));
}

TEST(DescribeFailure, SaysThatTheDeadlineEndedTheAttempts) {
  const Error error = error_of(AnswerKind::Busy, response_of(503, ""), "", true);
  EXPECT_TRUE(error.is_out_of_time());
  EXPECT_FALSE(error_of(AnswerKind::Busy, response_of(503, "")).is_out_of_time());
  EXPECT_EQ(error.fault(), Fault::Unreachable);
  EXPECT_THAT(error.what(), AllOf(HasSubstr("the platform fails (503)"), HasSubstr("deadline")));
}

TEST(DescribeFailure, SaysWhatTheAnswerSaysOfARefusal) {
  struct Case {
    AnswerKind kind;
    int status;
    const char* body;
    const char* words;
  };
  for (const Case& row :
       {Case{AnswerKind::Unauthorized, 401, R"({"message":"User account is locked"})",
             "nobody comes in; the answer says: User account is locked"},
        {AnswerKind::Unauthorized, 401, "<html>gateway</html>", "says: \"<html>gateway</html>\""},
        {AnswerKind::Unauthorized, 401, "", "search: nobody comes in (3 attempts)"},
        {AnswerKind::Forbidden, 403, "<html>your address is not allowed</html>",
         "(403: \"<html>your address is not allowed</html>\")"},
        {AnswerKind::Rejected, 400, "bad\nrequest", "(400: \"bad request\")"},
        {AnswerKind::Busy, 503, "<html>maintenance", "(503: \"<html>maintenance\")"}}) {
    EXPECT_THAT(error_of(row.kind, response_of(row.status, row.body), row.body).what(),
                HasSubstr(row.words));
  }
}

TEST(DescribeFailure, ShowsOnlySchemeAndHostOfWhereARedirectLeads) {
  for (const AnswerKind kind : {AnswerKind::Redirected, AnswerKind::Foreign}) {
    HttpResponse response = response_of(302, "");
    for (const char* const location :
         {"https://sso.corp:8443/login?token=s3cret", "https://bob:s3cret@sso.corp:8443#s3cret",
          "https://sso.corp:8443\\s3cret"}) {
      response.location = location;
      EXPECT_THAT(error_of(kind, response).what(),
                  AllOf(HasSubstr("302"), HasSubstr("to https://sso.corp:8443,"),
                        testing::Not(HasSubstr("s3cret"))));
    }
    for (const char* const location : {"", "/login?token=s3cret"}) {
      response.location = location;
      EXPECT_THAT(error_of(kind, response).what(), HasSubstr("sends the client elsewhere"));
    }
  }
}

TEST(DescribeFailure, AsksAboutTheAddressWhereTheAnswerIsNotThePlatforms) {
  EXPECT_THAT(error_of(AnswerKind::Rejected, response_of(404, "<html>"), "<html>").what(),
              HasSubstr("(404, \"<html>\"): is this the address of the platform itself?"));
}

TEST(DescribeFailure, SaysOfAForeignAnswerWhatItIs) {
  const Error html = error_of(AnswerKind::Foreign, response_of(404, "<html>nginx"), "<html>nginx");
  EXPECT_EQ(html.fault(), Fault::Data);
  EXPECT_THAT(html.what(), AllOf(HasSubstr("(404, \"<html>nginx\")"), HasSubstr("is starting")));
  EXPECT_THAT(error_of(AnswerKind::Foreign, response_of(200, "")).what(),
              AllOf(HasSubstr("got an empty body"), HasSubstr("is starting")));
}

TEST(ErrorMembers, AreThoseOfAnErrorInAnAnswerThatIsNone) {
  struct Case {
    const char* body;
    bool has_error;
  };
  for (const Case& row : {Case{R"({"results":[],"code":500,"message":"search timed out"})", true},
                          {R"({"results":[],"error":"no shard"})", true},
                          {R"({"results":[],"error":{"reason":"no shard"}})", true},
                          {R"({"results":[],"error":true})", true},
                          {R"({"results":[]})", false},
                          {R"({"results":[],"error":null,"code":null,"message":"x"})", false},
                          {R"({"results":[],"error":false})", false},
                          {R"({"results":[],"error":""})", false},
                          {R"({"results":[],"code":200,"message":"OK"})", false},
                          {R"({"results":[],"message":"a word"})", false},
                          {R"({"results":[{"code":1,"message":"x","error":"y"}]})", false}}) {
    std::string body = row.body;
    JsonRecords answer("results");
    ASSERT_TRUE(read_records(body, answer));
    EXPECT_EQ(error_members_of(answer).has_error(), row.has_error) << row.body;
  }
}

TEST(ErrorMembers, MayEachExplainWhyThereAreNoResults) {
  struct Case {
    const char* members;
    bool do_explain;
    const char* words = "";
  };
  for (const Case& row : {Case{R"("message":"search timed out")", true, "error: search timed out"},
                          {R"("code":null,"message":"x")", true, "error: x"},
                          {R"("code":500)", true, "error: code 500"},
                          {R"("code":500,"message":"")", true, "error: code 500"},
                          {R"("message":{"text":"x"})", true},
                          {R"("error":"no shard")", true, "error: no shard"},
                          {R"("code":200,"message":"OK")", false},
                          {R"("code":0,"message":"OK")", false},
                          {R"("code":200)", false},
                          {R"("message":"")", false},
                          {R"("message":null)", false},
                          {R"("total_count":0)", false}}) {
    std::string body = "{" + std::string(row.members) + "}";
    JsonRecords answer("results");
    ASSERT_TRUE(read_records(body, answer));
    const ErrorMembers members = error_members_of(answer);
    EXPECT_EQ(members.explain_no_results(), row.do_explain) << row.members;
    EXPECT_THAT(members.outcome().problem().text, HasSubstr(row.words));
  }
}

TEST(ApiError, IsAnObjectWithACodeOrAMessage) {
  EXPECT_TRUE(is_api_error(R"({"code":404,"message":"no such entity"})"));
  EXPECT_TRUE(is_api_error(R"({"message":"no"})"));
  for (const char* const other :
       {"", "<html>", "[]", "{}", R"({"error":"Not Found"})", "{\"code\":"})
    EXPECT_FALSE(is_api_error(other)) << other;
}

TEST(ApiErrorText, JoinsMessageAndDetails) {
  EXPECT_EQ(
      api_error_text(
          R"({"code":400,"message":"Bad filter","details":[{"message":"no field x"},{"message":"Bad filter"}]})"),
      "Bad filter; no field x");
  EXPECT_EQ(api_error_text("{\"message\":\"a\\nb\"}"), "a b");
  EXPECT_EQ(api_error_text(""), "");
  EXPECT_EQ(api_error_text("<html>"), "");
}

}  // namespace
}  // namespace vrni2syslog
