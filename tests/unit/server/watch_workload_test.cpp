// SPDX-License-Identifier: Apache-2.0
// Random writers and watchers through the whole server: every watcher's view is the store's history, no
// revision is skipped or repeated.
#include "api/json.hpp"
#include "base/gate.hpp"
#include "server/api_server.hpp"
#include "support/sim_loop.hpp"
#include "support/sim_object_storage.hpp"

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace hooklet::server {
namespace {

using namespace std::chrono_literals;

/// Places with the revisions of their objects.
using View = std::map<std::string, Revision>;

/// Gets the answer of one request; a watch's lines go to whoever reads them, who may be slow, or hang up.
class ReaderExchange final : public HttpExchange {
  public:
    using Reader = std::function<Task<Status>(std::string line)>;
    ReaderExchange(HttpServerRequest request, Reader reader)
        : request_(std::move(request)), reader_(std::move(reader)) {}

    [[nodiscard]] const HttpServerRequest& request() const override { return request_; }
    [[nodiscard]] CancelToken gone() const override { return gone_.token(); }
    Task<Status> respond(HttpReply whole) override {
        reply = std::move(whole);
        co_return Status{};
    }
    Task<Status> begin(HttpReply head) override {
        reply = std::move(head);
        co_return Status{};
    }
    Task<Status> write(std::string piece) override {
        const Status read = co_await reader_(std::move(piece));
        if (!read) gone_.cancel(read.error());
        co_return read;
    }
    Task<Status> finish() override { co_return Status{}; }
    Task<Result<ByteStream*>> upgrade(HttpReply) override { co_return fail(Code::internal, "no upgrades"); }

    HttpReply reply{.status = 0, .headers = {}};

  private:
    HttpServerRequest request_;
    Reader reader_;
    CancelSource gone_;
};

std::string word(const api::Node& document, std::initializer_list<std::string_view> path) {
    const api::Node* node = &document;
    for (const std::string_view name : path) node = node == nullptr ? nullptr : node->find(name);
    return node == nullptr || node->as_string() == nullptr ? "" : *node->as_string();
}

Revision revision_of(const api::Node& document) {
    return std::stoll("0" + word(document, {"metadata", "resourceVersion"}));
}

std::string place_in(const api::Node& document) {
    return word(document, {"metadata", "namespace"}) + "/" + word(document, {"metadata", "name"});
}

class ServedWorld {
  public:
    explicit ServedWorld(std::uint64_t seed);
    void live();

  private:
    struct Follower {
        std::string namespace_{};  ///< Empty: all.
        std::string app{};         ///< The label's value that it selects; empty: all.
        bool table = false;
        Duration slowness{};
        sim::SimRandom random;
        View view{};
        std::optional<Revision> seen{};  ///< From where it can go on; none: it has to start anew.
        Revision started = 0;            ///< The state that a watch without a revision shows first.
        View truth{};                    ///< What is there in truth, at `truth_at`.
        Revision truth_at = revision_of_nothing;
    };

    Task<int> send(std::string method, std::string target, std::string body, std::string type);
    Task<> write(sim::SimRandom random);
    Task<int> mutate(sim::SimRandom* random);
    Task<> follow(Follower* follower);
    Task<> list(Follower* follower);
    Task<> watch(Follower* follower);
    Task<Status> read_line(Follower* follower, std::string line);
    void apply(Follower& follower, const api::Node& event);
    void apply_change(Follower& follower, const std::string& type, const api::Node& object,
                      Revision revision);
    void check(Follower& follower, Revision at);
    void tell_truth(Follower& follower, Revision at) const;
    [[nodiscard]] std::string target_of(const Follower& follower) const;
    Task<> pause(sim::SimRandom* random, Duration longest);
    bool finished(const Follower& follower) const {
        return settled_ && follower.seen == storage_.last_revision();
    }

    std::uint64_t seed_;
    sim::SimRandom random_;
    sim::SimLoop loop_;
    sim::History history_{&loop_.clock()};
    sim::FaultInjector faults_;
    sim::SimObjectStorage storage_;
    sim::SimRandom names_;
    store::ObjectStore objects_{
        &storage_, &loop_.clock(), loop_.executor(), {fields_of_kinds(), {.changes = 20}}};
    ApiServer server_;
    std::vector<std::unique_ptr<Follower>> followers_;
    bool writing_ = true;
    bool settled_ = false;  ///< The last change is on disk.
    int version_ = 0;
};

ServedWorld::ServedWorld(std::uint64_t seed)
    : seed_(seed),
      random_(seed),
      faults_({}, random_.fork(), &loop_.clock(), &history_),
      storage_(&loop_.clock(), random_.fork(), &faults_),
      names_(random_.fork()),
      server_({{&objects_, &loop_.clock(), &names_}, nullptr, nullptr, nullptr}, {}) {}

void ServedWorld::live() {
    ASSERT_TRUE(loop_.run(objects_.load()));
    faults_.set({.error = 0.05, .delay = 0.05, .lost_answer = 0.05, .longest_delay = 30ms});
    Gate writers(loop_.executor());
    Gate watchers(loop_.executor());
    for (int i = 0; i < 6; ++i) writers.spawn(write(random_.fork()));
    for (int i = 0; i < 8; ++i) {
        followers_.push_back(std::make_unique<Follower>(Follower{
            i % 3 == 0 ? "one" : "", i % 2 == 0 ? "" : "x", i % 4 == 3, i < 3 ? 0ms : 60ms, random_.fork()}));
        watchers.spawn(follow(followers_.back().get()));
    }
    loop_.run_for(random_.between(100ms, 500ms));
    writing_ = false;
    loop_.run(writers.close());
    faults_.set({});
    // The write whose fate is unknown is asked for with the next one.
    const std::string last = R"({"metadata":{"name":"last"}})";
    EXPECT_EQ(loop_.run(send("POST", "/api/v1/namespaces/one/configmaps", last, "application/json")), 201);
    settled_ = true;
    loop_.run(watchers.close());
    for (const auto& follower : followers_) check(*follower, storage_.last_revision());
    loop_.run(objects_.stop());
}

Task<> ServedWorld::pause(sim::SimRandom* random, Duration longest) {
    const Call until = loop_.clock().call_within(random->between(0ns, longest));
    (void)co_await sleep_until(&loop_.clock(), until);
}

Task<int> ServedWorld::send(std::string method, std::string target, std::string body, std::string type) {
    HttpServerRequest request{
        std::move(method), std::move(target), {{"Content-Type", std::move(type)}}, std::move(body), {}};
    ReaderExchange exchange(std::move(request), nullptr);
    co_await server_.handle(&exchange);
    co_return exchange.reply.status;
}

Task<> ServedWorld::write(sim::SimRandom random) {
    while (writing_) {
        const int status = co_await mutate(&random);
        // 500: the disk has failed.
        const bool usual = status == 200 || status == 201 || status == 404 || status == 409;
        EXPECT_TRUE(usual || status >= 500) << "seed " << seed_ << ": " << status;
        co_await pause(&random, 20ms);
    }
}

Task<int> ServedWorld::mutate(sim::SimRandom* random) {
    const std::string name = std::to_string(random->below(4));
    const std::string all =
        fmt::format("/api/v1/namespaces/{}/configmaps", random->chance(0.5) ? "one" : "two");
    const std::string one = fmt::format("{}/{}", all, name);
    std::string body =
        fmt::format(R"({{"metadata":{{"name":"{}","labels":{{"app":"{}"}}}},"data":{{"version":"{}"}}}})",
                    name, random->chance(0.5) ? "x" : "y", ++version_);
    switch (random->below(6)) {
        case 0:
        case 1:
            co_return co_await send("POST", all, std::move(body), "application/json");
        case 2:
            co_return co_await send("PUT", one, std::move(body), "application/json");
        case 3:
            co_return co_await send("DELETE", one, "", "application/json");
        case 4:
            co_return co_await send("DELETE", all + "?labelSelector=app%3Dy", "", "application/json");
        default:
            co_return co_await send("PATCH", one, std::move(body), "application/merge-patch+json");
    }
}

std::string ServedWorld::target_of(const Follower& follower) const {
    const std::string inside = follower.namespace_.empty() ? "" : "namespaces/" + follower.namespace_ + "/";
    const std::string selector = follower.app.empty() ? "" : "labelSelector=app%3D" + follower.app + "&";
    return fmt::format("/api/v1/{}configmaps?{}", inside, selector);
}

Task<> ServedWorld::follow(Follower* follower) {
    while (!finished(*follower)) {
        if (!follower->seen && follower->random.chance(0.5)) co_await list(follower);
        co_await watch(follower);
    }
}

/// Lists in pages of a random size; all show the same state.
Task<> ServedWorld::list(Follower* follower) {
    follower->view.clear();
    std::string next;
    Revision shown = 0;
    const std::string target = target_of(*follower) + fmt::format("limit={}", follower->random.below(4));
    do {
        HttpServerRequest request{"GET", target + next, {}, "", {}};
        ReaderExchange exchange(std::move(request), nullptr);
        co_await server_.handle(&exchange);
        if (exchange.reply.status == 410) co_return;
        EXPECT_EQ(exchange.reply.status, 200) << "seed " << seed_;
        const api::Node page = api::parse_json(exchange.reply.body).value();
        EXPECT_TRUE(shown == 0 || shown == revision_of(page)) << "seed " << seed_;
        shown = revision_of(page);
        for (const api::Node& item : *page.find("items")->as_array())
            follower->view[place_in(item)] = revision_of(item);
        const std::string rest = word(page, {"metadata", "continue"});
        next = rest.empty() ? "" : "&continue=" + rest;
        co_await pause(&follower->random, follower->slowness);
    } while (!next.empty());
    check(*follower, shown);
    follower->seen = shown;
}

/// Watches until it hangs up or is told that it is too late.
Task<> ServedWorld::watch(Follower* follower) {
    follower->started = objects_.revision();
    if (!follower->seen) follower->view.clear();
    std::string target = target_of(*follower) + "watch=true&allowWatchBookmarks=true";
    if (follower->seen) target += fmt::format("&resourceVersion={}", *follower->seen);
    std::vector<HttpHeader> headers;
    if (follower->table) headers.push_back({"Accept", "application/json;as=Table;v=v1;g=meta.k8s.io"});
    HttpServerRequest request{"GET", std::move(target), std::move(headers), "", {}};
    ReaderExchange exchange(std::move(request), [this, follower](std::string line) {
        return read_line(follower, std::move(line));
    });
    co_await server_.handle(&exchange);
    EXPECT_EQ(exchange.reply.status, 200) << "seed " << seed_;
}

Task<Status> ServedWorld::read_line(Follower* follower, std::string line) {
    EXPECT_TRUE(line.ends_with('\n')) << line;
    const auto event = api::parse_json(line);
    EXPECT_TRUE(event) << line;
    if (!event || ::testing::Test::HasFatalFailure()) co_return fail(Code::internal, "not an event");
    apply(*follower, *event);
    co_await pause(&follower->random, follower->slowness);
    const bool ends = finished(*follower) || follower->random.chance(0.05);
    if (ends) co_return fail(Code::unavailable, "the client has gone");
    co_return Status{};
}

void ServedWorld::apply(Follower& follower, const api::Node& event) {
    const std::string type = word(event, {"type"});
    const api::Node& object = *event.find("object");
    if (type == "ERROR") {
        EXPECT_EQ(word(object, {"reason"}), "Expired") << "seed " << seed_;
        follower.seen.reset();
        return;
    }
    // Of a table, the revision stands at its head.
    const Revision revision = revision_of(object);
    ASSERT_LE(revision, storage_.last_revision()) << "seed " << seed_ << ": seen before it is on disk";
    if (type == "BOOKMARK") {
        follower.seen = revision;
        return check(follower, revision);
    }
    apply_change(follower, type,
                 follower.table ? *object.find("rows")->as_array()->front().find("object") : object,
                 revision);
}

void ServedWorld::apply_change(Follower& follower, const std::string& type, const api::Node& object,
                               Revision revision) {
    const std::string place = place_in(object);
    const bool initial = !follower.seen && revision <= follower.started;
    if (!initial) {
        ASSERT_GT(revision, follower.seen.value_or(follower.started)) << "seed " << seed_;
        check(follower, revision - 1);
    }
    ASSERT_EQ(follower.view.contains(place), type != "ADDED") << "seed " << seed_ << ' ' << place;
    if (type == "DELETED") {
        follower.view.erase(place);
    } else {
        follower.view[place] = revision;
        // The first change has revision 2.
        const ObjectChange& made = storage_.log()[static_cast<std::size_t>(revision - 2)];
        if (!follower.table) {
            ASSERT_EQ(api::write_json(object), *made.text) << "seed " << seed_;
        }
    }
    if (initial) return;
    follower.seen = revision;
    check(follower, revision);
}

void ServedWorld::check(Follower& follower, Revision at) {
    tell_truth(follower, at);
    ASSERT_EQ(follower.view, follower.truth) << "seed " << seed_ << " at " << at;
}

void ServedWorld::tell_truth(Follower& follower, Revision at) const {
    if (at < follower.truth_at) {
        follower.truth.clear();
        follower.truth_at = revision_of_nothing;
    }
    for (; follower.truth_at < at; ++follower.truth_at) {
        const ObjectChange& change = storage_.log()[static_cast<std::size_t>(follower.truth_at - 1)];
        if (!follower.namespace_.empty() && change.key.namespace_ != follower.namespace_) continue;
        const std::string place = change.key.namespace_ + "/" + change.key.name;
        follower.truth.erase(place);
        const bool fits = change.text &&
                          (follower.app.empty() || change.text->contains(R"("app":")" + follower.app + "\""));
        if (fits) follower.truth[place] = change.revision;
    }
}

class WatchWorkload : public testing::TestWithParam<std::uint64_t> {};

TEST_P(WatchWorkload, EveryViewIsTheHistory) {
    constexpr std::uint64_t seeds_of_one_test = 5;
    for (std::uint64_t i = 0; i < seeds_of_one_test && !HasFailure(); ++i) {
        ServedWorld world(GetParam() * seeds_of_one_test + i);
        world.live();
    }
}

INSTANTIATE_TEST_SUITE_P(Seeds, WatchWorkload, testing::Range<std::uint64_t>(0, 4));

}  // namespace
}  // namespace hooklet::server
