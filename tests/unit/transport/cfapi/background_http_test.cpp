#include "transport/cfapi/background_http.h"

#include "scripted_http_peer.h"

#include <asio/co_spawn.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <optional>

namespace vrni2syslog {
namespace {

class BackgroundHttpTest : public ::testing::Test {
 protected:
  void connect_to(const ScriptedHttpPeer& peer) {
    url_ = "http://" + peer.address() + "/";
    http_ = std::make_unique<BackgroundHttp>(
        loop_, CurlSettings{.peer = HttpPeer::Collector,
                            .is_unencrypted = true,
                            .peer_name = "127.0.0.1",
                            .tls = {},
                            .progress_timeout = std::chrono::seconds(20)});
  }

  /// Begins a request; `response_` is there once the loop has run.
  void begin(std::string body) {
    HttpRequest request;
    request.method = "POST";
    request.url = url_;
    request.body = std::move(body);
    loop_.restart();
    asio::co_spawn(loop_, http_->send(std::move(request)),
                   [this](const std::exception_ptr&, HttpResponse response) {
                     response_ = std::move(response);
                   });
  }

  asio::io_context loop_;
  std::string url_;
  std::unique_ptr<BackgroundHttp> http_;
  std::optional<HttpResponse> response_;
};

TEST_F(BackgroundHttpTest, WakesTheLoopWithEachAnswer) {
  ScriptedHttpPeer peer({http_answer(200, "first"), http_answer(503, "second")});
  connect_to(peer);
  begin("a");
  while (!response_) loop_.run_one();
  EXPECT_EQ(response_->body, "first");
  response_.reset();
  begin("b");
  while (!response_) loop_.run_one();
  EXPECT_EQ(response_->status, 503);
  EXPECT_EQ(response_->body, "second");
  http_.reset();  // the peer waits for the end of the connection
}

TEST_F(BackgroundHttpTest, BreaksARequestOffWhenItIsDestroyed) {
  ScriptedHttpPeer peer({});
  connect_to(peer);
  begin("a");
  loop_.poll();
  const auto before = std::chrono::steady_clock::now();
  http_.reset();
  EXPECT_LT(std::chrono::steady_clock::now() - before, std::chrono::seconds(10));
}

}  // namespace
}  // namespace vrni2syslog
