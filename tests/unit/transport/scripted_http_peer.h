#pragma once

#include "test_server.h"

#include <string>
#include <string_view>
#include <unistd.h>
#include <vector>

namespace vrni2syslog {

/// An answer of HTTP/1.1 with a body.
[[nodiscard]] inline std::string http_answer(int status, std::string_view body) {
  return "HTTP/1.1 " + std::to_string(status) +
         " X\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + std::string(body);
}

/// A peer of one connection that gives the answers of a list, one to each request, and then waits
/// for the end. `requests` has the requests, each with its body, once it has ended.
class ScriptedHttpPeer {
 public:
  explicit ScriptedHttpPeer(std::vector<std::string> answers)
      : answers_(std::move(answers)), server_([this](FileDescriptor connection) {
          for (const std::string& answer : answers_) {
            requests.push_back(read_request(connection.get()));
            if (::write(connection.get(), answer.data(), answer.size()) < 0) return;
          }
          wait_for_end(connection.get());
        }) {}

  [[nodiscard]] std::string address() const { return server_.address(); }
  void join() { server_.join(); }

  std::vector<std::string> requests;

 private:
  static std::string read_request(int connection) {
    constexpr std::string_view kLength = "Content-Length: ";
    std::string request;
    while (request.find("\r\n\r\n") == std::string::npos) {
      const std::string more = read_bytes(connection, 1);
      if (more.empty()) return request;
      request += more;
    }
    const std::size_t head = request.find("\r\n\r\n") + 4;
    const std::size_t length =
        std::stoul(request.substr(request.find(kLength) + kLength.size(), 10));
    if (request.size() < head + length)
      request += read_bytes(connection, head + length - request.size());
    return request;
  }

  std::vector<std::string> answers_;
  TestServer server_;
};

}  // namespace vrni2syslog
