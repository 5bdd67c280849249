#include "transport/stream/receipt_machine.h"

#include <gtest/gtest.h>

#include <vector>

namespace vrni2syslog {
namespace {

using Event = CloseEvent;

enum class Kind { Tcp, Tls, UnixStream };

ReceiptMachine machine_of(Kind kind) {
  return {kind == Kind::Tls ? CloseAction::SendCloseNotify : CloseAction::ShutWrite,
          kind == Kind::UnixStream ? Verdict::Consumed : Verdict::Acked};
}

struct CloseCase {
  const char* name;
  Kind kind;
  std::vector<Event> events;
  Verdict verdict;
  const char* detail;
};

class ClosedStream : public testing::TestWithParam<CloseCase> {};

TEST_P(ClosedStream, ProvesWhatItsEndShows) {
  const CloseCase& row = GetParam();
  ReceiptMachine machine = machine_of(row.kind);
  for (const Event event : row.events) {
    ASSERT_NE(machine.action(), CloseAction::Done) << "ended before the last event";
    machine.handle(event, "the reason");
  }
  ASSERT_EQ(machine.action(), CloseAction::Done);
  EXPECT_EQ(machine.receipt().verdict, row.verdict);
  EXPECT_EQ(machine.receipt().detail, row.detail);
}

constexpr const char* kEarly = "the collector closed the connection before the end";

INSTANTIATE_TEST_SUITE_P(
    Table, ClosedStream,
    testing::Values(
        CloseCase{"TcpAnsweredByAFin",
                  Kind::Tcp,
                  {Event::Drained, Event::WriteShut, Event::PeerEof},
                  Verdict::Consumed,
                  ""},
        CloseCase{"TcpLeftOpen",
                  Kind::Tcp,
                  {Event::Drained, Event::WriteShut, Event::TimedOut},
                  Verdict::Acked,
                  "the reason"},
        CloseCase{"TcpResetAfterOurFin",
                  Kind::Tcp,
                  {Event::Drained, Event::WriteShut, Event::Broken},
                  Verdict::Failed,
                  "the reason"},
        CloseCase{
            "TcpClosedByThePeerFirst", Kind::Tcp, {Event::PeerEndedFirst}, Verdict::Failed, kEarly},
        CloseCase{"TcpClosedOutOfTurn", Kind::Tcp, {Event::PeerEof}, Verdict::Failed, kEarly},
        CloseCase{"TcpClosedBeforeOurFinHadCome",
                  Kind::Tcp,
                  {Event::Drained, Event::WriteShut, Event::PeerEndedFirst},
                  Verdict::Failed,
                  kEarly},
        CloseCase{
            "TcpNeverAcknowledged", Kind::Tcp, {Event::TimedOut}, Verdict::Failed, "the reason"},
        CloseCase{
            "TcpResetWhileDraining", Kind::Tcp, {Event::Broken}, Verdict::Failed, "the reason"},
        CloseCase{"TcpResetBeforeOurFin",
                  Kind::Tcp,
                  {Event::Drained, Event::Broken},
                  Verdict::Failed,
                  "the reason"},
        CloseCase{"TlsAnsweredInFull",
                  Kind::Tls,
                  {Event::Drained, Event::CloseNotifySent, Event::PeerCloseNotify, Event::WriteShut,
                   Event::PeerEof},
                  Verdict::Consumed,
                  ""},
        CloseCase{"TlsAnsweredByAFinOnly",
                  Kind::Tls,
                  {Event::Drained, Event::CloseNotifySent, Event::PeerEof, Event::WriteShut,
                   Event::PeerEof},
                  Verdict::Consumed,
                  ""},
        CloseCase{"TlsAnsweredByAFinAndAReset",
                  Kind::Tls,
                  {Event::Drained, Event::CloseNotifySent, Event::PeerEof, Event::WriteShut,
                   Event::Broken},
                  Verdict::Failed,
                  "the reason"},
        CloseCase{"TlsAnsweredByCloseNotifyOnly",
                  Kind::Tls,
                  {Event::Drained, Event::CloseNotifySent, Event::PeerCloseNotify, Event::WriteShut,
                   Event::TimedOut},
                  Verdict::Acked,
                  "the reason"},
        CloseCase{"TlsAnsweringOurFinAtLast",
                  Kind::Tls,
                  {Event::Drained, Event::CloseNotifySent, Event::TimedOut, Event::WriteShut,
                   Event::PeerEof},
                  Verdict::Consumed,
                  ""},
        CloseCase{"TlsAnsweringLateInFull",
                  Kind::Tls,
                  {Event::Drained, Event::CloseNotifySent, Event::TimedOut, Event::WriteShut,
                   Event::PeerCloseNotify, Event::PeerEof},
                  Verdict::Consumed,
                  ""},
        CloseCase{"TlsAnsweringLateByCloseNotifyOnly",
                  Kind::Tls,
                  {Event::Drained, Event::CloseNotifySent, Event::TimedOut, Event::WriteShut,
                   Event::PeerCloseNotify, Event::TimedOut},
                  Verdict::Acked,
                  "the reason"},
        CloseCase{"TlsEndedBeforeOurCloseNotifyHadCome",
                  Kind::Tls,
                  {Event::Drained, Event::CloseNotifySent, Event::PeerEndedFirst},
                  Verdict::Failed,
                  kEarly},
        CloseCase{"TlsResetBehindItsLateCloseNotify",
                  Kind::Tls,
                  {Event::Drained, Event::CloseNotifySent, Event::TimedOut, Event::WriteShut,
                   Event::PeerCloseNotify, Event::Broken},
                  Verdict::Failed,
                  "the reason"},
        CloseCase{"TlsLeftOpen",
                  Kind::Tls,
                  {Event::Drained, Event::CloseNotifySent, Event::TimedOut, Event::WriteShut,
                   Event::TimedOut},
                  Verdict::Acked,
                  "the reason"},
        CloseCase{"TlsRefusedByAnAlert",
                  Kind::Tls,
                  {Event::Drained, Event::CloseNotifySent, Event::Broken},
                  Verdict::Failed,
                  "the reason"},
        CloseCase{"TlsResetBehindItsCloseNotify",
                  Kind::Tls,
                  {Event::Drained, Event::CloseNotifySent, Event::PeerCloseNotify, Event::WriteShut,
                   Event::Broken},
                  Verdict::Failed,
                  "the reason"},
        CloseCase{
            "TlsClosedByThePeerFirst", Kind::Tls, {Event::PeerEndedFirst}, Verdict::Failed, kEarly},
        CloseCase{
            "TlsEndedOutOfTurn", Kind::Tls, {Event::PeerCloseNotify}, Verdict::Failed, kEarly},
        CloseCase{"TlsUnableToSayGoodbye",
                  Kind::Tls,
                  {Event::Drained, Event::TimedOut},
                  Verdict::Failed,
                  "the reason"},
        CloseCase{"UnixAnswered",
                  Kind::UnixStream,
                  {Event::Drained, Event::WriteShut, Event::PeerEof},
                  Verdict::Consumed,
                  ""},
        CloseCase{"UnixLeftOpenButRead",
                  Kind::UnixStream,
                  {Event::Drained, Event::WriteShut, Event::TimedOut},
                  Verdict::Consumed,
                  ""},
        CloseCase{
            "UnixNeverRead", Kind::UnixStream, {Event::TimedOut}, Verdict::Failed, "the reason"}),
    [](const auto& row) { return row.param.name; });

TEST(ReceiptMachine, EndsTheTlsStreamBeforeTheConnection) {
  ReceiptMachine machine = machine_of(Kind::Tls);
  EXPECT_EQ(machine.action(), CloseAction::AwaitDrain);
  machine.handle(Event::Drained);
  EXPECT_EQ(machine.action(), CloseAction::SendCloseNotify);
  machine.handle(Event::CloseNotifySent);
  EXPECT_EQ(machine.action(), CloseAction::AwaitCloseNotify);
  machine.handle(Event::PeerCloseNotify);
  EXPECT_EQ(machine.action(), CloseAction::ShutWrite);
  machine.handle(Event::WriteShut);
  EXPECT_EQ(machine.action(), CloseAction::AwaitEof);
}

TEST(ReceiptMachine, KeepsItsVerdict) {
  ReceiptMachine machine = machine_of(Kind::Tcp);
  machine.handle(Event::PeerEof);
  machine.handle(Event::Drained);
  EXPECT_EQ(machine.action(), CloseAction::Done);
  EXPECT_EQ(machine.receipt().verdict, Verdict::Failed);
}

}  // namespace
}  // namespace vrni2syslog
