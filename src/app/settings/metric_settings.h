#pragma once

#include "app/options/option_values.h"
#include "app/settings/settings.h"

namespace vrni2syslog {

/// Reads --metrics into Settings::counters: the counters of the named groups that the selection of
/// fields and the units of `settings` have a use for; none, and a warning, where the
/// format of lines shows no fields. Throws Error(Usage) and Error(Configuration) for a list that
/// names something else or something twice, for a group of which no field is written, and for units
/// shorter than the interval in which platforms count.
void set_counters(Settings& settings, const OptionValues& values);

/// Warns where the window, which is known by then, is shorter than that interval.
void warn_of_short_window(Settings& settings, const OptionValues& values);

}  // namespace vrni2syslog
