#include "http/curl_cookies.h"

#include "base/error.h"
#include "base/freed_by.h"

#include <string>
#include <string_view>

namespace vrni2syslog {
namespace {

using CookieList = std::unique_ptr<curl_slist, FreedBy<curl_slist_free_all>>;

[[nodiscard]] CookieList cookies_of(CURL* transfer) {
  curl_slist* list = nullptr;
  curl_easy_getinfo(transfer, CURLINFO_COOKIELIST, &list);
  return CookieList(list);
}

/// The value is the last column of a line in the form of Netscape's file of cookies.
[[nodiscard]] std::string_view value_of(std::string_view line) {
  return line.substr(line.rfind('\t') + 1);
}

}  // namespace

CurlCookies::CurlCookies(Redactor& redactor) : redactor_(redactor), share_(curl_share_init()) {
  if (share_ == nullptr ||
      curl_share_setopt(share_.get(), CURLSHOPT_SHARE, CURL_LOCK_DATA_COOKIE) != CURLSHE_OK)
    throw Error(Fault::Bug, "libcurl cannot keep cookies");
}

void CurlCookies::take_cookies_of(CURL* transfer) {
  const CookieList list = cookies_of(transfer);
  std::size_t count = 0;
  for (const curl_slist* cookie = list.get(); cookie != nullptr; cookie = cookie->next) ++count;
  // libcurl itself keeps them without a bound.
  are_refused_ = are_refused_ || count > kMaxKept;
  if (are_refused_) {
    curl_easy_setopt(transfer, CURLOPT_COOKIELIST, "ALL");
    return;
  }
  for (const curl_slist* cookie = list.get(); cookie != nullptr; cookie = cookie->next)
    redactor_.add_cookie(Secret(std::string(value_of(cookie->data))));
}

}  // namespace vrni2syslog
