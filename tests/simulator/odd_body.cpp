#include "odd_body.h"

#include <memory>

namespace vrni2syslog::simulator {
namespace {

constexpr std::uint64_t kHugeBytes = 2ULL * 1024 * 1024 * 1024;
constexpr std::size_t kChunkBytes = 64 * 1024;
constexpr std::size_t kNestedBrackets = 2'000'000;

constexpr std::string_view kLoginPage =
    "<!DOCTYPE html>\n<html><head><title>Log in</title></head><body><form action=\"/login\">"
    "<input name=\"username\"><input type=\"password\" name=\"password\"></form></body></html>\n";

Answer huge(bool announces_length, Stopper& stopper) {
  Answer answer;
  if (announces_length) answer.announced_length = kHugeBytes;
  auto sent = std::make_shared<std::uint64_t>(0);  // by all copies of the producer
  answer.producer = [sent, &stopper](std::string& chunk) {
    if (stopper.is_stopping()) return false;
    chunk.append(*sent == 0 ? "[\"" : "aa");
    chunk.append(kChunkBytes - 2, 'a');
    *sent += kChunkBytes;
    return *sent < kHugeBytes;
  };
  return answer;
}

}  // namespace

Answer odd_body(std::string_view kind, Stopper& stopper) {
  if (kind.starts_with("huge")) return huge(kind == "huge-length", stopper);
  Answer answer;
  if (kind == "html") {
    answer.content_type = "text/html;charset=UTF-8";
    answer.body = kLoginPage;
  } else if (kind == "nested") {
    answer.body.assign(kNestedBrackets, '[');
  } else if (kind == "array") {
    answer.body = "[]";
  }
  return answer;
}

}  // namespace vrni2syslog::simulator
