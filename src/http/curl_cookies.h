#pragma once

#include "base/freed_by.h"
#include "http/redactor.h"

#include <curl/curl.h>

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

  /// To be called when a transfer has ended, which may have brought new cookies. If a server has
  /// set very many, all are forgotten.
  void note_after(CURL* transfer);

 private:
  Redactor& redactor_;
  std::unique_ptr<CURLSH, FreedBy<curl_share_cleanup>> share_;
};

}  // namespace vrni2syslog
