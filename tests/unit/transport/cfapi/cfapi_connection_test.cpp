#include "transport/cfapi/cfapi_connection.h"

#include "collector_fixture.h"
#include "scripted_http_peer.h"

#include <gmock/gmock.h>

namespace vrni2syslog {
namespace {

using ::testing::AllOf;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

/// What the API answers to a request without events.
const std::string kThere = http_answer(400, R"({"errorMessage":"Missing events"})");
const std::string kFirstEvent = R"({"text":"a","timestamp":1})";
const std::string kSecondEvent = R"({"text":"b","timestamp":2})";

class CfapiConnectionTest : public CollectorFixture {
 protected:
  CfapiConnectionTest() { options_.agent = "a-1"; }

  static std::string address_of(const ScriptedHttpPeer& peer, const std::string& query = {}) {
    return "cfapi+http://" + peer.address() + "?gzip=0" + query;
  }
};

TEST_F(CfapiConnectionTest, PostsEventsAndBelievesTheCount) {
  ScriptedHttpPeer peer({kThere, http_answer(200, R"({"ingested":2})")});
  const Receipt receipt = deliver(address_of(peer), {kFirstEvent, kSecondEvent});
  EXPECT_EQ(receipt.verdict, Verdict::Consumed);
  peer.join();
  ASSERT_EQ(peer.requests.size(), 2U);
  EXPECT_THAT(peer.requests[0], AllOf(StartsWith("POST /api/v1/events/ingest/a-1 HTTP/1.1\r\n"),
                                      HasSubstr("\r\nContent-Type: application/json\r\n"),
                                      EndsWith(R"({"events":[]})")));
  EXPECT_THAT(peer.requests[1], AllOf(StartsWith("POST /api/v1/events/ingest/a-1 HTTP/1.1\r\n"),
                                      EndsWith(R"({"events":[{"text":"a","timestamp":1},)"
                                               R"({"text":"b","timestamp":2}]})")));
}

TEST_F(CfapiConnectionTest, ConfirmsAnEpochWithoutLinesAtOnce) {
  ScriptedHttpPeer peer({kThere});
  const Receipt receipt = deliver(address_of(peer), {});
  EXPECT_EQ(receipt.verdict, Verdict::Consumed);
}

TEST_F(CfapiConnectionTest, DoesNotConfirmAnotherCount) {
  ScriptedHttpPeer peer({kThere, http_answer(200, R"({"ingested":1})")});
  const Receipt receipt = deliver(address_of(peer), {kFirstEvent, kSecondEvent});
  EXPECT_EQ(receipt.verdict, Verdict::Failed);
  EXPECT_THAT(receipt.detail, HasSubstr("stored 1 of the 2 events"));
}

TEST_F(CfapiConnectionTest, SendsARefusedEventWithoutItsFieldsAndNamesIt) {
  ScriptedHttpPeer peer({kThere, http_answer(400, R"({"errorMessage":"no"})"),
                         http_answer(200, R"({"ingested":1})")});
  const Receipt receipt = deliver(
      address_of(peer),
      {R"({"text":"a","timestamp":1,"fields":[{"name":"vrniflow_flow_id","content":"7"}]})"});
  EXPECT_EQ(receipt.verdict, Verdict::Consumed);
  EXPECT_THAT(log_text_, HasSubstr("refuses the event \"a\" (flow 7) (status 400: no)"));
  peer.join();
  EXPECT_THAT(peer.requests.back(), EndsWith(R"({"events":[{"text":"a","timestamp":1}]})"));
}

TEST_F(CfapiConnectionTest, LogsInAgainOnceASessionIsOver) {
  options_.password = Secret("secret-of-test");
  const std::string session = http_answer(200, R"({"sessionId":"first"})");
  const std::string next_session = http_answer(200, R"({"sessionId":"second"})");
  ScriptedHttpPeer peer({session, kThere, http_answer(440, "{}"), next_session,
                         http_answer(200, R"({"ingested":1})")});
  const Receipt receipt = deliver(address_of(peer, "&user=svc"), {kFirstEvent});
  EXPECT_EQ(receipt.verdict, Verdict::Consumed);
  EXPECT_THAT(peer_description_, HasSubstr("session of svc"));
  peer.join();
  ASSERT_EQ(peer.requests.size(), 5U);
  EXPECT_THAT(
      peer.requests[0],
      AllOf(StartsWith("POST /api/v1/sessions "),
            EndsWith(R"({"username":"svc","password":"secret-of-test","provider":"Local"})")));
  EXPECT_THAT(peer.requests[2], HasSubstr("\r\nAuthorization: Bearer first\r\n"));
  EXPECT_THAT(peer.requests[4], HasSubstr("\r\nAuthorization: Bearer second\r\n"));
}

TEST_F(CfapiConnectionTest, IsOutOfReachWithoutTheApi) {
  ScriptedHttpPeer peer({http_answer(404, "nothing here")});
  const Error error = open_error(address_of(peer));
  EXPECT_EQ(error.fault(), Fault::Unreachable);
  EXPECT_THAT(error.what(), HasSubstr("no such API"));
}

TEST_F(CfapiConnectionTest, IsRefusedWithAWrongPassword) {
  options_.password = Secret("secret-of-test");
  ScriptedHttpPeer peer({http_answer(401, R"({"errorMessage":"no secret-of-test"})")});
  const Error error = open_error(address_of(peer, "&user=svc"));
  EXPECT_EQ(error.fault(), Fault::LoginRefused);
  EXPECT_THAT(error.what(), AllOf(HasSubstr("refuses the login of svc"), HasSubstr("<hidden>")));
}

TEST_F(CfapiConnectionTest, ShowsNoPartOfAPasswordOrASession) {
  options_.password = Secret("Zk3vQ9xT7mB2nR8sL4wY6pC1dF5gH0jK");
  std::string echo(160, 'x');
  echo += "Zk3vQ9xT7mB2nR8sL4wY6pC1dF5gH0jK";
  const std::string unfit = R"({"sessionId":"Zk3 0123456789"})";
  for (const std::string& answer :
       {http_answer(401, echo), http_answer(500, echo), http_answer(200, echo),
        http_answer(200, unfit), http_answer(302, R"({"sessionId":"Zk3-0123456789"})")}) {
    ScriptedHttpPeer peer({answer});
    const Error error = open_error(address_of(peer, "&user=svc"));
    EXPECT_THAT(error.what(), Not(HasSubstr("Zk3"))) << answer;
  }
}

TEST_F(CfapiConnectionTest, EndsAtOnceWhenItIsStopped) {
  ScriptedHttpPeer peer({kThere});
  const auto target = collector(address_of(peer));
  target->open();
  target->send(batch({kFirstEvent}));
  target->end_epoch();
  stop_.request_stop();
  EXPECT_EQ(target->wait_for_receipt().verdict, Verdict::Failed);
}

}  // namespace
}  // namespace vrni2syslog
