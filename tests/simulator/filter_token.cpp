#include "filter_token.h"

#include "filter.h"

#include <algorithm>

namespace vrni2syslog::simulator {
namespace {

bool is_blank(char character) noexcept {
  return character == ' ' || character == '\t' || character == '\r' || character == '\n';
}

bool is_word(char character) noexcept {
  return (character >= 'a' && character <= 'z') || (character >= 'A' && character <= 'Z') ||
         (character >= '0' && character <= '9') ||
         std::string_view("_.:-/").find(character) != std::string_view::npos;
}

char to_lower(char character) noexcept {
  return character >= 'A' && character <= 'Z' ? static_cast<char>(character - 'A' + 'a')
                                              : character;
}

std::string_view operator_at(std::string_view text) noexcept {
  for (const std::string_view symbol : {"!=", "<=", ">=", "=", "<", ">"}) {
    if (text.starts_with(symbol)) return symbol;
  }
  return {};
}

FilterToken take_string(std::string_view& text) {
  const auto end = text.find('\'', 1);
  if (end == std::string_view::npos) throw FilterError("unbalanced quote");
  FilterToken token{FilterTokenKind::String, std::string(text.substr(1, end - 1))};
  text.remove_prefix(end + 1);
  return token;
}

FilterToken take_token(std::string_view& text) {
  const char first = text.front();
  if (first == '\'') return take_string(text);
  FilterToken token;
  std::size_t length = 1;
  if (const auto symbol = operator_at(text); !symbol.empty()) {
    token.kind = FilterTokenKind::Operator;
    length = symbol.size();
  } else if (first == '(' || first == ')' || first == ',') {
    token.kind = first == '('   ? FilterTokenKind::Open
                 : first == ')' ? FilterTokenKind::Close
                                : FilterTokenKind::Comma;
  } else if (is_word(first)) {
    token.kind = FilterTokenKind::Word;
    length = static_cast<std::size_t>(std::ranges::find_if_not(text, is_word) - text.begin());
  } else {
    throw FilterError("unexpected character");
  }
  token.text = text.substr(0, length);
  text.remove_prefix(length);
  return token;
}

}  // namespace

bool FilterToken::is_keyword(std::string_view keyword) const {
  return kind == FilterTokenKind::Word && std::ranges::equal(text, keyword, {}, to_lower, to_lower);
}

std::vector<FilterToken> tokenize_filter(std::string_view text) {
  std::vector<FilterToken> tokens;
  while (!text.empty()) {
    if (is_blank(text.front())) {
      text.remove_prefix(1);
    } else {
      tokens.push_back(take_token(text));
    }
  }
  tokens.emplace_back();
  return tokens;
}

}  // namespace vrni2syslog::simulator
