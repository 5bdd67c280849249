#include "base/user_info.h"

#include <gtest/gtest.h>

namespace vrni2syslog {
namespace {

TEST(UserInfo, IsLeftOutOfAnAddress) {
  struct Row {
    const char* address;
    const char* shown;
  };
  for (const Row& row : {
           Row{"https://bob:hunter2@h", "https://h"},
           Row{"https://bob@h:8443/api/ni", "https://h:8443/api/ni"},
           Row{"bob:hunter2@h", "h"},
           Row{"bob:hunter2@[2001:db8::1]:443", "[2001:db8::1]:443"},
           Row{"https://bob:hunt@er2@h", "https://h"},
           Row{"https://bob:hunt/er2@h", "https://h"},
           Row{"https://bob:hunt?er2@h/path", "https://h/path"},
           Row{"https://bob:hun:ter/2@h", "https://h"},
           Row{"https://bob::/hunter2@h", "https://h"},
           Row{"https://[bob:hunt/er2@h", "https://h"},
           Row{"https://[::1]bob:hunt/er2@h", "https://h"},
           Row{"https://bob:123456/hunter2@h", "https://h"},
           Row{"tls://bob:hunt,er2@h", "tls://h"},
           Row{"https://bob:hunt,er://2@h", "https://h"},
           Row{"tls://b:hunter2@h,tcp://c:hunter2@i:514,-", "tls://h,tcp://i:514,-"},
           Row{"tls://h,tcp://c:hunter2@i", "tls://h,tcp://i"},
       }) {
    EXPECT_EQ(without_user_info(row.address), row.shown);
  }
}

TEST(UserInfo, IsNotTakenForWhatItIsNot) {
  for (const char* const address :
       {"", "-", "h", "h:443", "2001:db8::1", "[2001:db8::1]:443", "https://h:443/api/ni",
        "tls://h?ca-file=/etc/a@b.pem", "tls://h:6514?ca-file=/etc/a@b.pem", "https://h/a@b",
        "https://[2001:db8::1]:443/a@b", "https://[2001:db8::1]/a@b", "2001:db8::1/a@b",
        "file:///var/log/a@b.log", "unix:///run/a@b", "tls://a,file:///a@b,unix:///c@d,-",
        "udp://h:514,-"}) {
    EXPECT_EQ(without_user_info(address), address);
  }
}

}  // namespace
}  // namespace vrni2syslog
