#include "http/curl_cookies.h"

#include <curl/curl.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>

namespace vrni2syslog {
namespace {

class CurlCookiesTest : public testing::Test {
 protected:
  CurlCookiesTest() {
    curl_easy_setopt(transfer_.get(), CURLOPT_SHARE, cookies_.handle());
    curl_easy_setopt(transfer_.get(), CURLOPT_COOKIEFILE, "");
  }

  /// As a server's answer does.
  void set_cookie(const std::string& name, const std::string& value) {
    // Of cookies in the form of a header, libcurl takes 50 at a time.
    const std::string cookie = "vrni.local\tFALSE\t/\tFALSE\t0\t" + name + "\t" + value;
    curl_easy_setopt(transfer_.get(), CURLOPT_COOKIELIST, cookie.c_str());
  }

  [[nodiscard]] int kept() const {
    curl_slist* list = nullptr;
    curl_easy_getinfo(transfer_.get(), CURLINFO_COOKIELIST, &list);
    int count = 0;
    for (const curl_slist* cookie = list; cookie != nullptr; cookie = cookie->next) ++count;
    curl_slist_free_all(list);
    return count;
  }

  Redactor redactor_{{}};
  CurlCookies cookies_{redactor_};
  std::unique_ptr<CURL, decltype(&curl_easy_cleanup)> transfer_{curl_easy_init(),
                                                                &curl_easy_cleanup};
};

TEST_F(CurlCookiesTest, AreHiddenOnceTheyAreKnown) {
  set_cookie("AWSALB", "session-of-a-node");
  cookies_.note_after(transfer_.get());
  std::string text = "AWSALB=session-of-a-node";
  redactor_.hide_in(text);
  EXPECT_EQ(text, "AWSALB=<hidden>");
  EXPECT_EQ(kept(), 1);
}

TEST_F(CurlCookiesTest, AreSharedByTransfers) {
  set_cookie("AWSALB", "session-of-a-node");
  transfer_.reset(curl_easy_init());
  curl_easy_setopt(transfer_.get(), CURLOPT_SHARE, cookies_.handle());
  EXPECT_EQ(kept(), 1);
}

TEST_F(CurlCookiesTest, AreForgottenIfThereAreVeryMany) {
  for (int i = 0; i < 100; ++i) set_cookie("n" + std::to_string(i), "v");
  cookies_.note_after(transfer_.get());
  EXPECT_EQ(kept(), 100);
  set_cookie("one-more", "v");
  cookies_.note_after(transfer_.get());
  EXPECT_EQ(kept(), 0);
}

}  // namespace
}  // namespace vrni2syslog
