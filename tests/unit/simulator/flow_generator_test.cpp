#include "flow_generator.h"

#include "flow_words.h"
#include "flow_writer.h"
#include "json_writer.h"

#include <gtest/gtest.h>

#include <set>
#include <string>
#include <unordered_set>

namespace vrni2syslog::simulator {
namespace {

// A platform with `count` flows on 2025-06-01.
struct Flows {
  explicit Flows(std::uint32_t count, std::uint64_t seed = 7, std::uint32_t fact_change_every = 0)
      : inventory({seed, count, 0.2}),
        generator({seed, count, 1'748'736'000, 1'748'822'399, 0.2, false, fact_change_every},
                  inventory) {}

  [[nodiscard]] std::string document(std::uint32_t index) const {
    std::string text;
    JsonWriter json(text);
    FlowWriter(inventory, {}, {}).write(json, generator.flow(index), generator.id(index));
    return text + std::to_string(generator.activity(index).version);
  }

  Inventory inventory;
  FlowGenerator generator;
};

TEST(FlowGenerator, MakesTheSameFlowsFromTheSameSeed) {
  const Flows first(500);
  const Flows second(500);
  const Flows other(500, 8);
  for (std::uint32_t i = 0; i < 500; ++i) {
    ASSERT_EQ(first.document(i), second.document(i)) << i;
    ASSERT_NE(first.document(i), other.document(i)) << i;
  }
}

TEST(FlowGenerator, MakesNoTwoFlowsWithTheSameEndsPortAndProtocol) {
  for (const std::uint32_t count : {1000U, 60'000U}) {
    const Flows flows(count);
    std::set<std::string> keys;
    for (std::uint32_t i = 0; i < count; ++i) {
      const FlowRecord flow = flows.generator.flow(i);
      ASSERT_NE(address_text(flow.source.ip), address_text(flow.destination.ip));
      keys.insert(address_text(flow.source.ip) + " " + address_text(flow.destination.ip) + " " +
                  port_text(flow) + " " + std::string(protocol_word(flow.protocol)));
    }
    EXPECT_EQ(keys.size(), count);
  }
}

TEST(FlowGenerator, ChangesFactsAndNothingThatMakesTheFlow) {
  const Flows before(1000);
  const Flows after(1000, 7, 5);
  for (std::uint32_t i = 0; i < 1000; ++i) {
    ASSERT_EQ(before.document(i) != after.document(i), i % 5 == 0) << i;
    const FlowRecord old_flow = before.generator.flow(i);
    const FlowRecord new_flow = after.generator.flow(i);
    ASSERT_EQ(address_text(old_flow.source.ip), address_text(new_flow.source.ip));
    ASSERT_EQ(address_text(old_flow.destination.ip), address_text(new_flow.destination.ip));
    ASSERT_EQ(port_text(old_flow), port_text(new_flow));
    ASSERT_EQ(old_flow.protocol, new_flow.protocol);
  }
}

TEST(FlowGenerator, FindsAFlowByItsIdAlone) {
  const Flows flows(1000);
  std::set<std::string> ids;
  for (std::uint32_t i = 0; i < 1000; ++i) {
    EXPECT_EQ(flows.generator.find(flows.generator.id(i)), i);
    ids.insert(flows.generator.id(i));
  }
  EXPECT_EQ(ids.size(), 1000U);
  for (const std::string_view id : {"", "10000:515:", "10000:515:1", "10000:1:1", "10000:515:1x",
                                    "10000:515:99999999999999999999", "x"}) {
    EXPECT_EQ(flows.generator.find(id), std::nullopt) << id;
  }
}

TEST(FlowGenerator, GivesAMillionFlowsIdsOfTheirOwn) {
  constexpr std::uint32_t kCount = 1'000'000;
  const Flows flows(kCount);
  std::unordered_set<std::string> ids(kCount);
  for (std::uint32_t i = 0; i < kCount; ++i) ids.insert(flows.generator.id(i));
  EXPECT_EQ(ids.size(), kCount);
}

TEST(FlowGenerator, KeepsActivityWithinItsSpan) {
  const Flows flows(5000);
  for (std::uint32_t i = 0; i < 5000; ++i) {
    const Activity activity = flows.generator.activity(i);
    EXPECT_GE(activity.first, 1'748'736'000);
    EXPECT_LE(activity.first, activity.last);
    EXPECT_LE(activity.last, 1'748'822'399);
    EXPECT_LE(activity.version, activity.last);
  }
}

TEST(Inventory, FindsAnEntityByItsId) {
  const Flows flows(1000);
  for (const Entity entity : {Entity{EntityType::VirtualMachine, 3}, Entity{EntityType::Host, 0},
                              Entity{EntityType::K8sEgress, 39}}) {
    EXPECT_EQ(flows.inventory.find(flows.inventory.id(entity)), entity);
  }
  EXPECT_EQ(flows.inventory.find(flows.inventory.id({EntityType::Host, 100'000})), std::nullopt);
}

}  // namespace
}  // namespace vrni2syslog::simulator
