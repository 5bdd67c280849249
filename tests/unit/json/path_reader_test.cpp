#include "json/path_reader.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <string>

namespace vrni2syslog {
namespace {

enum class TestPlace : std::uint8_t { Outside, Root, Named, Any, Items, Item };

/// Writes down what it is told, each with the number of its place.
class PathRecorder final : public JsonPathReader<PathRecorder, TestPlace> {
 public:
  using Place = TestPlace;
  static constexpr JsonPath<Place> kPaths[] = {
      {Place::Root, Place::Outside, '{', {}}, {Place::Named, Place::Root, '{', "named"},
      {Place::Any, Place::Named, '[', {}},    {Place::Items, Place::Root, '[', "items"},
      {Place::Item, Place::Items, '{', {}},
  };

  void take(Place place, std::string_view text) {
    add(place, std::string(member()) + '=' + std::string(text));
  }
  void take_null(Place place) { add(place, std::string(member()) + "=null"); }
  [[nodiscard]] bool enter(Place place) {
    add(place, "enter " + std::string(member()));
    return place != Place::Item || ++items_ <= 1;
  }
  void leave(Place place) { add(place, "leave"); }
  void pass_over(Place place) { add(place, "pass over " + std::string(member())); }

  std::string events;

 private:
  void add(Place place, const std::string& event) {
    events += std::to_string(static_cast<int>(place)) + ' ' + event + '\n';
  }

  int items_ = 0;
};

[[nodiscard]] std::string events_of_paths(std::string body) {
  PathRecorder recorder;
  EXPECT_TRUE(read_json(body, recorder));
  return recorder.events;
}

TEST(JsonPathReader, TellsWhatLiesInThePlacesOfItsTable) {
  EXPECT_EQ(events_of_paths(R"({"a":1,"named":{"b":null,"list":["x",2]}})"),
            "1 enter \n1 a=1\n2 enter named\n2 b=null\n3 enter list\n3 list=x\n3 list=2\n3 leave\n"
            "2 leave\n1 leave\n");
}

TEST(JsonPathReader, PassesOverEverythingElseInOnePiece) {
  EXPECT_EQ(events_of_paths(R"({"x":{"named":{"b":1},"y":[[{}]]},"named":[{"b":null}],"z":3})"),
            "1 enter \n1 pass over x\n1 pass over named\n1 z=3\n1 leave\n");
}

TEST(JsonPathReader, PassesOverWhatTheReaderRefuses) {
  EXPECT_EQ(events_of_paths(R"({"items":[{"a":1},{"a":2,"b":{}},3]})"),
            "1 enter \n4 enter items\n5 enter items\n5 a=1\n5 leave\n5 enter a\n4 pass over a\n"
            "4 a=3\n4 leave\n1 leave\n");
}

TEST(JsonPathReader, FindsTheMembersAfterAnObjectThatIsOver) {
  EXPECT_EQ(events_of_paths(R"({"named":{"a":1},"b":2})"),
            "1 enter \n2 enter named\n2 a=1\n2 leave\n1 b=2\n1 leave\n");
}

TEST(JsonPathReader, PassesOverATextThatIsNoObject) {
  EXPECT_EQ(events_of_paths(R"([{"a":1},"x"])"), "0 pass over \n");
}

TEST(JsonPathReader, TakesAScalarThatIsTheWholeText) {
  EXPECT_EQ(events_of_paths("7"), "0 =7\n");
}

TEST(JsonPathReader, KnowsWhetherATableIsInOrder) {
  constexpr JsonPath<TestPlace> kGap[] = {{TestPlace::Named, TestPlace::Root, '{', {}}};
  constexpr JsonPath<TestPlace> kChildFirst[] = {{TestPlace::Root, TestPlace::Named, '{', {}}};
  EXPECT_TRUE(is_in_order(PathRecorder::kPaths));
  EXPECT_FALSE(is_in_order(kGap));
  EXPECT_FALSE(is_in_order(kChildFirst));
}

}  // namespace
}  // namespace vrni2syslog
