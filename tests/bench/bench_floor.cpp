// Shows what the parts of a run that nobody can leave out cost, with the bytes of a run:
//
//   bench_floor ANSWERS LINES PORT
//
// RapidJSON parses the files in the folder ANSWERS, and nobody handles what it finds; SHA-256 is
// taken of the lines in the file LINES; and their frames are written over TLS to this port of this
// computer. Prints a JSON object with the seconds of CPU of each: "sax", "sha256" and "write".

#include "base/sha256.h"
#include "cpu_time.h"
#include "raw_connection.h"
#include "transport/contract/framing.h"

#include <rapidjson/reader.h>

#include <csignal>
#include <cstdint>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace vrni2syslog::bench {
namespace {

/// As a stream transport writes.
constexpr std::size_t kWriteBytes = 256UL * 1024;

[[nodiscard]] std::string read_file(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw std::runtime_error("cannot read " + path.string());
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

/// The seconds of CPU that the work takes.
[[nodiscard]] double cost_of(const std::function<void()>& work) {
  const double before = cpu_seconds();
  work();
  return cpu_seconds() - before;
}

/// RapidJSON reads up to 16 bytes beyond the end.
constexpr std::size_t kPadding = 32;

/// With the options of read_json() (src/json/reader.cpp), but from RapidJSON's own stream.
void parse(std::string& answer) {
  rapidjson::InsituStringStream stream(answer.data());
  rapidjson::BaseReaderHandler<> nobody;
  rapidjson::Reader reader;
  if (reader
          .Parse<rapidjson::kParseInsituFlag | rapidjson::kParseNumbersAsStringsFlag>(stream,
                                                                                      nobody)
          .IsError())
    throw std::runtime_error("an answer is no JSON");
}

[[nodiscard]] double cost_of_parsing(const std::filesystem::path& folder) {
  double cost = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    std::string answer = read_file(entry.path());
    answer.append(kPadding, '\0');
    cost += cost_of([&] { parse(answer); });
  }
  return cost;
}

[[nodiscard]] std::string frames_of(std::string_view lines) {
  std::string frames;
  while (!lines.empty()) {
    const std::string_view line = lines.substr(0, lines.find('\n'));
    lines.remove_prefix(line.size() + 1);
    append_frame(frames, line, Framing::Octet);
  }
  return frames;
}

[[nodiscard]] double cost_of_writing(std::string_view frames, std::uint16_t port) {
  RawConnection connection(port, true);
  return cost_of([&] {
    for (std::size_t at = 0; at < frames.size(); at += kWriteBytes)
      connection.write(frames.substr(at, kWriteBytes));
    connection.close();
  });
}

void run(const std::vector<std::string>& arguments) {
  if (arguments.size() != 3) throw std::invalid_argument("usage: ANSWERS LINES PORT");
  const std::string lines = read_file(arguments[1]);
  const double sax = cost_of_parsing(arguments[0]);
  const double sha256 = cost_of([&] {
    Sha256 digest;
    digest.update(lines);
    (void)digest.finish();
  });
  const auto port = static_cast<std::uint16_t>(std::stoul(arguments[2]));
  const double write = cost_of_writing(frames_of(lines), port);
  std::printf("{\"sax\": %.6f, \"sha256\": %.6f, \"write\": %.6f}\n", sax, sha256, write);
}

}  // namespace
}  // namespace vrni2syslog::bench

int main(int argc, char** argv) {
  std::signal(SIGPIPE, SIG_IGN);
  try {
    vrni2syslog::bench::run(std::vector<std::string>(argv + 1, argv + argc));
  } catch (const std::exception& error) {
    std::fprintf(stderr, "bench_floor: %s\n", error.what());
    return 70;
  }
  return 0;
}
