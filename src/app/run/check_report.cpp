#include "app/run/check_report.h"

#include "base/error.h"
#include "base/text/utf8.h"

#include <fmt/format.h>

namespace vrni2syslog {

bool CheckReport::step(std::string_view name, const Action& action) {
  std::string detail;
  try {
    detail = action();
  } catch (const Error& error) {
    failed(name, error.what(), error.fault());
    return false;
  }
  passed(name, detail);
  return true;
}

void CheckReport::passed(std::string_view name, std::string_view detail) {
  write("ok", name, detail);
}

void CheckReport::warned(std::string_view name, std::string_view detail) {
  write("warning", name, detail);
}

void CheckReport::failed(std::string_view name, std::string_view detail, Fault fault) {
  if (status_ == ExitStatus::Ok) status_ = exit_status_of(fault);
  write("FAILED", name, detail);
}

void CheckReport::skipped(std::string_view name, std::string_view reason) {
  write("skipped", name, reason);
}

void CheckReport::write(std::string_view outcome, std::string_view name, std::string_view detail) {
  std::string line = fmt::format("{:<7} ", outcome);
  append_clean_utf8(line, name);
  line += ": ";
  append_clean_utf8(line, detail);
  line += '\n';
  writer_(line);
}

}  // namespace vrni2syslog
