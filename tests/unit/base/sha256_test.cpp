#include "base/sha256.h"

#include <gtest/gtest.h>

namespace vrni2syslog {
namespace {

TEST(Sha256, DigestsTheExamplesOfTheStandard) {
  EXPECT_EQ(to_hex(Sha256().finish()),
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  Sha256 sha;
  sha.update("a");
  sha.update("bc");
  EXPECT_EQ(to_hex(sha.finish()),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

}  // namespace
}  // namespace vrni2syslog
