#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

namespace vrni2syslog::simulator {

/// Number of kinds of hostile_name().
[[nodiscard]] std::size_t hostile_kind_count() noexcept;

/// A name made by somebody who wants to break whatever prints it: quotes and brackets, line breaks,
/// a forged syslog line, NUL, bidirectional overrides, emoji, lone surrogates. It starts with
/// `plain`, so that it stays unique. Surrogates are encoded in three bytes each (WTF-8); JsonWriter
/// turns them into escapes.
[[nodiscard]] std::string hostile_name(const std::string& plain, std::uint64_t kind);

/// `plain` filled up to 70,000 bytes: more than a UDP datagram and than most receivers take.
[[nodiscard]] std::string oversized_name(const std::string& plain);

}  // namespace vrni2syslog::simulator
