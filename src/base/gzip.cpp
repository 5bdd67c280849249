#include "base/gzip.h"

#include "base/error.h"

#include <fmt/core.h>

#include <algorithm>
#include <new>
#include <zlib.h>

namespace vrni2syslog {
namespace {

constexpr int kGzipWindowBits = 15 + 16;  // the largest window; 16 asks for gzip's header and CRC
constexpr int kMemoryLevel = 8;           // zlib's default
constexpr std::size_t kFirstOutputBytes = 256UL * 1024;

// zlib's input pointer is not const, but zlib does not write through it.
void set_input(z_stream& stream, std::string_view bytes) {
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  stream.avail_in = static_cast<uInt>(bytes.size());
}

/// Lets zlib write to the part of `out` that is not filled yet.
void set_output(z_stream& stream, std::string& out) {
  stream.next_out = reinterpret_cast<Bytef*>(out.data()) + stream.total_out;
  stream.avail_out = static_cast<uInt>(out.size() - stream.total_out);
}

class Inflater {
 public:
  Inflater() {
    if (inflateInit2(&stream_, kGzipWindowBits) != Z_OK) throw std::bad_alloc();
  }
  Inflater(const Inflater&) = delete;
  Inflater& operator=(const Inflater&) = delete;
  ~Inflater() { inflateEnd(&stream_); }

  [[nodiscard]] std::string unpack(std::string_view file, std::size_t max_bytes) {
    set_input(stream_, file);
    // One byte more than is allowed: a text that is too long differs from one that just fits.
    std::string text(std::min(kFirstOutputBytes, max_bytes + 1), '\0');
    for (;;) {
      set_output(stream_, text);
      const int result = inflate(&stream_, Z_NO_FLUSH);
      if (stream_.total_out > max_bytes) throw too_long(max_bytes);
      if (result == Z_STREAM_END) break;
      if (result != Z_OK) throw damaged(result);
      if (stream_.avail_out > 0) throw damaged(Z_BUF_ERROR);
      text.resize(std::min(2 * text.size(), max_bytes + 1));
    }
    if (stream_.avail_in > 0) throw Error(Fault::Data, "something follows the gzip data");
    text.resize(stream_.total_out);
    return text;
  }

 private:
  [[nodiscard]] static Error too_long(std::size_t max_bytes) {
    return Error(Fault::Data, fmt::format("unpacks to more than {} bytes", max_bytes));
  }
  [[nodiscard]] Error damaged(int result) const {
    if (result == Z_BUF_ERROR) return Error(Fault::Data, "the gzip data is cut off");
    return Error(Fault::Data, fmt::format("no gzip data, or damaged ({})",
                                          stream_.msg == nullptr ? "zlib" : stream_.msg));
  }

  z_stream stream_{};
};

}  // namespace

std::string gzip(std::string_view bytes) {
  z_stream stream{};
  if (deflateInit2(&stream, Z_BEST_SPEED, Z_DEFLATED, kGzipWindowBits, kMemoryLevel,
                   Z_DEFAULT_STRATEGY) != Z_OK) {
    throw std::bad_alloc();
  }
  std::string file;
  try {
    file.resize(deflateBound(&stream, bytes.size()));
  } catch (...) {
    deflateEnd(&stream);
    throw;
  }
  set_input(stream, bytes);
  set_output(stream, file);
  const int result = deflate(&stream, Z_FINISH);
  file.resize(stream.total_out);
  deflateEnd(&stream);
  if (result != Z_STREAM_END) throw Error(Fault::Bug, "zlib could not compress a text");
  return file;
}

std::string gunzip(std::string_view file, std::size_t max_bytes) {
  return Inflater().unpack(file, max_bytes);
}

}  // namespace vrni2syslog
