#include "transport/relp/relp_frame_parser.h"

#include "base/error.h"
#include "support/error_of.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

namespace vrni2syslog {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

/// The frames of `bytes`, which come `step` at a time, each as "NUMBER|COMMAND|DATA".
std::vector<std::string> parse(std::string_view bytes, std::size_t step) {
  RelpFrameParser parser;
  std::vector<std::string> frames;
  while (!bytes.empty()) {
    std::string_view piece = bytes.substr(0, step);
    bytes.remove_prefix(piece.size());
    while (!piece.empty()) {
      const RelpFrame* frame = parser.next(piece);
      if (frame != nullptr)
        frames.push_back(std::to_string(frame->number) + "|" + frame->command + "|" + frame->data);
    }
  }
  return frames;
}

TEST(RelpFrames, AreFoundHoweverTheyAreSplit) {
  const std::string bytes =
      "1 rsp 14 200 OK\na=b\nc=d\n999999999 rsp 6 200 OK\n3 rsp 0\n0 serverclose 0\n"
      "0 X 000000003 \n \n\n007 rsp 1 x\n";
  for (std::size_t step = 1; step <= bytes.size(); ++step) {
    EXPECT_THAT(parse(bytes, step), ElementsAre("1|rsp|200 OK\na=b\nc=d", "999999999|rsp|200 OK",
                                                "3|rsp|", "0|serverclose|", "0|X|\n \n", "7|rsp|x"))
        << step;
  }
}

TEST(RelpFrames, MayBeAsLongAsRelpAllows) {
  const std::string data(kMaxRelpDataBytes, 'x');
  const std::string command(32, 'c');
  EXPECT_THAT(parse("1 " + command + " 131072 " + data + "\n", 5000),
              ElementsAre("1|" + command + "|" + data));
}

struct BadFrame {
  const char* bytes;
  const char* complaint;
};

class BadFrames : public testing::TestWithParam<BadFrame> {};

TEST_P(BadFrames, AreRefusedHoweverTheyAreSplit) {
  const std::string bytes = GetParam().bytes;
  for (std::size_t step = 1; step <= bytes.size(); ++step) {
    const Error error = error_of([&] { (void)parse(bytes, step); });
    EXPECT_EQ(error.fault(), Fault::Unconfirmed);
    EXPECT_THAT(error.what(), HasSubstr(GetParam().complaint)) << step;
  }
}

INSTANTIATE_TEST_SUITE_P(
    Table, BadFrames,
    testing::Values(
        BadFrame{"HTTP/1.1 400 Bad Request\r\n", "something that is not RELP: \"H"},
        BadFrame{"\n", "not RELP"}, BadFrame{" rsp 0\n", "not RELP"}, BadFrame{"-1 rsp 0\n", "-"},
        BadFrame{"+1 rsp 0\n", "+"}, BadFrame{"1234567890 rsp 0\n", "\"1234567890"},
        BadFrame{"0000000001 rsp 0\n", "\"0000000001"}, BadFrame{"1\trsp 0\n", "\"1 "},
        BadFrame{"1  rsp 0\n", "\"1  "}, BadFrame{"1 r5p 0\n", "\"1 r5"},
        BadFrame{"1 rsp\n", "\"1 rsp "}, BadFrame{"1 rsp  0\n", "\"1 rsp  "},
        BadFrame{"1 abcdefghijklmnopqrstuvwxyzabcdefg 0\n", "not RELP"},
        BadFrame{"1 rsp x\n", "\"1 rsp x"}, BadFrame{"1 rsp -1 x\n", "\"1 rsp -"},
        BadFrame{"1 rsp \n", "\"1 rsp  "}, BadFrame{"1 rsp 6\n200 OK\n", "\"1 rsp 6 "},
        BadFrame{"1 rsp 0 \n", "\"1 rsp 0 "}, BadFrame{"1 rsp 6 200 OKAY\n", "\"1 rsp 6 A"},
        BadFrame{"1 rsp 131073 200 OK\n", "131073 bytes, but at most 131072 are allowed"},
        BadFrame{"1 rsp 999999999 200 OK\n", "999999999 bytes"},
        BadFrame{"1 rsp 4294967297 200 OK\n", "\"1 rsp 4294967297"},
        BadFrame{"\x15\x03\x01 12", "is not RELP"}));

TEST(RelpFrames, AreShownOnOneLineIfTheyAreWrong) {
  const Error error = error_of([] { (void)parse("1 \x1b[2J\nrsp\xff", 100); });
  EXPECT_EQ(std::string(error.what()).find_first_of("\x1b\n\xff"), std::string::npos);
}

}  // namespace
}  // namespace vrni2syslog
