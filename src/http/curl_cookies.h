#pragma once

#include "base/freed_by.h"
#include "http/redactor.h"

#include <curl/curl.h>

#include <cstddef>
#include <memory>

namespace vrni2syslog {

/// The cookies of a client's transfers, in memory only. For one thread.
class CurlCookies {
 public:
  /// `redactor`, which must outlive this object, is told of every cookie. Throws Error(Bug) if
  /// libcurl refuses to work.
  explicit CurlCookies(Redactor& redactor);

  /// What a transfer is to be given as CURLOPT_SHARE. Must outlive the transfer.
  [[nodiscard]] CURLSH* handle() const noexcept { return share_.get(); }

  /// At most this many cookies are kept; once servers have set more, none is sent any more. It is
  /// less than the number of cookies that are hidden, because an answer may show cookies that
  /// parallel answers have replaced.
  static constexpr std::size_t kMaxKept = Redactor::kMaxCookies / 4;

  /// To be called when a transfer may have brought a new cookie, before any transfer sends it.
  void take_cookies_of(CURL* transfer);

 private:
  Redactor& redactor_;
  bool are_refused_ = false;
  std::unique_ptr<CURLSH, FreedBy<curl_share_cleanup>> share_;
};

}  // namespace vrni2syslog
