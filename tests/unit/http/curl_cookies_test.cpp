#include "http/curl_cookies.h"

#include <curl/curl.h>
#include <gtest/gtest.h>

#include <memory>
#include <random>
#include <string>
#include <vector>

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

  /// The values of the cookies that the next request would send.
  [[nodiscard]] std::vector<std::string> values() const {
    curl_slist* list = nullptr;
    curl_easy_getinfo(transfer_.get(), CURLINFO_COOKIELIST, &list);
    std::vector<std::string> values;
    for (const curl_slist* cookie = list; cookie != nullptr; cookie = cookie->next) {
      const std::string line = cookie->data;
      values.push_back(line.substr(line.rfind('\t') + 1));
    }
    curl_slist_free_all(list);
    return values;
  }

  [[nodiscard]] int kept() const { return static_cast<int>(values().size()); }

  Redactor redactor_{{}};
  CurlCookies cookies_{redactor_};
  std::unique_ptr<CURL, decltype(&curl_easy_cleanup)> transfer_{curl_easy_init(),
                                                                &curl_easy_cleanup};
};

TEST_F(CurlCookiesTest, AreHiddenOnceTheyAreKnown) {
  set_cookie("AWSALB", "session-of-a-node");
  cookies_.take_cookies_of(transfer_.get());
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

TEST_F(CurlCookiesTest, AreRefusedOnceThereAreVeryMany) {
  const auto most = static_cast<int>(CurlCookies::kMaxKept);
  for (int i = 0; i < most; ++i) set_cookie("n" + std::to_string(i), "v");
  cookies_.take_cookies_of(transfer_.get());
  EXPECT_EQ(kept(), most);
  set_cookie("one-more", "v");
  cookies_.take_cookies_of(transfer_.get());
  EXPECT_EQ(kept(), 0);
  set_cookie("another", "v");
  cookies_.take_cookies_of(transfer_.get());
  EXPECT_EQ(kept(), 0) << "a new value with every answer would drive others out of the redactor";
}

TEST_F(CurlCookiesTest, AreAllHiddenThatCanBeSent) {
  std::mt19937 random(7);
  const std::string session = "session-of-the-login";
  set_cookie("JSESSIONID", session);
  cookies_.take_cookies_of(transfer_.get());
  for (int answer = 0; answer < 200; ++answer) {
    // Cookies of few names are replaced again and again, those of many names fill the store.
    const auto name = random() % (answer < 100 ? 9 : 200);
    set_cookie("n" + std::to_string(name), "cookie-of-answer-" + std::to_string(answer));
    cookies_.take_cookies_of(transfer_.get());
    std::string text;
    for (const std::string& value : values()) text += value + " ";
    ASSERT_TRUE(answer >= 100 || text.find(session) != std::string::npos);
    redactor_.hide_in(text);
    ASSERT_EQ(text.find_first_not_of("<hidden> "), std::string::npos) << text;
  }
}

}  // namespace
}  // namespace vrni2syslog
