/// Runs a fuzz target without a fuzzer: over every file of a corpus, and over a bounded number of
/// mutations of each, which are the same in every run. So an ordinary build, of any compiler and
/// with any sanitizer, tests what a fuzzer has found before.
///
///   fuzz_<target> [--mutations=N] <folder or file>...

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <string_view>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

namespace fs = std::filesystem;

constexpr std::string_view kMutationsOption = "--mutations=";
constexpr unsigned kSeed = 20261122;
constexpr std::size_t kMaxInputBytes = 1024UL * 1024;

struct Sample {
  std::string name;
  std::string bytes;
};

std::string read_bytes(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

void add_samples(const fs::path& path, std::vector<Sample>& samples) {
  if (!fs::is_directory(path)) {
    samples.push_back({path.filename().string(), read_bytes(path)});
    return;
  }
  for (const fs::directory_entry& entry : fs::directory_iterator(path)) {
    if (entry.is_regular_file()) add_samples(entry.path(), samples);
  }
}

/// Changes inputs as fuzzers do, by chance that is the same in every run.
class Mutator {
 public:
  explicit Mutator(const std::vector<Sample>& samples) : samples_(samples) {}

  std::string mutate(std::string bytes) {
    for (std::size_t changes = 1 + below(4); changes > 0; --changes) change(bytes);
    bytes.resize(std::min(bytes.size(), kMaxInputBytes));
    return bytes;
  }

 private:
  std::size_t below(std::size_t limit) { return limit == 0 ? 0 : random_() % limit; }

  void change(std::string& bytes) {
    constexpr std::string_view kInteresting("\0\n\r\"\\],[{}<>\x7F\x80\xBF\xC3\xE2\xED\xF0\xFF",
                                            20);
    const std::size_t at = below(bytes.size() + 1);
    const std::size_t length = below(std::min<std::size_t>(bytes.size() - at, 64) + 1);
    switch (below(6)) {
      case 0:
        bytes.insert(at, 1, static_cast<char>(random_()));
        break;
      case 1:
        bytes.insert(at, 1, kInteresting[below(kInteresting.size())]);
        break;
      case 2:
        bytes.erase(at, length);
        break;
      case 3:
        bytes.insert(at, bytes.substr(at, length));
        break;
      case 4:
        if (at < bytes.size())
          bytes[at] = static_cast<char>(static_cast<unsigned char>(bytes[at]) ^ (1U << below(8)));
        break;
      default: {
        const std::string& other = samples_[below(samples_.size())].bytes;
        bytes = bytes.substr(0, at) + other.substr(below(other.size() + 1));
      }
    }
  }

  const std::vector<Sample>& samples_;
  std::mt19937 random_{kSeed};
};

bool run(const std::string& name, const std::string& bytes) {
  try {
    // A copy of its own size, so that a sanitizer sees a read beyond the end.
    const std::vector<std::uint8_t> copy(bytes.begin(), bytes.end());
    LLVMFuzzerTestOneInput(copy.data(), copy.size());
    return true;
  } catch (const std::exception& failure) {
    std::fprintf(stderr, "%s: %s\ninput:", name.c_str(), failure.what());
    for (const char c : bytes)
      std::fprintf(stderr, " %02x", static_cast<unsigned>(static_cast<unsigned char>(c)));
    std::fputc('\n', stderr);
    return false;
  }
}

}  // namespace

int main(int argc, char** argv) {
  std::size_t mutations = 0;
  std::vector<Sample> samples;
  for (int i = 1; i < argc; ++i) {
    std::string_view argument = argv[i];
    if (argument.starts_with(kMutationsOption)) {
      argument.remove_prefix(kMutationsOption.size());
      std::from_chars(argument.data(), argument.data() + argument.size(), mutations);
    } else {
      add_samples(fs::path(argument), samples);
    }
  }
  if (samples.empty()) {
    std::fputs("no corpus\n", stderr);
    return 1;
  }
  std::ranges::sort(samples, {}, &Sample::name);

  Mutator mutator(samples);
  std::size_t failures = 0;
  for (const Sample& sample : samples) {
    if (!run(sample.name, sample.bytes)) ++failures;
    for (std::size_t i = 1; i <= mutations / samples.size() && failures < 10; ++i) {
      if (!run(sample.name + " mutation " + std::to_string(i), mutator.mutate(sample.bytes)))
        ++failures;
    }
  }
  std::printf("%zu files, %zu mutations, %zu failures\n", samples.size(), mutations, failures);
  return failures == 0 ? 0 : 1;
}
