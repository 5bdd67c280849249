#include "http/redactor.h"

#include <gtest/gtest.h>

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

TEST(Redactor, HidesWhatMayBeTheBeginningOfASecretWhereATextWasCut) {
  EXPECT_EQ(shown_of_cut("sent: hunter2-", "hunter2-secret"), "sent: <hidden>");
  EXPECT_EQ(shown("sent: hunter2-", "hunter2-secret"), "sent: hunter2-");
  EXPECT_EQ(shown_of_cut("sent: token\\u00", "token/secret"), "sent: <hidden>");
  EXPECT_EQ(shown_of_cut("sent: token%2", "token/secret"), "sent: <hidden>");
  EXPECT_EQ(shown_of_cut("hunter2-secret and hunt", "hunter2-secret"), "<hidden> and <hidden>");
  EXPECT_EQ(shown_of_cut("nothing of it", "hunter2-secret"), "nothing of it");
}

TEST(Redactor, HidesEverySecretAndKnowsNoEmptyOne) {
  const Redactor redactor({Secret(), Secret("first-secret"), Secret("second-secret")});
  std::string text = "second-secret, first-secret";
  redactor.hide_in(text);
  EXPECT_EQ(text, "<hidden>, <hidden>");
  EXPECT_EQ(shown("nothing", ""), "nothing");
  EXPECT_EQ(shown_of_cut("", "hunter2-secret"), "");
}

TEST(Redactor, ReadsManyBackslashesOnce) {
  // Compared anew from each of them this would take minutes.
  const std::string text(4'000'000, '\\');
  EXPECT_EQ(shown(text, "hunter2-secret"), text);
}

}  // namespace
}  // namespace vrni2syslog
