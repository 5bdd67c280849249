#include "http/redactor.h"

#include <gtest/gtest.h>

#include <ctime>
#include <string>
#include <utility>
#include <vector>

namespace vrni2syslog {
namespace {

[[nodiscard]] std::string shown(std::string text, std::string secret) {
  Redactor({Secret(std::move(secret))}).hide_in(text);
  return text;
}

[[nodiscard]] std::string shown_of_cut(std::string text, std::string secret) {
  Redactor({Secret(std::move(secret))}).hide_in_cut(text);
  return text;
}

struct Form {
  const char* name;
  const char* secret;
  const char* text;
  const char* expected;
};

class RedactorForm : public testing::TestWithParam<Form> {};

TEST_P(RedactorForm, IsHidden) {
  const Form& row = GetParam();
  EXPECT_EQ(shown(row.text, row.secret), row.expected);
}

INSTANTIATE_TEST_SUITE_P(
    Table, RedactorForm,
    testing::Values(
        Form{"Plain", "hunter2-secret", "is hunter2-secret wrong?", "is <hidden> wrong?"},
        Form{"Twice", "hunter2-secret", "hunter2-secrethunter2-secret", "<hidden><hidden>"},
        Form{"BehindItsBeginning", "hunter2-secret", "hunthunter2-secret", "hunt<hidden>"},
        Form{"InQuotes", "hunter2-secret", R"("pw":"hunter2-secret")", R"("pw":"<hidden>")"},
        Form{"InAStringOfJson", "hunter2-secret", R"({\"pw\":\"hunter2-secret\"})",
             R"({\"pw\":\"<hidden>\"})"},
        Form{"QuoteOfJson", R"(pass"word)", R"("pass\"word")", R"("<hidden>")"},
        Form{"QuoteOfJsonInAString", R"(pass"word)", R"("pass\\\"word")", R"("<hidden>")"},
        Form{"QuoteAtItsStart", R"("password")", R"(\"\"password\"\")", R"(\"<hidden>\")"},
        Form{"SlashOfJson", "s3cret+token/==", R"(s3cret+token\/== s3cret+token\\/==)",
             "<hidden> <hidden>"},
        Form{"BackslashInIt", R"(domain\password)",
             R"(domain\password domain\\password domain\\\\password domain%5cpassword)",
             "<hidden> <hidden> <hidden> <hidden>"},
        Form{"LetterBehindABackslash", R"(domain\new-pw)", R"(domain\new-pw domain\\new-pw)",
             "<hidden> <hidden>"},
        Form{"ControlCharacter", "pass\tword", R"(pass\tword pass\u0009word pass%09word)",
             "<hidden> <hidden> <hidden>"},
        Form{"UnicodeEscape", "token<a=b>", R"(token\u003ca\u003db\u003E)", "<hidden>"},
        Form{"UnicodeEscapeOfEvery", "uncommon", R"(\u0075\u006eco\u006dmon)", "<hidden>"},
        Form{"NotAscii", "p\xC3\xA4ss-w\xE2\x82\xACrd",
             R"(p\u00e4ss-w\u20ACrd p%C3%a4ss-w%e2%82%acrd)", "<hidden> <hidden>"},
        Form{"SurrogatePair", "pass-\xF0\x9F\x98\x80-word", R"(pass-\ud83d\ude00-word)",
             "<hidden>"},
        Form{"PercentEncoded", "api+s3cret/t=", "refresh_token=api%2Bs3cret%2ft%3D&x",
             "refresh_token=<hidden>&x"},
        Form{"PercentEncodedFirst", "+s3cret/t0ken", "x=%2bs3cret/t0ken", "x=<hidden>"},
        Form{"PercentInIt", "100%41-sure", "100%41-sure 100%2541-sure", "<hidden> <hidden>"},
        Form{"BlankOfAForm", "pass word", "p=pass+word&q=pass%20word", "p=<hidden>&q=<hidden>"},
        Form{"Html", "a<b>&\"c'd", "<p>a&lt;b&gt;&amp;&quot;c&#39;d</p>", "<p><hidden></p>"},
        Form{"PercentSignEncodedInIt", "Summer%2026!", "p=Summer%252026! Summer%2026!",
             "p=<hidden> <hidden>"},
        Form{"LooksPercentEncoded", "Summer%252026!",
             "Summer%252026! Summer%25252026! Summer%252026%21", "<hidden> <hidden> <hidden>"},
        Form{"LooksPercentEncodedTwice", "Winter%20Is%25Coming",
             "Winter%20Is%25Coming Winter%2520Is%2525Coming", "<hidden> <hidden>"},
        Form{"PercentSignBeforeItsOwnEncoding", "100%25-sure",
             "100%25-sure 100%2525-sure 100%252525-sure 100%25252525-sure 100%252525252525-sure",
             "<hidden> <hidden> <hidden> <hidden> 100%252525252525-sure"},
        Form{"LooksLikeHtml", "Tom&amp;Jerry99", "Tom&amp;Jerry99 Tom&amp;amp;Jerry99",
             "<hidden> <hidden>"},
        Form{"LooksLikeJson", R"(line\nfeed-9)", R"(line\nfeed-9 line\\nfeed-9)",
             "<hidden> <hidden>"},
        Form{"PlusInIt", "a+b+c+d+e+f", "a+b+c+d+e+f a%2Bb%2Bc%2Bd%2Be%2Bf", "<hidden> <hidden>"},
        Form{"PercentEncodedTwice", "a/b/c/d/e/f", "a%252Fb%252fc%252Fd%252Fe%252Ff", "<hidden>"},
        Form{"DecimalEntities", "p\xC3\xA4ss<word>", "p&#228;ss&#60;word&#062;", "<hidden>"},
        Form{"HexEntities", "p\xC3\xA4ss<word>", "p&#xE4;ss&#x3c;word&#X3E;", "<hidden>"},
        Form{"Hex", "hunter2-secret", "68756e746572322d736563726574 68756E746572322D736563726574",
             "<hidden> <hidden>"},
        Form{"Base64", "hunter2-secret", "aHVudGVyMi1zZWNyZXQ=", "<hidden>Q="},
        Form{"Base64OfBasic", "hunter2-secret",
             "Basic YWRtaW46aHVudGVyMi1zZWNyZXQ=", "Basic YWRtaW46<hidden>Q="},
        Form{"Base64OneByteOn", "hunter2-secret", "Omh1bnRlcjItc2VjcmV0", "Om<hidden>"},
        Form{"Base64TwoBytesOn", "hunter2-secret", "YTpodW50ZXIyLXNlY3JldA==", "YTp<hidden>A=="},
        Form{"Base64ForUrls", "\xFF\xFE\xFD hunter2 \xFF\xFE",
             "__79IGh1bnRlcjIg__4 //79IGh1bnRlcjIg//4=", "<hidden>4 <hidden>4="},
        Form{"SomethingElse", "hunter2-secret", "hunter2-secre hunter2 \\u00",
             "hunter2-secre hunter2 \\u00"},
        Form{"BrokenEncodings", "hunter2-secret", R"(%zz %4 & \u12 \ud83d\u0041 \)",
             R"(%zz %4 & \u12 \ud83d\u0041 \)"}),
    [](const auto& row) { return row.param.name; });

TEST(Redactor, HidesTheWholeTextWhereAShortSecretIsInIt) {
  EXPECT_EQ(shown("no such domain", "main"), "<hidden>");
  EXPECT_EQ(shown("no such domain", "mains"), "no such domain");
  EXPECT_EQ(shown(R"(say \"x\/y\")", "x/y"), "<hidden>");
}

TEST(Redactor, LeavesShortSecretsInARecord) {
  const Redactor redactor({Secret("main"), Secret("hunter2-secret")});
  std::string text = R"({"domain":"hunter2-secret"})";
  redactor.hide_in_record(text);
  EXPECT_EQ(text, R"({"domain":"<hidden>"})");
}

TEST(Redactor, HidesALongSecretThatHoldsQuotesAndMarkup) {
  for (const std::size_t length : {62U, 63U, 64U, 65U, 126U, 127U, 1000U}) {
    std::string secret;
    while (secret.size() < length) secret += R"(it's "so" <long> & 100%25 +)";
    secret += "\"the end\"";
    EXPECT_EQ(shown("sent: " + secret + " (wrong)", secret).find("the end"), std::string::npos);
    std::string html;
    for (const char c : secret) html += c == '"' ? "&quot;" : c == '<' ? "&lt;" : std::string(1, c);
    EXPECT_EQ(shown("sent: " + html + " (wrong)", secret).find("the end"), std::string::npos);
  }
}

TEST(Redactor, HidesWhatMayBeTheBeginningOfASecretWhereATextWasCut) {
  EXPECT_EQ(shown_of_cut("sent: hunter2-", "hunter2-secret"), "sent: <hidden>");
  EXPECT_EQ(shown("sent: hunter2-", "hunter2-secret"), "sent: hunter2-");
  EXPECT_EQ(shown_of_cut("sent: token\\u00", "token/secret"), "sent: <hidden>");
  EXPECT_EQ(shown_of_cut("sent: token%2", "token/secret"), "sent: <hidden>");
  EXPECT_EQ(shown_of_cut("hunter2-secret and hunt", "hunter2-secret"), "<hidden> and <hidden>");
  EXPECT_EQ(shown_of_cut("nothing of it", "hunter2-secret"), "nothing of it");
  const std::string long_secret = std::string(70, 'a') + "<b>\"c\"\nsecret";
  for (std::size_t length = 64; length < long_secret.size(); ++length)
    EXPECT_EQ(shown_of_cut("sent: " + long_secret.substr(0, length), long_secret), "sent: <hidden>")
        << length;
}

TEST(Redactor, HidesEverySecretAndKnowsNoEmptyOne) {
  const Redactor redactor({Secret(), Secret("first-secret"), Secret("second-secret")});
  std::string text = "second-secret, first-secret";
  redactor.hide_in(text);
  EXPECT_EQ(text, "<hidden>, <hidden>");
  EXPECT_EQ(shown("nothing", ""), "nothing");
  EXPECT_EQ(shown_of_cut("", "hunter2-secret"), "");
}

TEST(Redactor, HidesAsManySecretsAsThereAre) {
  Redactor redactor({});
  std::string text;
  for (int i = 0; i < 300; ++i) {
    const std::string secret = "secret-number-" + std::to_string(1000 + i);
    redactor.add(Secret(secret));
    text += secret + ",";
  }
  redactor.hide_in(text);
  EXPECT_EQ(text.find("secret"), std::string::npos);
  EXPECT_EQ(text.find("10"), std::string::npos);
}

TEST(Redactor, LeavesNothingOfSecretsThatOverlap) {
  const std::vector<std::pair<std::string, std::string>> pairs{
      {"hunter2-", "hunter2-secret"},       {"2-secret", "hunter2-secret"},
      {"ter2-sec", "hunter2-secret"},       {"hunter2-secret", "secret-of-mine"},
      {"hunter2-secret", "hunter2-secret"}, {std::string(70, 'a') + "-one", std::string(70, 'a')}};
  for (const auto& [one, other] : pairs) {
    const std::string both = one.ends_with("secret") && other.starts_with("secret")
                                 ? "hunter2-secret-of-mine"
                                 : (one.size() > other.size() ? one : other);
    for (const bool is_first : {true, false}) {
      const Redactor redactor({Secret(is_first ? one : other), Secret(is_first ? other : one)});
      std::string text = "is " + both + "\n wrong? ";
      redactor.hide_in(text);
      EXPECT_EQ(text.find("is <hidden>"), 0U) << text;
      EXPECT_EQ(text.find("mine"), std::string::npos) << text;
      EXPECT_EQ(text.find("secret"), std::string::npos) << text;
      EXPECT_EQ(text.find("one"), std::string::npos) << text;
    }
  }
}

TEST(Redactor, FindsASecretInUtf16) {
  for (const bool is_little_endian : {true, false}) {
    std::string text;
    for (const char c : std::string_view("is hunter2-secret."))
      text += is_little_endian ? std::string{c, '\0'} : std::string{'\0', c};
    const std::string hidden = shown(text, "hunter2-secret");
    EXPECT_NE(hidden.find("<hidden>"), std::string::npos) << is_little_endian;
    EXPECT_LT(hidden.size(), 20U) << is_little_endian;
  }
}

TEST(Redactor, FindsASecretInUtf16WhateverItsCharacters) {
  // With characters of two, three and four bytes in UTF-8.
  constexpr std::u16string_view kText = u"is gehe\u00efm\u20ac\U0001F511-\u4e2d\u6587.";
  const std::string secret = "gehe\xC3\xAFm\xE2\x82\xAC\xF0\x9F\x94\x91-\xE4\xB8\xAD\xE6\x96\x87";
  for (const bool is_little_endian : {true, false}) {
    std::string text;
    for (const char16_t unit : kText) {
      const char high = static_cast<char>(unit >> 8U);
      const char low = static_cast<char>(unit & 0xFFU);
      text += is_little_endian ? std::string{low, high} : std::string{high, low};
    }
    const std::string hidden = shown(text, secret);
    EXPECT_NE(hidden.find("<hidden>"), std::string::npos) << is_little_endian;
    EXPECT_LT(hidden.size(), 20U) << is_little_endian;
  }
}

TEST(Redactor, HidesALongSecretToItsEnd) {
  const std::string token = std::string(100, 'a') + "-b/c=" + std::string(16'000, 'd');
  EXPECT_EQ(shown("{\"token\":\"" + token + "\",\"x\":1}", token), R"({"token":"<hidden>","x":1})");
  EXPECT_EQ(shown_of_cut("token " + token.substr(0, 9'000), token), "token <hidden>");
}

TEST(Redactor, TakesTimeForTheTextAlone) {
  // Compared from every place anew, this would take hours.
  const std::string secret(60'000, 'a');
  std::string almost;
  for (int i = 0; i < 6; ++i) almost.append(62, 'a').append("b");
  std::string text;
  while (text.size() < 400'000) text += almost;
  EXPECT_EQ(shown(text, secret), text);
}

TEST(Redactor, TakesTimeForTheTextAloneIfMuchOfALongSecretIsThereAgainAndAgain) {
  const std::string secret(60'000, 'a');
  std::string almost_all(59'999, 'a');
  almost_all += 'b';
  std::string quoted_parts(16'000, 'a');
  quoted_parts += '"';
  for (const std::string& part : {almost_all, quoted_parts}) {
    std::string text;
    while (text.size() < 400'000) text += part;
    const std::clock_t begin = std::clock();
    EXPECT_EQ(shown(text, secret).find(std::string(63, 'a')), std::string::npos);
    // Followed from every place anew, it would take hours.
    EXPECT_LT((std::clock() - begin) / CLOCKS_PER_SEC, 120);
  }
}

TEST(Redactor, KnowsTheSecretsThatItIsToldLater) {
  Redactor redactor({Secret("first-secret")});
  redactor.add(Secret("second-secret"));
  std::string text = "second-secret, first-secret";
  redactor.hide_in(text);
  EXPECT_EQ(text, "<hidden>, <hidden>");
}

TEST(Redactor, ReadsManyBackslashesOnce) {
  // Compared anew from each of them this would take minutes.
  const std::string text(4'000'000, '\\');
  EXPECT_EQ(shown(text, "hunter2-secret"), text);
}

TEST(Redactor, HidesTheLastCookies) {
  Redactor redactor({});
  redactor.add_cookie(Secret("first-cookie"));
  redactor.add_cookie(Secret("node1"));
  redactor.add_cookie(Secret("first-cookie"));
  std::string text = "cookie first-cookie of node1, and Zmlyc3QtY29va2ll";
  redactor.hide_in(text);
  EXPECT_EQ(text, "cookie <hidden> of node1, and <hidden>") << "the name of a node is no secret";
  for (std::size_t i = 0; i < Redactor::kMaxCookies; ++i)
    redactor.add_cookie(Secret("later-cookie-" + std::to_string(i)));
  text = "first-cookie later-cookie-0";
  redactor.hide_in(text);
  EXPECT_EQ(text, "first-cookie <hidden>") << "the oldest is forgotten";
}

TEST(Redactor, ForgetsNoCookieThatIsAddedAgainAndAgain) {
  Redactor redactor({});
  for (std::size_t i = 0; i < 2 * Redactor::kMaxCookies; ++i) {
    redactor.add_cookie(Secret(R"(session\of-the-login)"));
    redactor.add_cookie(Secret("cookie-of-answer-" + std::to_string(i)));
  }
  std::string text = R"(session\of-the-login)";
  redactor.hide_in(text);
  EXPECT_EQ(text, "<hidden>");
}

}  // namespace
}  // namespace vrni2syslog
