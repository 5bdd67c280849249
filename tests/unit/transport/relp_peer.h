#pragma once

#include "test_server.h"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace vrni2syslog {

/// The server's side of RELP on a connection, each step taken by the test.
class RelpPeer {
 public:
  struct Command {
    std::uint32_t number = 0;
    std::string name;
    std::string data;
  };

  explicit RelpPeer(int connection);
  explicit RelpPeer(TestTlsServer& tls);

  /// The client's next command; none at the end of the connection.
  [[nodiscard]] std::optional<Command> read();
  /// Accepts the command that opens the session. False where another came.
  [[nodiscard]] bool accept_open();
  void answer(std::uint32_t number, std::string_view data = "200 OK");
  void write(std::string_view bytes) { write_(bytes); }
  /// Whether more has come than the commands that were read.
  [[nodiscard]] bool has_unread() const noexcept { return !buffer_.empty(); }

  /// Takes over everything and answers it, the close too. Returns the lines, a LF behind each.
  [[nodiscard]] std::string serve();

 private:
  [[nodiscard]] bool fill(std::size_t count);

  std::function<std::string()> read_some_;
  std::function<void(std::string_view)> write_;
  std::string buffer_;
};

}  // namespace vrni2syslog
