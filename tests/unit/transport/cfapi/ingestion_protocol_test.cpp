#include "transport/cfapi/ingestion_protocol.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace vrni2syslog {
namespace {

using ::testing::AllOf;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;

const Redactor kNoSecrets({});
const IngestionFacts& kV1 = facts_of(IngestionApi::V1);

TEST(IngestionPath, IsThatOfTheApi) {
  EXPECT_EQ(ingestion_path(IngestionApi::V1, "a-1"), "/api/v1/events/ingest/a-1");
  EXPECT_EQ(ingestion_path(IngestionApi::V2, "a-1"), "/api/v2/events");
  EXPECT_EQ(ingestion_path(IngestionApi::Vcf9, "a-1"), "/api/v2/events/ingest/a-1");
}

TEST(SessionRequest, EscapesWhatItHolds) {
  IngestionOptions options;
  options.user = R"(a"b)";
  EXPECT_EQ(session_request(options, Secret(R"(c\d)")),
            R"({"username":"a\"b","password":"c\\d","provider":"Local"})");
}

TEST(ReadLoginFailure, TellsARefusedAccountFromACollectorThatFails) {
  IngestionOptions options;
  options.user = "svc";
  for (const int status : {400, 401, 403}) {
    const IngestionAnswer answer = read_login_failure(status, "no", options, kNoSecrets);
    EXPECT_EQ(answer.verdict, IngestionVerdict::Forbidden) << status;
    EXPECT_THAT(answer.reason, HasSubstr("refuses the login of svc (provider Local; status"));
  }
  for (const int status : {200, 404, 500}) {
    const IngestionAnswer answer = read_login_failure(status, "{}", options, kNoSecrets);
    EXPECT_EQ(answer.verdict, IngestionVerdict::Unclear) << status;
    EXPECT_THAT(answer.reason, HasSubstr("begins no session"));
  }
}

TEST(ReadSession, TakesWhatIsFitForAHeader) {
  EXPECT_EQ(read_session(R"({"userId":"u","sessionId":"80Lmue/+=","ttl":1800})")->reveal(),
            "80Lmue/+=");
  for (const char* body : {"", "{}", "[]", R"({"sessionId":""})", R"({"sessionId":null})",
                           R"({"sessionId":"a\r\nX: y"})", R"({"sessionId":"a b"})"})
    EXPECT_FALSE(read_session(body)) << body;
  EXPECT_FALSE(read_session(R"({"sessionId":")" + std::string(9000, 'x') + R"("})"));
}

struct Answered {
  int status;
  const char* body;
  IngestionVerdict verdict;
  const char* reason;
};

class AnswersToEvents : public ::testing::TestWithParam<Answered> {};

TEST_P(AnswersToEvents, MeanWhatIsStored) {
  const auto& [status, body, verdict, reason] = GetParam();
  const IngestionAnswer answer = read_ingestion_answer(status, body, 7, kV1, kNoSecrets);
  EXPECT_EQ(answer.verdict, verdict) << status << body << answer.reason;
  EXPECT_THAT(answer.reason, HasSubstr(reason));
}

using enum IngestionVerdict;

INSTANTIATE_TEST_SUITE_P(
    Ingestion, AnswersToEvents,
    ::testing::Values(
        Answered{200, R"({"status":"ok","message":"events ingested","ingested":7})", Accepted, ""},
        Answered{200, R"({"message":"","received":7,"status":"ok"})", Accepted, ""},
        Answered{202, R"({"ingested":7})", Accepted, ""},
        Answered{200, R"({"ingested":6})", Unclear, "stored 6 of the 7 events"},
        Answered{200, R"({"ingested":8})", Unclear, "stored 8 of the 7 events"},
        Answered{200, R"({"ingested":0,"received":7})", Unclear, "stored 0 of the 7"},
        Answered{200, R"({"ingested":-7})", Unclear, "does not say how many"},
        Answered{200, R"({"ingested":7.5})", Unclear, "does not say how many"},
        Answered{200, R"({"ingested":null})", Unclear, "does not say how many"},
        Answered{200, R"({"ingested":7)", Unclear, "does not say how many"},
        Answered{200, "", Unclear, "does not say how many"},
        Answered{200, "[7]", Unclear, "does not say how many"},
        Answered{400, R"({"errorMessage":"Message field name is too long"})", Refused,
                 "status 400: Message field name is too long"},
        Answered{400, R"({"errorCode":"LIMIT_ERROR","errorMessage":"x"})", Refused, "400: x"},
        Answered{400, R"({"errorCode":"RESOURCE_EXHAUSTED","errorMessage":"x"})", Overloaded, "x"},
        Answered{400, "", Refused, "status 400"},
        Answered{400, R"({"errorMessage":"Missing events"})", Unclear, "received no events"},
        Answered{413, "<html>", Refused, "413: <html>"}, Answered{422, "{}", Refused, "422"},
        Answered{401, R"({"errorMessage":"Invalid session ID"})", SessionOver, "?user="},
        Answered{440, "", SessionOver, "status 440"},
        Answered{403, "", Forbidden, "does not let this account"},
        Answered{404, "", Unclear, "9543"},
        Answered{301, "", Unclear, "no answer of the ingestion API"},
        Answered{100, "", Unclear, "no answer of the ingestion API"},
        Answered{408, "", Overloaded, "408"}, Answered{429, "", Overloaded, "429"},
        Answered{500, "a\nb", Overloaded, "500: a b"}, Answered{503, "", Overloaded, "503"}));

class AnswersToNoEvents : public ::testing::TestWithParam<Answered> {};

TEST_P(AnswersToNoEvents, TellWhetherTheApiIsThere) {
  const auto& [status, body, verdict, reason] = GetParam();
  const IngestionAnswer answer = read_probe_answer(status, body, kV1, kNoSecrets);
  EXPECT_EQ(answer.verdict, verdict) << status << body << answer.reason;
  EXPECT_THAT(answer.reason, HasSubstr(reason));
}

INSTANTIATE_TEST_SUITE_P(
    Ingestion, AnswersToNoEvents,
    ::testing::Values(Answered{400, R"({"errorMessage":"Missing events"})", Accepted, ""},
                      Answered{200, R"({"ingested":0})", Accepted, ""},
                      Answered{429, "", Accepted, ""}, Answered{503, "busy", Accepted, ""},
                      Answered{400, "The plain HTTP request was sent to HTTPS port", Unclear,
                               "no answer of the ingestion API"},
                      Answered{200, "<html>", Unclear, "no answer of the ingestion API"},
                      Answered{302, "", Unclear, "no answer of the ingestion API"},
                      Answered{404, "", Unclear, "there is no such API"},
                      Answered{500, "x", Overloaded, "does not work (status 500: x)"},
                      Answered{401, "", SessionOver, "?user="},
                      Answered{403, "", Forbidden, "does not let this account"}));

TEST(Quotable, HidesASecretThatWouldBeCut) {
  const std::string secret = "Zk3vQ9xT7mB2nR8sL4wY6pC1dF5gH0jK";
  const Redactor redactor({Secret(secret)});
  for (std::size_t padding = 150; padding <= 205; ++padding) {
    std::string words(padding, 'x');
    words += secret;
    EXPECT_THAT(quotable(std::move(words), redactor), Not(HasSubstr("Zk3")));
  }
}

class SecretsInAnswers : public ::testing::TestWithParam<int> {};

TEST_P(SecretsInAnswers, AreHiddenWhereverTheyStand) {
  const int status = GetParam();
  const std::string secret = "Zk3vQ9xT7mB2nR8sL4wY6pC1dF5gH0jK";
  const Redactor redactor({Secret(secret)});
  for (std::size_t padding = 150; padding <= 205; padding += 5) {
    std::string body = R"({"errorMessage":")";
    body.append(padding, 'x').append(secret).append(R"("})");
    EXPECT_THAT(read_ingestion_answer(status, body, 7, kV1, redactor).reason,
                Not(HasSubstr("Zk3")));
    EXPECT_THAT(read_probe_answer(status, body, kV1, redactor).reason, Not(HasSubstr("Zk3")));
  }
}

INSTANTIATE_TEST_SUITE_P(Ingestion, SecretsInAnswers,
                         ::testing::Values(200, 302, 400, 401, 403, 404, 429, 500));

TEST(SecretsInAnswers, TakeNothingFromOurOwnWords) {
  for (const char* secret : {"eagle9", "elephant-9", "eyJhbGciOiJIUzI1NiJ9", ")o7"}) {
    const Redactor redactor({Secret(secret)});
    EXPECT_THAT(read_ingestion_answer(401, "{}", 7, kV1, redactor).reason,
                AllOf(HasSubstr("?user="), EndsWith("--collector-password-file")));
  }
}

TEST(SecretsInAnswers, DoNotChangeWhatAnAnswerMeans) {
  for (const char* secret : {"ev", "Missing", "RESOURCE", "ingested"}) {
    const Redactor redactor({Secret(secret)});
    const auto verdict = [&](int status, const char* body) {
      return read_ingestion_answer(status, body, 7, kV1, redactor).verdict;
    };
    EXPECT_EQ(verdict(200, R"({"message":"events ingested","ingested":7})"), Accepted);
    EXPECT_EQ(verdict(400, R"({"errorMessage":"Missing events"})"), Unclear);
    EXPECT_EQ(verdict(400, R"({"errorCode":"RESOURCE_EXHAUSTED"})"), Overloaded);
    EXPECT_EQ(read_probe_answer(400, R"({"errorMessage":"Missing events"})", kV1, redactor).verdict,
              Accepted);
  }
}

TEST(IngestionFacts, SayWhatToDoWithoutALogin) {
  const IngestionAnswer answer =
      read_ingestion_answer(401, "{}", 7, facts_of(IngestionApi::Vcf9), kNoSecrets);
  EXPECT_EQ(answer.verdict, SessionOver);
  EXPECT_THAT(answer.reason,
              AllOf(HasSubstr("the token in --collector-password-file"), Not(HasSubstr("?user="))));
}

TEST(ReducedEvent, HasTextAndTimeOnly) {
  EXPECT_EQ(reduced_event(
                R"({"text":"a \"b\" [x]","timestamp":17,"fields":[{"name":"n","content":"c"}]})"),
            R"({"text":"a \"b\" [x]","timestamp":17})");
  EXPECT_EQ(reduced_event(R"({"text":"t","timestamp":17,"n":"c"})"),
            R"({"text":"t","timestamp":17})");
}

TEST(DescribeEvent, NamesMessageAndFlow) {
  EXPECT_EQ(
      describe_event(R"({"text":"vRNI-Flow: x [y=\"z\"]","timestamp":1,"fields":[{"name":"n",)"
                     R"("content":"c"},{"name":"vrniflow_flow_id","content":"1:2:3"}]})"),
      R"("vRNI-Flow: x" (flow 1:2:3))");
  EXPECT_EQ(describe_event(R"({"text":"t","timestamp":1,"vrniflow_flow_id":"1:2:3"})"),
            R"("t" (flow 1:2:3))");
  EXPECT_EQ(describe_event(R"({"text":"vRNI-Manifest: x","timestamp":1})"),
            R"("vRNI-Manifest: x" (flow unknown))");
  EXPECT_EQ(describe_event("nonsense"), "an event");
}

}  // namespace
}  // namespace vrni2syslog
