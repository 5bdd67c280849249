#include "tls/ssl_error.h"

#include <gtest/gtest.h>
#include <openssl/err.h>
#include <openssl/ssl.h>

#include <cerrno>

namespace vrni2syslog {
namespace {

TEST(SslError, IsTheOldestAndEmptiesTheQueue) {
  OPENSSL_init_ssl(OPENSSL_INIT_LOAD_SSL_STRINGS, nullptr);
  ERR_clear_error();
  ERR_raise(ERR_LIB_SSL, SSL_R_WRONG_VERSION_NUMBER);
  ERR_raise(ERR_LIB_SSL, SSL_R_BAD_LENGTH);
  EXPECT_EQ(take_ssl_error(), "wrong version number");
  EXPECT_EQ(ERR_peek_error(), 0U);
}

TEST(SslError, IsTheSystemsTextForASystemError) {
  ERR_clear_error();
  ERR_raise(ERR_LIB_SYS, ENOENT);
  EXPECT_EQ(take_ssl_error(), "No such file or directory");
}

TEST(SslError, IsNeverEmpty) {
  ERR_clear_error();
  EXPECT_FALSE(take_ssl_error().empty());
}

}  // namespace
}  // namespace vrni2syslog
