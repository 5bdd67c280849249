#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace vrni2syslog {

/// The longest data of a RELP frame, in bytes. Version 0 has no way to agree on another length.
inline constexpr std::size_t kMaxRelpDataBytes = 128U * 1024;
/// The highest number of a RELP transaction. It is followed by 1; 0 marks a hint.
inline constexpr std::uint32_t kMaxRelpNumber = 999'999'999;

/// "NUMBER SP COMMAND SP DATALEN [SP DATA] LF" (librelp's relp.md, "RELP FRAME").
struct RelpFrame {
  std::uint32_t number = 0;  ///< of the transaction
  std::string command;       ///< 1 to 32 letters
  std::string data;
};

/// Takes a peer's bytes, however they are split, and makes frames of them. Never holds more than
/// one frame, nor more of it than RELP allows.
class RelpFrameParser {
 public:
  /// Takes bytes off the front of `bytes`, up to the end of a frame. Returns the frame, which is
  /// valid until the next call, or null if it needs more bytes. Throws Error(Unconfirmed) for bytes
  /// that are not a frame; then only the destructor may follow.
  [[nodiscard]] const RelpFrame* next(std::string_view& bytes);

 private:
  enum class Part { Number, Command, Length, Data, Trailer, Complete };

  void begin();
  void take_header_byte(std::string_view& bytes);
  void take_digit(char digit, std::uint32_t& value, std::string_view rest);
  void end_number(std::string_view rest);
  void end_command(std::string_view rest);
  void end_length(char byte, std::string_view rest);
  void take_data(std::string_view& bytes);
  [[noreturn]] void refuse(std::string_view rest) const;

  Part part_ = Part::Number;
  std::uint32_t digits_ = 0;  ///< how many digits of the present number have been read
  std::uint32_t length_ = 0;
  std::string header_;  ///< the frame's bytes before its data, to show them if they are wrong
  RelpFrame frame_;
};

}  // namespace vrni2syslog
