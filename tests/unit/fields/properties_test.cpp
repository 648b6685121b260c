// SPDX-License-Identifier: Apache-2.0
// What holds whatever several managers do to one object, over random histories.
#include "api/json.hpp"
#include "api/types.hpp"
#include "fields/apply.hpp"
#include "fields/comparison.hpp"
#include "fields/merge.hpp"

#include <cstdint>
#include <random>
#include <string>

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace hooklet::fields {
namespace {

using api::Node;

/// Small Pods with little to choose from, so that managers meet.
class Maker {
  public:
    explicit Maker(std::uint64_t seed) : random_(static_cast<std::minstd_rand::result_type>(seed + 1)) {}

    bool chance() { return random_() % 2 == 0; }
    std::size_t below(std::size_t end) { return random_() % end; }
    std::string value() { return std::string(1, static_cast<char>('1' + below(3))); }

    Node pod() {
        Node metadata = Node::object();
        if (chance()) metadata.set("labels", map());
        put_list(metadata, "finalizers", set());
        Node spec = Node::object();
        if (chance()) spec.set("nodeSelector", map());
        put_list(spec, "containers", containers());
        Node pod = Node::object();
        if (chance()) pod.set("metadata", std::move(metadata));
        if (chance()) pod.set("spec", std::move(spec));
        return pod;
    }

  private:
    /// An empty list is none: it is not stored.
    void put_list(Node& object, const char* name, Node list) {
        if (chance() && !list.as_array()->empty()) object.set(name, std::move(list));
    }
    Node map() {
        Node node = Node::object();
        for (const char* key : {"a", "b", "c"}) {
            if (chance()) node.set(key, Node(value()));
        }
        return node;
    }
    Node set() {
        Node node = Node::array();
        for (const char* item : {"x.io/a", "x.io/b", "x.io/c"}) {
            if (chance()) node.push(Node(item));
        }
        return node;
    }
    Node containers() {
        Node list = Node::array();
        for (const char* name : {"a", "b", "c"}) {
            if (chance()) continue;
            Node container = Node::object();
            container.set("name", Node(name));
            if (chance()) container.set("image", Node(value()));
            put_list(container, "args", set());
            put_list(container, "ports", ports());
            list.push(std::move(container));
        }
        return list;
    }
    Node ports() {
        Node list = Node::array();
        for (const int number : {80, 81}) {
            Node port = Node::object();
            port.set("containerPort", Node(number));
            if (chance()) port.set("name", Node(value()));
            if (chance()) list.push(std::move(port));
        }
        return list;
    }

    std::minstd_rand random_;
};

class Histories : public testing::TestWithParam<std::uint64_t> {
  protected:
    const api::TypeDescriptor& type = api::describe<api::Pod>();
    const Place place{type};
    const Node blank = api::parse_json(R"({"metadata":{},"spec":{"containers":[]}})").value();
    Maker maker{GetParam()};
    Node live = blank;
    Entries owners;
    int seconds = 0;

    Owners known() {
        auto read = read_owners(owners);
        EXPECT_TRUE(read);
        return read.value_or(Owners{});
    }
    Writer writer(std::string name) {
        return {.manager = std::move(name),
                .api_version = "v1",
                .now = WallTime{std::chrono::seconds(++seconds)}};
    }
    auto apply(const std::string& manager, const Node& wanted, bool force) {
        return fields::apply(type, blank, live, wanted, known(), writer(manager), force);
    }
    void take(Applied applied) {
        live = std::move(applied.document);
        owners = std::move(applied.owners);
    }
    /// Everything that somebody owns is there.
    void check_owners() {
        const FieldSet there = compare(place, nullptr, &live).added;
        for (const Owner& owner : known())
            EXPECT_EQ(api::write_json(write_fields(without(owner.fields, there))), "{}") << owner.text();
    }
    void step_apply(const std::string& manager) {
        const Node wanted = maker.pod();
        const bool force = maker.chance();
        auto applied = apply(manager, wanted, force);
        if (!applied) {
            EXPECT_FALSE(force);
            return;
        }
        take(*std::move(applied));
        EXPECT_TRUE(api::same_value(merged(place, live, wanted), live)) << api::write_json(wanted);
        if (owners.empty()) return;  // the next who applies finds an object from before all appliers
        const Entries before = owners;
        auto again = apply(manager, wanted, false);
        ASSERT_TRUE(again);
        EXPECT_EQ(again->document, live);
        EXPECT_EQ(again->owners, before);
    }
    void step_update(const std::string& manager) {
        const Node next = merged(place, maker.chance() ? live : blank, maker.pod());
        owners = after_update(type, live, next, known(), writer(manager));
        live = next;
        const Entries before = owners;
        owners = after_update(type, live, live, known(), writer("nobody"));
        EXPECT_EQ(owners, before);
    }
};

TEST_P(Histories, KeepTheRulesOfOwnership) {
    const std::string names[] = {"a", "b", "c"};
    owners = after_update(type, blank, live, {}, writer("creator"));
    for (int step = 0; step < 30 && !HasFailure(); ++step) {
        SCOPED_TRACE(fmt::format("seed {} step {} on {}", GetParam(), step, api::write_json(live)));
        const std::string& manager = names[maker.below(3)];
        maker.below(3) == 0 ? step_update(manager) : step_apply(manager);
        check_owners();
    }
}

/// Who applies nothing any more owns nothing, and only what was its alone goes.
TEST_P(Histories, ThatEndWithoutTheAppliersLeaveNothingOfTheirs) {
    for (const char* manager : {"a", "b"}) take(apply(manager, maker.pod(), true).value());
    const Node with_both = live;
    take(apply("a", Node::object(), false).value());
    take(apply("b", Node::object(), false).value());
    EXPECT_TRUE(owners.empty());
    EXPECT_EQ(api::write_json(write_fields(compare(place, &blank, &live).changed())), "{}")
        << api::write_json(with_both) << " left " << api::write_json(live);
}

INSTANTIATE_TEST_SUITE_P(Seeds, Histories, testing::Range<std::uint64_t>(0, 40));

}  // namespace
}  // namespace hooklet::fields
