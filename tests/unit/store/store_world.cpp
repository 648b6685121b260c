// SPDX-License-Identifier: Apache-2.0
#include "store_world.hpp"

namespace hooklet::store {

using namespace std::chrono_literals;

/// One watcher with what it believes.
struct StoreWorld::Follower {
    Selection selection;
    std::string app;  ///< The label's value that it selects; empty: all.
    sim::SimRandom random;
    Duration slowness{};
    View view{};
    std::optional<Revision> seen{};  ///< From where it can go on; none: it has to start anew.
    Revision started = 0;            ///< The state that a watch without a revision shows first.
    View truth{};                    ///< What is there in truth, at `truth_at`.
    Revision truth_at = revision_of_nothing;
};

StoreWorld::StoreWorld(std::uint64_t seed)
    : seed_(seed),
      random_(seed),
      faults_({}, random_.fork(), &loop_.clock(), &history_),
      storage_(&loop_.clock(), random_.fork(), &faults_) {}

void StoreWorld::live(bool crash) {
    begin();
    loop_.run_for(random_.between(50ms, 400ms));
    end(crash);
    check_acknowledged();
}

void StoreWorld::begin() {
    storage_.reopen();
    faults_.set({});
    objects_ = std::make_unique<ObjectStore>(&storage_, &loop_.clock(), loop_.executor(),
                                             StoreOptions{nullptr, {.changes = 20}});
    ASSERT_TRUE(loop_.run(objects_->load()));
    ASSERT_EQ(objects_->revision(), storage_.last_revision());
    faults_.set({.error = 0.05, .delay = 0.05, .lost_answer = 0.05, .longest_delay = 30ms});
    writing_ = true;
    crashed_ = false;
    writers_ = std::make_unique<Gate>(loop_.executor());
    watchers_ = std::make_unique<Gate>(loop_.executor());
    for (int i = 0; i < 6; ++i) writers_->spawn(write(random_.fork()));
    followers_.clear();
    for (int i = 0; i < 8; ++i) {
        const std::string app = i % 2 == 0 ? "" : "x";
        Selection selection{i % 4 < 2 ? "pods" : "secrets", i % 3 == 0 ? "one" : "", "",
                            app.empty() ? nullptr : with_app(app)};
        followers_.push_back(std::make_unique<Follower>(
            Follower{std::move(selection), app, random_.fork(), i < 3 ? 0ms : 60ms}));
        watchers_->spawn(follow(followers_.back().get()));
    }
}

void StoreWorld::end(bool crash) {
    crashed_ = crash;
    writing_ = false;
    if (crash) {
        storage_.crash();
        loop_.run(objects_->stop());
    } else {
        loop_.run(writers_->close());
        writers_.reset();
        faults_.set({});
        // The write whose fate is unknown is asked for with the next one.
        ASSERT_TRUE(loop_.run(objects_->create(pod_key("last-" + std::to_string(++version_)), pod("last"))));
    }
    if (writers_) loop_.run(writers_->close());
    loop_.run(watchers_->close());
    if (!crash) {
        for (const auto& follower : followers_) check(*follower, storage_.last_revision());
        loop_.run(objects_->stop());
    }
}

Task<> StoreWorld::pause(sim::SimRandom* random, Duration longest) {
    const Call until = loop_.clock().call_within(random->between(0ns, longest));
    (void)co_await sleep_until(&loop_.clock(), until);
}

Task<> StoreWorld::write(sim::SimRandom random) {
    while (writing_) {
        const auto done = co_await mutate(&random);
        if (done) {
            const Revision revision = (*done)->revision;
            EXPECT_LE(revision, storage_.last_revision()) << "seed " << seed_;
            acknowledged_.emplace_back(revision, (*done)->text);
        }
        co_await pause(&random, 20ms);
    }
}

Task<Result<ObjectPtr>> StoreWorld::mutate(sim::SimRandom* random) {
    ObjectKey key{random->chance(0.5) ? "pods" : "secrets", random->chance(0.5) ? "one" : "two",
                  std::to_string(random->below(4))};
    api::Node content = pod(key.name, random->chance(0.5) ? "x" : "y", ++version_);
    switch (random->below(5)) {
        case 0:
            co_return co_await objects_->create(std::move(key), std::move(content));
        case 1: {
            Preconditions preconditions;
            co_return co_await objects_->remove(std::move(key), std::move(preconditions));
        }
        case 2: {
            const auto found = objects_->get(key);
            if (found)
                content.find("metadata")
                    ->set("resourceVersion", api::Node(std::to_string((*found)->revision)));
            co_await pause(random, 5ms);
            break;
        }
        default:
            break;
    }
    co_return co_await objects_->update(std::move(key), std::move(content));
}

Task<> StoreWorld::follow(Follower* follower) {
    while (!crashed_) {
        if (!follower->seen && follower->random.chance(0.5)) co_await list(follower);
        co_await watch(follower);
        if (!writing_ && !writers_ && follower->seen == storage_.last_revision()) co_return;
    }
}

/// Lists in pages of a random size; all show the same state.
Task<> StoreWorld::list(Follower* follower) {
    ListQuery query;
    query.selection = follower->selection;
    query.limit = follower->random.below(4);
    follower->view.clear();
    Revision shown = 0;
    do {
        const auto page = co_await objects_->list(query, soon());
        if (!page) {
            EXPECT_EQ(page.error().code, Code::expired) << "seed " << seed_;
            co_return;
        }
        EXPECT_TRUE(shown == 0 || shown == page->revision) << "seed " << seed_;
        shown = page->revision;
        for (const ObjectPtr& object : page->objects) {
            follower->view[place_of(object->key)] = object->revision;
        }
        query.continue_ = page->continue_;
        co_await pause(&follower->random, follower->slowness);
    } while (!query.continue_.empty());
    check(*follower, shown);
    follower->seen = shown;
}

/// Watches until it is disconnected or has seen everything.
Task<> StoreWorld::watch(Follower* follower) {
    follower->started = objects_->revision();
    if (!follower->seen) follower->view.clear();
    auto opened = objects_->watch(follower->selection, follower->seen);
    while (opened && !follower->random.chance(0.05)) {
        const auto event = co_await (*opened)->next(soon());
        if (!event) {
            if (event.error().code == Code::expired) follower->seen.reset();
            co_return;
        }
        apply(*follower, *event);
        if (event->type == EventType::bookmark && !writing_) co_return;
        co_await pause(&follower->random, follower->slowness);
    }
    if (!opened) follower->seen.reset();
}

void StoreWorld::apply(Follower& follower, const WatchEvent& event) {
    ASSERT_LE(event.revision, storage_.last_revision()) << "seed " << seed_ << ": seen before it is on disk";
    if (event.type == EventType::bookmark) {
        follower.seen = event.revision;
        return check(follower, event.revision);
    }
    const std::string place = place_of(event.object->key);
    const bool initial = !follower.seen && event.revision <= follower.started;
    if (!initial) {
        ASSERT_GT(event.revision, follower.seen.value_or(follower.started)) << "seed " << seed_;
        check(follower, event.revision - 1);
    }
    ASSERT_EQ(follower.view.contains(place), event.type != EventType::added) << "seed " << seed_;
    if (event.type == EventType::deleted) {
        follower.view.erase(place);
    } else {
        follower.view[place] = event.revision;
        const ObjectChange& made = storage_.log()[static_cast<std::size_t>(event.revision - 2)];
        ASSERT_EQ(*event.object->text, *made.text) << "seed " << seed_;
    }
    if (initial) return;
    follower.seen = event.revision;
    check(follower, event.revision);
}

void StoreWorld::check(Follower& follower, Revision at) {
    tell_truth(follower, at);
    ASSERT_EQ(follower.view, follower.truth) << "seed " << seed_ << " at " << at;
}

void StoreWorld::tell_truth(Follower& follower, Revision at) const {
    if (at < follower.truth_at) {
        follower.truth.clear();
        follower.truth_at = revision_of_nothing;
    }
    const Selection& selection = follower.selection;
    for (; follower.truth_at < at; ++follower.truth_at) {
        // The first change has revision 2.
        const ObjectChange& change = storage_.log()[static_cast<std::size_t>(follower.truth_at - 1)];
        if (change.key.resource != selection.resource) continue;
        if (!selection.namespace_.empty() && change.key.namespace_ != selection.namespace_) continue;
        follower.truth.erase(place_of(change.key));
        if (change.text && change.text->contains(R"("app":")" + follower.app)) {
            follower.truth[place_of(change.key)] = change.revision;
        }
    }
}

void StoreWorld::check_acknowledged() {
    const auto& log = storage_.log();
    for (const auto& [revision, text] : acknowledged_) {
        ASSERT_LE(revision, storage_.last_revision()) << "seed " << seed_;
        const ObjectChange& made = log[static_cast<std::size_t>(revision - 2)];
        ASSERT_EQ(made.revision, revision) << "seed " << seed_;
        if (made.text) {
            ASSERT_EQ(*made.text, *text) << "seed " << seed_;
        }
    }
}

}  // namespace hooklet::store
