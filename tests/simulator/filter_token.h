#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace vrni2syslog::simulator {

enum class FilterTokenKind : unsigned char { Word, String, Operator, Open, Close, Comma, End };

struct FilterToken {
  FilterTokenKind kind = FilterTokenKind::End;
  std::string text;  ///< of a string without its quotes

  /// Whether this is the bare word `keyword`, in either case.
  [[nodiscard]] bool is_keyword(std::string_view keyword) const;
};

/// The tokens of a filter, with one of kind End behind them. Throws FilterError for a character
/// that cannot be part of a filter and for a string without its closing quote.
[[nodiscard]] std::vector<FilterToken> tokenize_filter(std::string_view text);

}  // namespace vrni2syslog::simulator
