#pragma once

#include "base/error.h"
#include "base/log.h"
#include "support/error_of.h"
#include "transport/collector_address.h"
#include "transport/collector_sink.h"
#include "transport/net/transport_loop.h"

#include <gtest/gtest.h>

#include <chrono>
#include <csignal>
#include <memory>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

namespace vrni2syslog {

/// Collectors on a loop of their own, with time-outs that no test comes to by accident, and the
/// log.
class CollectorFixture : public testing::Test {
 protected:
  CollectorFixture() {
    // As main() does: the peers of these tests write to broken connections as well.
    std::signal(SIGPIPE, SIG_IGN);
    options_.connect_timeout = std::chrono::seconds(20);
    options_.progress_timeout = std::chrono::seconds(20);
    options_.close_timeout = std::chrono::seconds(20);
    limits_.stop = stop_.get_token();
  }

  std::unique_ptr<CollectorSink> collector(const std::string& address) {
    return std::make_unique<CollectorSink>(loop_, parse_collector(address, tls_), options_, limits_,
                                           log_);
  }

  static std::shared_ptr<const LineBatch> batch(const std::vector<std::string>& lines) {
    auto batch = std::make_shared<LineBatch>();
    for (const std::string& line : lines) {
      batch->buffer() += line;
      batch->end_line();
    }
    return batch;
  }

  /// `count` lines of 1000 bytes.
  static std::shared_ptr<const LineBatch> bulk(int count) {
    return batch(std::vector<std::string>(static_cast<std::size_t>(count), std::string(1000, 'x')));
  }

  /// Opens, sends and finishes.
  Receipt deliver(const std::string& address, const std::vector<std::string>& lines) {
    const auto target = collector(address);
    target->open();
    peer_description_ = target->peer_description();
    target->send(batch(lines));
    return target->wait_for_receipt();
  }

  /// The error that open() ends with.
  Error open_error(const std::string& address) {
    return error_of([&] { collector(address)->open(); });
  }

  /// Sends until that fails, and returns the error.
  static Error send_until_error(CollectorSink& target) {
    const auto lines = bulk(100);
    return error_of([&] {
      for (int i = 0; i < 100'000; ++i) target.send(lines);
    });
  }

  std::string log_text_;
  Log log_{LogLevel::Debug, LogFormat::Text, [this](std::string_view line) { log_text_ += line; }};
  TlsSettings tls_;
  CollectorOptions options_;
  std::stop_source stop_;
  RunLimits limits_;
  std::string peer_description_;
  TransportLoop loop_;
};

}  // namespace vrni2syslog
