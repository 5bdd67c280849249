#pragma once

#include <rapidjson/writer.h>

#include <cstdint>
#include <string>
#include <string_view>

namespace vrni2syslog::simulator {

/// Appends JSON to a string, which the caller owns and which must outlive the writer.
class JsonWriter {
 public:
  explicit JsonWriter(std::string& out) : sink_{out}, writer_(sink_) {}

  JsonWriter& begin_object();
  JsonWriter& end_object();
  JsonWriter& begin_array();
  JsonWriter& end_array();
  JsonWriter& key(std::string_view name);
  /// UTF-8, or WTF-8: a surrogate in it is written as an escape such as \ud800, as Java's
  /// serializers do.
  JsonWriter& text(std::string_view value);
  JsonWriter& number(std::int64_t value);
  /// With a fraction, be it zero, as Java's serializers write a double.
  JsonWriter& real(double value);
  JsonWriter& boolean(bool value);
  JsonWriter& null();

 private:
  struct Sink {
    using Ch = char;
    std::string& out;
    // The names that RapidJSON asks of an output stream.
    void Put(char character) { out.push_back(character); }  // NOLINT(readability-identifier-naming)
    void Flush() {}                                         // NOLINT(readability-identifier-naming)
  };

  Sink sink_;
  rapidjson::Writer<Sink> writer_;
};

}  // namespace vrni2syslog::simulator
