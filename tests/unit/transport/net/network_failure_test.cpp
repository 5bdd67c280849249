#include "transport/net/network_failure.h"

#include <gtest/gtest.h>

#include <cerrno>
#include <netdb.h>

namespace vrni2syslog {
namespace {

struct NetworkFailureCase {
  const char* name;
  std::string text;
  const char* expected;
};

class NetworkFailure : public testing::TestWithParam<NetworkFailureCase> {};

TEST_P(NetworkFailure, IsToldWithWhatToCheck) {
  EXPECT_EQ(GetParam().text, GetParam().expected);
}

INSTANTIATE_TEST_SUITE_P(
    Table, NetworkFailure,
    testing::Values(
        NetworkFailureCase{
            "Refused", connect_failure_text(ECONNREFUSED, 6514),
            "Connection refused (is the collector running, and listening on port 6514?)"},
        NetworkFailureCase{"Reset", connect_failure_text(ECONNRESET, 514),
                           "Connection reset by peer (is the collector behind port 514 running?)"},
        NetworkFailureCase{"TimedOut", connect_failure_text(ETIMEDOUT, 514),
                           "Connection timed out (is the collector up, and does every firewall let "
                           "port 514 pass?)"},
        NetworkFailureCase{
            "NoRouteToHost", connect_failure_text(EHOSTUNREACH, 514),
            "No route to host (is the collector's host up, and no firewall in between?)"},
        NetworkFailureCase{"NoNetwork", connect_failure_text(ENETUNREACH, 514),
                           "Network is unreachable (does this computer have a route there?)"},
        NetworkFailureCase{"Forbidden", connect_failure_text(EPERM, 514),
                           "Operation not permitted (does a firewall of this computer forbid it?)"},
        NetworkFailureCase{"Other", connect_failure_text(EMFILE, 514), "Too many open files"},
        NetworkFailureCase{
            "NoSocket", unix_failure_text(ENOENT),
            "No such file or directory (is the syslog daemon running, and is that its socket?)"},
        NetworkFailureCase{"SocketOfOthers", unix_failure_text(EACCES),
                           "Permission denied (may this user write to the socket?)"},
        NetworkFailureCase{"SocketInUse", unix_failure_text(EAGAIN),
                           "its queue of connections is full (does the syslog daemon hang?)"},
        NetworkFailureCase{"NoName", lookup_failure_text(EAI_NONAME, 0),
                           "the name does not exist (is it spelt right?)"},
        NetworkFailureCase{"NoAddress", lookup_failure_text(EAI_NODATA, 0),
                           "the name has no address (is it the right one?)"},
        NetworkFailureCase{
            "NoAnswer", lookup_failure_text(EAI_AGAIN, 0),
            "no name server could tell (are this computer's name servers right, and up?)"},
        NetworkFailureCase{"System", lookup_failure_text(EAI_SYSTEM, EMFILE),
                           "Too many open files"},
        NetworkFailureCase{"OtherLookup", lookup_failure_text(EAI_FAMILY, 0),
                           "ai_family not supported"}),
    [](const auto& row) { return row.param.name; });

}  // namespace
}  // namespace vrni2syslog
