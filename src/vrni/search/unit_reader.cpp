#include "vrni/search/unit_reader.h"

#include "vrni/api/platform_time.h"

#include <fmt/format.h>

#include <algorithm>
#include <exception>
#include <utility>

namespace vrni2syslog {
namespace {

[[nodiscard]] bool is_begun(const std::optional<PendingCall>& call) {
  return call && call->is_begun();
}

/// At most this many batches, of some megabytes each, are read while the first of them waits for
/// names.
constexpr std::size_t kMostReadAhead = 3;

/// Whether a version of a flow tells more about a unit than another one: the latest that was made
/// before the end of the unit tells most, and of those that were made later the first.
[[nodiscard]] bool comes_first(const SearchHit& version, const SearchHit& other,
                               UnixSeconds end_of_unit) {
  const bool is_in_time = !version.time || *version.time < end_of_unit;
  const bool is_other_in_time = !other.time || *other.time < end_of_unit;
  if (is_in_time != is_other_in_time) return is_in_time;
  return is_in_time ? version.time > other.time : version.time < other.time;
}

}  // namespace

UnitReader::UnitReader(ApiClient& api, FlowFetcher& fetcher, SearchExperience& experience, Log& log,
                       std::string filter, const TimeWindow& unit, std::chrono::seconds least_age)
    : api_(api),
      fetcher_(fetcher),
      experience_(experience),
      log_(log),
      filter_(std::move(filter)),
      unit_(unit),
      least_age_(least_age),
      plan_(unit) {}

void UnitReader::begin_search_ahead() {
  (void)drop_old_search();
  // A new login has broken off the search that was refused.
  if (!failure_ahead_ && !is_begun(next_page_)) has_failed_ahead_ = false;
  if (has_failed_ahead_ || is_begun(next_page_) || !api_.can_begin()) return;
  if (search_ == 0) begin(plan_.next());
  if (!cursor_ || cursor_->pages() > 0) return;
  begin_next_page();
  ahead_since_ = api_.steady_now();
}

void UnitReader::begin_ahead(std::size_t most_fetches, std::span<const UnitReader* const> before) {
  begin_search_ahead();
  if (is_begun(next_page_) && next_page_->is_answered()) take_search_ahead(before);
  if (!has_failed_ahead_) begin_fetches(most_fetches);
}

UnitReader::ProgressAhead UnitReader::progress_ahead() const {
  if (has_failed_ahead_) return ProgressAhead::None;
  if (is_begun(next_page_)) return ProgressAhead::Searching;
  const bool are_all_begun = std::ranges::all_of(found_, [](const Found& found) {
    return found.batch || found.failure || found.fetch.is_begun();
  });
  return plan_.is_done() && are_all_begun ? ProgressAhead::Fetching : ProgressAhead::None;
}

void UnitReader::add_coming_versions(ComingVersions& coming) const {
  for (const Found& found : found_) {
    for (const SearchHit& hit : found.hits) {
      if (hit.time) coming.emplace(hit.id, *hit.time);
    }
  }
}

ComingHits UnitReader::coming_hits() const {
  ComingHits coming;
  for (std::size_t i = 1; i < found_.size(); ++i) {
    for (const SearchHit& hit : found_[i].hits)
      coming.emplace(hit.id, hit.time.value_or(UnixSeconds()));
  }
  return coming;
}

/// A failure may have to be waited for, and must not end the reading of another unit.
void UnitReader::take_search_ahead(std::span<const UnitReader* const> before) {
  has_failed_ahead_ = !take_first_page(api_, *next_page_, page_);
  if (has_failed_ahead_) return;
  next_page_.reset();
  for (const UnitReader* const reader : before) reader->add_coming_versions(coming_);
  try {
    accept_page();
  } catch (...) {
    failure_ahead_ = std::current_exception();
    has_failed_ahead_ = true;
  }
  coming_.clear();
}

/// Drops what was begun ahead if it is old by now. Returns whether it was.
bool UnitReader::drop_old_search() {
  if (!ahead_since_ || api_.steady_now() - *ahead_since_ <= kFreshSearch) return false;
  if (!has_failed_ahead_) experience_.ahead.note_old_search();
  ahead_since_.reset();
  has_failed_ahead_ = false;
  failure_ahead_ = nullptr;
  plan_ = ReadingPlan(unit_);
  search_ = 0;
  cursor_.reset();
  next_page_.reset();
  seen_ = {};
  found_.clear();
  return true;
}

void UnitReader::take_turn() {
  if (!ahead_since_ || drop_old_search()) return;
  ahead_since_.reset();
  api_.begin_matter();
  experience_.ahead.note_fresh_search();
  if (failure_ahead_) std::rethrow_exception(failure_ahead_);
}

std::unique_ptr<FlowBatch> UnitReader::next() {
  take_turn();
  read_ahead();
  if (found_.empty()) return nullptr;
  Found& found = found_.front();
  if (!found.batch && !found.failure) read(found);
  if (found.failure) std::rethrow_exception(found.failure);
  std::unique_ptr<FlowBatch> batch = std::move(found.batch);
  fetcher_.finish(*batch, found.fetch);
  choice_.choose(*batch, found.decisions.get(), [this] { return coming_hits(); });
  found_.pop_front();
  begin_calls();
  return batch;
}

std::optional<Error> UnitReader::shortfall() const {
  if (failed_ == 0) return std::nullopt;
  return Error(Fault::Data,
               fmt::format("the platform failed on {} of {} flows, which were sent in their "
                           "present version or with no more than their identity; the window does "
                           "not count as done, so that another run reads it again",
                           failed_, seen_.flow_count()));
}

void UnitReader::read_ahead() {
  while (!is_finished_ || !found_.empty()) {
    begin_calls();  // first, so that reading answers keeps no call waiting
    if (found_.empty()) {
      advance();
      continue;
    }
    read_answers();
    if (has_next()) return;
    if (can_advance()) {
      advance();
    } else if (!api_.await_any()) {
      return;
    }
  }
  begin_calls();  // of the next unit, since this one is read
}

/// Whether the first flows can be handed on, or nothing is gained by waiting for that.
bool UnitReader::has_next() const {
  const Found& first = found_.front();
  if (!first.batch) return first.failure || !first.fetch.is_begun();
  return first.fetch.has_begun_questions && first.fetch.has_answers();
}

void UnitReader::read_answers() {
  std::size_t read_before = 0;
  for (Found& found : found_) {
    if (found.failure || has_next() || read_before == kMostReadAhead) return;
    if (!found.batch) {
      if (!found.fetch.is_begun() || !found.fetch.is_answered()) return;
      read(found);
      if (found.failure) return;
    }
    if (!fetcher_.begin_questions(*found.batch, found.fetch)) return;
    ++read_before;
  }
}

void UnitReader::read(Found& found) {
  const std::uint64_t failed_before = fetcher_.failed();
  auto batch = std::make_unique<FlowBatch>(unit_);
  try {
    fetcher_.read(found.hits, *batch, found.fetch);
    found.batch = std::move(batch);
  } catch (...) {
    found.failure = std::current_exception();
    found.fetch = {};  // it may refer to texts of the batch
  }
  failed_ += fetcher_.failed() - failed_before;
}

/// Whether advance() brings something that is wanted, without keeping the fetches waiting.
bool UnitReader::can_advance() const {
  if (is_finished_ || has_enough_found()) return false;
  return !cursor_ || (is_begun(next_page_) && next_page_->is_answered());
}

void UnitReader::begin_calls() {
  // Flows that wait for names or counters take memory.
  for (Found& found : found_) {
    if (!found.batch || !fetcher_.begin_questions(*found.batch, found.fetch)) break;
  }
  // The search first, because only its answer tells what comes after it, and while many flows are
  // found already, since a search may take long. But it delays no fetch if that would be the only
  // call in flight.
  const bool is_search_wanted = !has_enough_found() || api_.concurrency() > 1;
  if (cursor_ && is_search_wanted && !is_begun(next_page_) && api_.can_begin()) begin_next_page();
  if (api_.concurrency() > 1 && is_nearly_read()) experience_.ahead.begin_first_search(*this);
  if (begin_fetches(most_begun()) && is_nearly_read()) {
    const std::size_t left = most_begun() - std::min(found_.size(), most_begun());
    experience_.ahead.begin(left, this);
  }
}

/// Answers that nobody has taken are kept in memory: one more than can be in flight, and those that
/// are read already, which wait for the names of the first.
std::size_t UnitReader::most_begun() const {
  const auto is_read = [](const Found& found) { return found.batch != nullptr; };
  const auto read = static_cast<std::size_t>(std::ranges::count_if(found_, is_read));
  return api_.concurrency() + 1 + read;
}

bool UnitReader::begin_fetches(std::size_t most) {
  for (std::size_t i = 0; i < std::min(found_.size(), most); ++i) {
    Found& found = found_[i];
    if (found.batch || found.failure) continue;
    // A fetch that a new login has broken off is begun once more.
    if (!found.fetch.is_begun() && !fetcher_.begin(found.hits, found.fetch)) return false;
  }
  return true;
}

bool UnitReader::is_nearly_read() const {
  return plan_.is_done() && found_.size() <= 2 * api_.concurrency();
}

void UnitReader::advance() {
  if (cursor_) return read_page();
  const ReadingStep step = plan_.next();
  switch (step.kind) {
    case ReadingStep::Kind::Search:
      if (step.search == 1) api_.begin_matter();
      return begin(step);
    case ReadingStep::Kind::Count:
      return plan_.finish_count(count_flows(api_, filter_, step.window, experience_.filter_trial));
    case ReadingStep::Kind::Done:
      return finish();
  }
}

void UnitReader::begin(const ReadingStep& step) {
  if (step.is_after_pause) wait_before_asking_again();
  cursor_.emplace(filter_, step.window, std::min(step.page_size, experience_.page_size));
  search_ = step.search;
  results_ = 0;
  if (search_ > 1) {
    log_.info(LogEvent::PlatformSearchContinued,
              fmt::format("reading the flows from {} to {} in search {}",
                          to_rfc3339(step.window.start), to_rfc3339(step.window.end), search_));
  }
}

/// A platform that is starting says that there is nothing. Once per run is enough, as long as it
/// does not fail: then it may be starting again.
void UnitReader::wait_before_asking_again() {
  if (experience_.failures_when_working != api_.statistics().failures) {
    log_.pause(LogEvent::PlatformEmpty,
               fmt::format("the platform has no flows from {} to {}; asking again, since a "
                           "platform that is starting says so, too",
                           to_rfc3339(unit_.start), to_rfc3339(unit_.end)),
               kPauseOfEmptyUnit);
    api_.pause(kPauseOfEmptyUnit);
  }
  note_working_index(api_.statistics().failures);
}

/// Answers that are taken later may have been given earlier.
void UnitReader::note_working_index(std::uint64_t failures) {
  const std::uint64_t known = experience_.failures_when_working.value_or(0);
  experience_.failures_when_working = std::max(known, failures);
}

void UnitReader::begin_next_page() {
  if (!next_page_) next_page_.emplace(next_search());
  failures_before_page_ = api_.statistics().failures;
  api_.begin(*next_page_);
}

PendingCall UnitReader::next_search() const {
  ApiCall call = search_call(cursor_->next_request(), cursor_->page_size());
  // A search that is under way cannot go on with other pages: its window is read in halves.
  if (cursor_->pages() > 0 && !plan_.can_halve()) call.can_ask_for_less = false;
  return PendingCall(std::move(call));
}

void UnitReader::read_page() {
  const bool is_first = cursor_->pages() == 0;
  if (!next_page_) next_page_.emplace(next_search());
  PendingCall call = *std::exchange(next_page_, std::nullopt);
  const auto search = is_first ? search_first_page : search_next_page;
  const bool is_begun_before = call.is_begun();
  const std::uint64_t failures = api_.statistics().failures;
  if (const CallOutcome outcome = search(api_, std::move(call), page_); !outcome) {
    return fail_search(outcome.problem());
  }
  const bool is_answer_of_begun = is_begun_before && api_.statistics().failures == failures;
  if (!is_answer_of_begun) failures_before_page_ = api_.statistics().failures;
  accept_page();
}

void UnitReader::accept_page() {
  const bool is_first = cursor_->pages() == 0;
  experience_.filter_trial = FilterTrial::Accepted;
  if (std::exchange(is_page_reduced_, false)) experience_.page_size = cursor_->page_size();
  require_searched(cursor_->window(), page_);
  if (is_first) require_past(unit_, least_age_, api_.platform_time());
  take_page();
  if (cursor_->is_at_end()) {
    const std::uint64_t pages = cursor_->pages();
    cursor_.reset();
    plan_.finish_search(pages);
    experience_.ahead.set_units_small(seen_.flow_count() <= kFlowsOfSmallUnit);
  } else if (is_too_deep(page_)) {
    cursor_.reset();
    plan_.abandon_search("earlier searches have shown that the platform does not list that many");
  } else if (is_endless(page_)) {
    cursor_.reset();
    plan_.abandon_search("the platform lists many more than it announces");
  }
}

void UnitReader::fail_search(const ApiFailure& failure) {
  if (cursor_->pages() > 0) return fail_later_page(failure);
  const std::optional<std::size_t> smaller = smaller_page_size(cursor_->page_size());
  const bool is_unusual = cursor_->page_size() > kUsualSearchPageSize;
  const bool is_failing = failure.kind == AnswerKind::ServerError || is_too_slow(failure.kind);
  const bool may_be_too_long = failure.status == kBadRequest || (is_unusual && is_failing);
  if (!may_be_too_long || !smaller)
    throw describe_search_failure(failure, filter_, experience_.filter_trial);
  log_.info(LogEvent::PlatformPageReduced,
            fmt::format("{}; asking for pages of {}", failure.error.what(), *smaller));
  is_page_reduced_ = true;
  const TimeWindow window = cursor_->window();  // which emplace() destroys
  cursor_.emplace(filter_, window, *smaller);
}

void UnitReader::fail_later_page(const ApiFailure& failure) {
  if (is_too_slow(failure.kind)) {
    experience_.page_size = std::min(experience_.page_size, kUsualSearchPageSize);
  } else {
    experience_.depth.record_failed_depth(results_);
  }
  cursor_.reset();
  plan_.abandon_search(failure.error.what());
}

void UnitReader::report_unreadable_times() {
  if (page_.unreadable_times == 0 || std::exchange(experience_.has_reported_times, true)) return;
  log_.warning(LogEvent::FlowTimesUnreadable,
               fmt::format("{} results of a search have a time that cannot be read: their flows "
                           "are fetched in their "
                           "present version, and their lines have no snapshot",
                           page_.unreadable_times));
}

void UnitReader::take_page() {
  std::vector<SearchHit> hits;
  std::uint64_t new_in_search = 0;
  std::shared_ptr<Decisions> decisions;
  if (cursor_->pages() == 0)
    seen_.reserve(std::max<std::uint64_t>(page_.hits.size(), page_.total_count.value_or(0)));
  const std::vector<SeenVersions::Listing> listings = seen_.note(page_.hits, search_);
  for (std::size_t i = 0; i < listings.size(); ++i) {
    const SearchHit& hit = page_.hits[i];
    const SeenVersions::Listing& listing = listings[i];
    plan_.take_listed(listing.last_search);
    if (listing.is_further && listing.last_search != search_) plan_.take_further_version();
    if (listing.is_new) hits.push_back(hit);
    if (listing.last_search != search_) ++new_in_search;
    if (!listing.is_new || !listing.is_other) continue;
    if (!decisions) decisions = std::make_shared<Decisions>();
    decisions->try_emplace(std::string(hit.id));
  }
  if (decisions) {
    add_versions(std::move(hits), decisions);
  } else {
    add_found(hits, nullptr);
  }
  if (seen_.version_count() > experience_.most_flows_of_unit) {
    throw Error(Fault::Data,
                fmt::format("{} to {}: the platform lists more than {} flows, which is more than "
                            "can be kept in mind; make the unit shorter with --resolution",
                            to_rfc3339(unit_.start), to_rfc3339(unit_.end),
                            experience_.most_flows_of_unit));
  }
  if (!page_.hits.empty()) note_working_index(failures_before_page_);
  report_unreadable_times();
  results_ += new_in_search;
  plan_.take_page(page_);
  cursor_->accept(page_, new_in_search);
}

/// The version of every flow first that the unit ended with, then the one before it, and so on.
void UnitReader::add_versions(std::vector<SearchHit> hits,
                              const std::shared_ptr<Decisions>& decisions) {
  while (!hits.empty()) {
    std::vector<SearchHit> latest;
    std::vector<SearchHit> older;
    std::unordered_map<std::string_view, std::size_t> places;
    for (const SearchHit& hit : hits) {
      const auto [place, is_first] = places.try_emplace(hit.id, latest.size());
      if (is_first) {
        latest.push_back(hit);
        continue;
      }
      SearchHit& known = latest[place->second];
      const bool is_later = comes_first(hit, known, unit_.end);
      older.push_back(is_later ? std::exchange(known, hit) : hit);
    }
    add_found(latest, decisions);
    hits = std::move(older);
  }
}

void UnitReader::add_found(std::span<const SearchHit> hits,
                           const std::shared_ptr<Decisions>& decisions) {
  for (FlowFetch& fetch : fetcher_.plan_fetches(hits, coming_)) {
    const auto part = hits.first(fetch.places.size());
    hits = hits.subspan(part.size());
    found_.emplace_back(part, std::move(fetch), decisions);
  }
}

UnitReader::Found::Found(std::span<const SearchHit> found, FlowFetch planned,
                         std::shared_ptr<Decisions> decisions_of_page)
    : hits(found.begin(), found.end()),
      fetch(std::move(planned)),
      decisions(std::move(decisions_of_page)) {
  std::size_t bytes = 0;
  for (const SearchHit& hit : hits) bytes += hit.id.size() + hit.entity_type.size();
  texts.reserve(bytes);  // so that the texts never move
  const auto keep = [this](std::string_view& text) {
    const std::size_t at = texts.size();
    texts.insert(texts.end(), text.begin(), text.end());
    text = {texts.data() + at, text.size()};
  };
  for (SearchHit& hit : hits) {
    keep(hit.id);
    keep(hit.entity_type);
  }
}

bool UnitReader::is_too_deep(const SearchPage& page) const {
  return cursor_->pages() == 1 && page.total_count &&
         experience_.depth.is_exceeded_by(*page.total_count) && plan_.can_halve();
}

bool UnitReader::is_endless(const SearchPage& page) const {
  return page.total_count && results_ > 2 * *page.total_count + kMaxHitsPerPage;
}

void UnitReader::finish() {
  is_finished_ = true;
  if (plan_.statistics().announced) return;
  log_.warning(
      LogEvent::WindowCountUnknown,
      fmt::format("window {} to {}: the platform did not say how many flows there are, or said "
                  "fewer than it listed, so it is not known whether these {} are all",
                  to_rfc3339(unit_.start), to_rfc3339(unit_.end), seen_.flow_count()),
      {log_field_of(unit_), {"flows", seen_.flow_count()}});
}

}  // namespace vrni2syslog
