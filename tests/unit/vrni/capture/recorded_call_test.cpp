#include "vrni/capture/recorded_call.h"

#include "support/fake_http_client.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <utility>

namespace vrni2syslog {
namespace {

using std::chrono::milliseconds;
using testing::HasSubstr;

[[nodiscard]] RecordedCall search_call(HttpResponse response) {
  return {.method = "POST",
          .path = "/search",
          .body = R"({"entity_type":"Flow"})",
          .response = std::move(response),
          .start = WallTime(milliseconds(1'763'800'000'123)),
          .duration = milliseconds(87)};
}

[[nodiscard]] RecordedCall read_back(const RecordedCall& call) {
  std::string json = to_json(call);
  RecordedCall read;
  EXPECT_TRUE(read_recorded_call(json, read));
  return read;
}

TEST(RecordedCall, IsOneObjectThatAPersonCanRead) {
  HttpResponse response = answer(429, "{\"code\":429}\n");
  response.content_type = "application/json";
  response.retry_after = std::chrono::seconds(7);
  EXPECT_EQ(to_json(search_call(response)),
            R"({"time":"2025-11-22T08:26:40.123Z",
 "took_ms":87,
 "method":"POST",
 "path":"/search",
 "request":"{\"entity_type\":\"Flow\"}",
 "outcome":"answered",
 "status":429,
 "content_type":"application/json",
 "retry_after_s":7,
 "answer":"{\"code\":429}\n"}
)");
}

TEST(RecordedCall, ComesBackAsItWas) {
  HttpResponse response = answer(200, "{}");
  response.content_type = "application/json;charset=UTF-8";
  response.retry_after = std::chrono::seconds(3);
  const RecordedCall read = read_back(search_call(response));
  EXPECT_EQ(read.method, "POST");
  EXPECT_EQ(read.path, "/search");
  EXPECT_EQ(read.body, R"({"entity_type":"Flow"})");
  EXPECT_EQ(read.response.outcome, HttpOutcome::Answered);
  EXPECT_EQ(read.response.status, 200);
  EXPECT_EQ(read.response.content_type, "application/json;charset=UTF-8");
  EXPECT_EQ(read.response.retry_after, std::chrono::seconds(3));
  EXPECT_EQ(read.response.body, "{}");
  EXPECT_EQ(read_back(search_call(answer(204, ""))).response.retry_after, std::nullopt);
}

TEST(RecordedCall, KeepsEveryByteOfAnAnswer) {
  std::string bytes;
  for (int i = 0; i < 256; ++i) bytes += static_cast<char>(i);
  for (const std::string& body :
       {bytes, std::string(R"("\ud800 \\ud800 \\\ud800 \/")"), std::string("\xEF\xBB\xBF{}"),
        std::string("\xED\xA0\x80 \xC0\x80"), std::string("\\"), std::string("\"}")}) {
    EXPECT_EQ(read_back(search_call(answer(200, body))).response.body, body);
  }
}

TEST(RecordedCall, KeepsHowACallEndedWithoutAnAnswer) {
  for (const HttpOutcome outcome :
       {HttpOutcome::CannotConnect, HttpOutcome::ProxyLoginRefused, HttpOutcome::CertificateRefused,
        HttpOutcome::TimedOut, HttpOutcome::CutOff, HttpOutcome::TooLarge,
        HttpOutcome::Undecodable}) {
    const HttpResponse read = read_back(search_call(failure(outcome, "the cable is out"))).response;
    EXPECT_EQ(read.outcome, outcome);
    EXPECT_EQ(read.error, "the cable is out");
    EXPECT_EQ(read.status, 0);
  }
}

TEST(RecordedCall, IsRefusedWhereSomethingIsMissingOrMakesNoSense) {
  const std::pair<const char*, const char*> rows[] = {
      {"", "empty"},
      {"{", ""},
      {"[]", "no request"},
      {"\"text\"", "no request"},
      {"{}", "no request"},
      {R"([{"method":"POST","path":"/search","outcome":"timed-out"}])", "no request"},
      {R"({"x":{"method":"POST","path":"/search","outcome":"timed-out"}})", "no request"},
      {R"({"method":"POST","outcome":"timed-out"})", "no request"},
      {R"({"method":"POST","path":{"a":1},"outcome":"timed-out"})", "no request"},
      {R"({"method":"POST","path":"/search"})", "how the call ended"},
      {R"({"method":"POST","path":"/search","outcome":"well"})", "how the call ended"},
      {R"({"method":"POST","path":"/s","outcome":"answered","answer":""})", "no status"},
      {R"({"method":"POST","path":"/s","outcome":"answered","status":99,"answer":""})",
       "no status"},
      {R"({"method":"POST","path":"/s","outcome":"answered","status":1e2,"answer":""})",
       "no status"},
      {R"({"method":"POST","path":"/s","outcome":"answered","status":-200,"answer":""})",
       "no status"},
      {R"({"method":"POST","path":"/s","outcome":"answered","status":99999999999999999999,
           "answer":""})",
       "no status"},
      {R"({"method":"POST","path":"/s","outcome":"answered","status":200})", "no answer"},
      {R"({"method":"POST","path":"/s","outcome":"answered","status":200,"answer":{"a":1}})",
       "no answer"},
  };
  for (const auto& [text, problem] : rows) {
    std::string json(text);
    RecordedCall call;
    const Outcome read = read_recorded_call(json, call);
    ASSERT_FALSE(read) << text;
    EXPECT_THAT(read.problem(), HasSubstr(problem)) << text;
  }
}

TEST(RecordedCall, CannotForgeAMessageOrWaitForEver) {
  std::string json =
      R"({"method":"POST","path":"/s","outcome":"cut-off","error":"a\nvrni2syslog: forged"})";
  RecordedCall call;
  ASSERT_TRUE(read_recorded_call(json, call));
  EXPECT_EQ(call.response.error, "a vrni2syslog: forged");
  json = R"({"method":"POST","path":"/s","outcome":"answered","status":429,"answer":"",
             "retry_after_s":999999999999})";
  ASSERT_TRUE(read_recorded_call(json, call));
  EXPECT_EQ(call.response.retry_after, std::chrono::hours(24));
}

TEST(RecordedCall, IsNoneOfThoseThatCarryCredentials) {
  constexpr std::string_view kBase = "https://vrni.local/api/ni";
  const std::pair<const char*, std::optional<std::string_view>> rows[] = {
      {"https://vrni.local/api/ni/search", "/search"},
      {"https://vrni.local/api/ni/entities/flows?size=10", "/entities/flows?size=10"},
      {"https://vrni.local/api/ni/auth/token", std::nullopt},
      {"https://vrni.local/api/ni/auth/vidm/token", std::nullopt},
      {"https://vrni.local/api/ni", std::nullopt},
      {"https://vrni.local/api/night", std::nullopt},
      {"https://console.cloud.vmware.com/csp/gateway/am/api/auth", std::nullopt},
  };
  for (const auto& [url, path] : rows) {
    HttpRequest request;
    request.url = url;
    EXPECT_EQ(recordable_path(request, kBase), path) << url;
  }
}

TEST(RecordedCall, IsInAFileNamedByNumberAndOperation) {
  EXPECT_EQ(recorded_call_name(42, "/search"), "000042-search.json.gz");
  EXPECT_EQ(recorded_call_name(1, "/entities/fetch"), "000001-entities-fetch.json.gz");
  EXPECT_EQ(recorded_call_name(1'000'000, "/../../etc/passwd"), "1000000-------etc-passwd.json.gz");
  EXPECT_LT(recorded_call_name(1, "/" + std::string(1000, 'a')).size(), 100U);
}

TEST(RecordedCall, IsKnownByTheNameOfItsFile) {
  for (const std::size_t number : {1UL, 42UL, 999'999UL, 1'000'000UL})
    EXPECT_EQ(recorded_call_number(recorded_call_name(number, "/search")), number);
  for (const char* name :
       {"capture.json", "README", "", "000042", "000042-search.json", "42-search.json.gz",
        "000042-search.json.gz.aB3xYz", "000042search.json.gz", "-00042-search.json.gz",
        "0000000042-search.json.gz", "99999999999999999999-search.json.gz"}) {
    EXPECT_EQ(recorded_call_number(name), std::nullopt) << name;
  }
}

}  // namespace
}  // namespace vrni2syslog
