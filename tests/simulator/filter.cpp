#include "filter.h"

#include "filter_token.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

namespace vrni2syslog::simulator {

enum class Comparison { Equal, Less, Greater, Like, Set };

struct Filter::Node {
  enum class Kind { And, Or, Not, Compare };

  Kind kind = Kind::Compare;
  std::unique_ptr<Node> left, right;  // And, Or; Not has only a left one
  Comparison comparison = Comparison::Equal;
  std::string field;
  std::vector<std::string> values;  // any of them
};

namespace {

using Node = Filter::Node;
using NodePtr = std::unique_ptr<Node>;
using enum FilterTokenKind;

constexpr int kMaxDepth = 100;

NodePtr join(Node::Kind kind, NodePtr left, NodePtr right) {
  auto node = std::make_unique<Node>();
  node->kind = kind;
  node->left = std::move(left);
  node->right = std::move(right);
  return node;
}

NodePtr negate_if(bool is_negated, NodePtr node) {
  return is_negated ? join(Node::Kind::Not, std::move(node), nullptr) : std::move(node);
}

class Parser {
 public:
  Parser(std::string_view text, const Filter::IsField& is_field)
      : tokens_(tokenize_filter(text)), is_field_(is_field) {}

  NodePtr parse(std::optional<std::chrono::seconds>& in_last) {
    NodePtr root;
    if (!peek().is_keyword("in") && peek().kind != End) root = parse_or(0);
    if (take_keyword("in")) in_last = parse_in_last();
    if (peek().kind != End) throw FilterError("unexpected \"" + peek().text + "\"");
    return root;
  }

 private:
  [[nodiscard]] const FilterToken& peek() const { return tokens_[position_]; }

  FilterToken take() {
    FilterToken token = tokens_[position_];
    if (token.kind != End) ++position_;
    return token;
  }

  bool take_keyword(std::string_view keyword) {
    const bool is_there = peek().is_keyword(keyword);
    if (is_there) ++position_;
    return is_there;
  }

  void expect(FilterTokenKind kind, const char* what) {
    if (take().kind != kind) throw FilterError(std::string("expected ") + what);
  }

  NodePtr parse_or(int depth) {
    NodePtr left = parse_and(depth);
    while (take_keyword("or")) left = join(Node::Kind::Or, std::move(left), parse_and(depth));
    return left;
  }

  NodePtr parse_and(int depth) {
    NodePtr left = parse_primary(depth);
    while (take_keyword("and")) left = join(Node::Kind::And, std::move(left), parse_primary(depth));
    return left;
  }

  NodePtr parse_primary(int depth) {
    if (depth > kMaxDepth) throw FilterError("too many parentheses");
    if (peek().kind != Open) return parse_comparison();
    take();
    NodePtr inner = parse_or(depth + 1);
    expect(Close, "a closing parenthesis");
    return inner;
  }

  NodePtr parse_comparison() {
    auto node = std::make_unique<Node>();
    const FilterToken field = take();
    if (field.kind != Word) throw FilterError("expected a field");
    if (!is_field_(field.text)) throw FilterError("unknown field \"" + field.text + "\"");
    node->field = field.text;
    if (take_keyword("is")) {
      const bool is_negated = take_keyword("not");
      if (!take_keyword("set")) throw FilterError("expected SET");
      node->comparison = Comparison::Set;
      return negate_if(is_negated, std::move(node));
    }
    bool is_negated = take_keyword("not");
    if (take_keyword("in")) {
      parse_list(*node);
    } else if (take_keyword("like")) {
      node->comparison = Comparison::Like;
      node->values.push_back(parse_value());
    } else {
      if (is_negated) throw FilterError("expected IN or LIKE");
      is_negated = parse_operator(*node);
    }
    return negate_if(is_negated, std::move(node));
  }

  // True for an operator that is the negation of the node's comparison.
  bool parse_operator(Node& node) {
    const FilterToken symbol = take();
    if (symbol.kind != Operator) throw FilterError("expected an operator");
    node.values.push_back(parse_value());
    const bool is_less = symbol.text == "<" || symbol.text == ">=";
    const bool is_greater = symbol.text == ">" || symbol.text == "<=";
    if (is_less) node.comparison = Comparison::Less;
    if (is_greater) node.comparison = Comparison::Greater;
    return symbol.text.size() == 2;  // != <= >=
  }

  void parse_list(Node& node) {
    expect(Open, "an opening parenthesis");
    do {
      node.values.push_back(parse_value());
    } while (peek().kind == Comma && take().kind == Comma);
    expect(Close, "a closing parenthesis");
  }

  std::string parse_value() {
    FilterToken value = take();
    if (value.kind != Word && value.kind != String) throw FilterError("expected a value");
    return std::move(value.text);
  }

  std::chrono::seconds parse_in_last() {
    using namespace std::chrono_literals;
    if (!take_keyword("last")) throw FilterError("expected \"in last\"");
    const std::string number = take().text;
    int count = 0;
    const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), count);
    const bool is_number = error == std::errc{} && end == number.data() + number.size();
    if (!is_number || count < 1 || count > 100'000) throw FilterError("expected a number");
    const FilterToken unit = take();
    if (unit.is_keyword("seconds") || unit.is_keyword("second")) return count * 1s;
    if (unit.is_keyword("minutes") || unit.is_keyword("minute")) return count * 1min;
    if (unit.is_keyword("hours") || unit.is_keyword("hour")) return count * 1h;
    if (unit.is_keyword("days") || unit.is_keyword("day")) return count * 24h;
    throw FilterError("expected a unit of time");
  }

  std::vector<FilterToken> tokens_;
  const Filter::IsField& is_field_;
  std::size_t position_ = 0;
};

// Compares as numbers where both are, otherwise as text.
bool is_less(std::string_view left, std::string_view right) {
  std::int64_t left_number = 0;
  std::int64_t right_number = 0;
  const auto parse = [](std::string_view text, std::int64_t& number) {
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    return error == std::errc{} && end == text.data() + text.size();
  };
  if (parse(left, left_number) && parse(right, right_number)) return left_number < right_number;
  return left < right;
}

// LIKE looks for a part; '%' and '*' at the ends say nothing more.
bool is_like(std::string_view value, std::string_view pattern) {
  while (!pattern.empty() && (pattern.front() == '%' || pattern.front() == '*')) {
    pattern.remove_prefix(1);
  }
  while (!pattern.empty() && (pattern.back() == '%' || pattern.back() == '*')) {
    pattern.remove_suffix(1);
  }
  return value.find(pattern) != std::string_view::npos;
}

bool compare(Comparison comparison, std::string_view value, std::string_view wanted) {
  switch (comparison) {
    case Comparison::Equal:
      return value == wanted;
    case Comparison::Less:
      return is_less(value, wanted);
    case Comparison::Greater:
      return is_less(wanted, value);
    case Comparison::Like:
      return is_like(value, wanted);
    case Comparison::Set:
      return true;
  }
  return false;
}

bool evaluate(const Node& node, const FilterSubject& subject) {
  switch (node.kind) {
    case Node::Kind::And:
      return evaluate(*node.left, subject) && evaluate(*node.right, subject);
    case Node::Kind::Or:
      return evaluate(*node.left, subject) || evaluate(*node.right, subject);
    case Node::Kind::Not:
      return !evaluate(*node.left, subject);
    case Node::Kind::Compare:
      break;
  }
  return subject.any_value(node.field, [&](std::string_view value) {
    return node.comparison == Comparison::Set ||
           std::ranges::any_of(node.values, [&](const std::string& wanted) {
             return compare(node.comparison, value, wanted);
           });
  });
}

}  // namespace

Filter::Filter(std::string_view text, const IsField& is_field) {
  Parser parser(text, is_field);
  root_ = parser.parse(in_last_);
}

Filter::Filter(Filter&&) noexcept = default;
Filter& Filter::operator=(Filter&&) noexcept = default;
Filter::~Filter() = default;

bool Filter::matches(const FilterSubject& subject) const {
  return root_ == nullptr || evaluate(*root_, subject);
}

}  // namespace vrni2syslog::simulator
