// What nearly every unit test includes, compiled once for each test program.
#ifndef VRNI2SYSLOG_TESTS_SUPPORT_PCH_GTEST_PCH_H
#define VRNI2SYSLOG_TESTS_SUPPORT_PCH_GTEST_PCH_H

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#endif
