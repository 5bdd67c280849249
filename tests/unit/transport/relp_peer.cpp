#include "relp_peer.h"

#include <sys/socket.h>

namespace vrni2syslog {

RelpPeer::RelpPeer(int connection)
    : read_some_([connection] { return read_bytes(connection, 1); }),
      write_([connection](std::string_view bytes) {
        (void)::send(connection, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      }) {}

RelpPeer::RelpPeer(TestTlsServer& tls)
    : read_some_([&tls] { return tls.read_bytes(1); }),
      write_([&tls](std::string_view bytes) { tls.write(bytes); }) {}

bool RelpPeer::fill(std::size_t count) {
  while (buffer_.size() < count) {
    const std::string more = read_some_();
    if (more.empty()) return false;
    buffer_ += more;
  }
  return true;
}

std::optional<RelpPeer::Command> RelpPeer::read() {
  while (buffer_.find('\n') == std::string::npos) {
    if (!fill(buffer_.size() + 1)) return std::nullopt;
  }
  Command command;
  const std::size_t name = buffer_.find(' ') + 1;
  const std::size_t length = buffer_.find(' ', name) + 1;
  command.number = static_cast<std::uint32_t>(std::stoul(buffer_));
  command.name = buffer_.substr(name, length - 1 - name);
  const std::size_t size = std::stoul(buffer_.substr(length, 12));
  const std::size_t data = buffer_.find_first_of(" \n", length) + (size > 0 ? 1 : 0);
  if (!fill(data + size + 1)) return std::nullopt;
  command.data = buffer_.substr(data, size);
  buffer_.erase(0, data + size + 1);
  return command;
}

bool RelpPeer::accept_open() {
  const std::optional<Command> command = read();
  if (!command || command->name != "open") return false;
  answer(command->number,
         "200 OK\nrelp_version=0\nrelp_software=testing,1.0,none\ncommands=syslog");
  return true;
}

void RelpPeer::answer(std::uint32_t number, std::string_view data) {
  std::string frame = std::to_string(number) + " rsp " + std::to_string(data.size());
  if (!data.empty()) frame += ' ';
  frame += data;
  write(frame + '\n');
}

std::string RelpPeer::serve() {
  std::string lines;
  while (const std::optional<Command> command = read()) {
    if (command->name == "syslog") {
      lines += command->data + '\n';
      answer(command->number);
    } else if (command->name == "close") {
      answer(command->number, "");
      write("0 serverclose 0\n");
      break;
    }
  }
  return lines;
}

}  // namespace vrni2syslog
