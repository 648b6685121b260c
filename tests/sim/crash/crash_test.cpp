// SPDX-License-Identifier: Apache-2.0
// The agent dies at every call of a course of two Pods, and the next one goes on.
#include "api/json.hpp"
#include "informer/document.hpp"
#include "node/pod_kind.hpp"
#include "support/invariants.hpp"
#include "support/sim_node.hpp"

#include <map>
#include <optional>
#include <vector>

#include <fmt/format.h>
#include <fmt/ostream.h>
#include <fmt/ranges.h>
#include <gtest/gtest.h>

namespace hooklet::sim {
namespace {

using namespace std::chrono_literals;
using Moment = CrashPoint::Moment;

constexpr Duration down_for = 2s;

/// Restarted once by its liveness probe; both hooks are commands.
constexpr const char* web = R"({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "web",
    "namespace": "default"}, "spec": {"nodeName": "node1", "terminationGracePeriodSeconds": 20, "containers": [
    {"name": "app", "image": "busybox", "command": ["sim"],
     "lifecycle": {"postStart": {"exec": {"command": ["sim", "takes=2s"]}},
                   "preStop": {"exec": {"command": ["sim", "takes=3s"]}}},
     "livenessProbe": {"exec": {"command": ["sim", "until=9s", "then", "exit=1"]},
                       "periodSeconds": 5, "failureThreshold": 2}}]}})";

/// Deleted; one hook is a request.
constexpr const char* db = R"({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "db",
    "namespace": "default"}, "spec": {"nodeName": "node1", "terminationGracePeriodSeconds": 20, "containers": [
    {"name": "app", "image": "busybox", "command": ["sim", "listen=80"],
     "lifecycle": {"postStart": {"httpGet": {"path": "/up", "port": 80}},
                   "preStop": {"exec": {"command": ["sim", "takes=4s"]}}}}]}})";

/// One course of the two Pods, with a death of the agent somewhere in it.
class Course {
  public:
    /// `jump` is by how much the clock on the wall is wrong whenever an agent begins, and right the next
    /// time.
    explicit Course(std::optional<CrashPoint> point, bool power = false, Duration jump = {})
        : power_(power), jump_(jump) {
        m_.world.images.add({.name = "busybox"});
        (void)m_.world.host.make_directories("/manifests", 0755);
        for (const char* name : {"default", "kube-node-lease"}) create("namespaces", "", name, "{}");
        if (power_) m_.world.journal.delay_sync(5);
        if (point) m_.world.faults.crash_at(*point);
        start_agent();
    }

    void play() {
        create("pods", "default", "web", web);
        create("pods", "default", "db", db);
        pass(20s);
        remove("db");
        pass(8s);
        // After a loss of power it may wait for its back-off.
        for (int i = 0; power_ && i < 30 && !is_running("web"); ++i) pass(1s);
        expect(!exists("db"), "db is not gone");
        expect(is_running("web"), "web does not run");
        remove("web");
        pass(30s);
        expect(!exists("web"), "web is not gone");
        for (const std::string& left : leftovers(m_.world, "/state/pods", "/hooklet"))
            failures_.push_back(left);
        agent_.reset();
        check();
    }

    [[nodiscard]] std::uint64_t calls() const { return m_.world.faults.crash_points(); }
    [[nodiscard]] std::uint64_t crashes() const { return crashes_; }
    [[nodiscard]] const std::vector<std::string>& failures() const { return failures_; }
    [[nodiscard]] std::string story() const { return m_.world.history.text(); }

  private:
    void create(const std::string& resource, const std::string& namespace_, const std::string& name,
                const std::string& text) {
        const ApiPath path{"", "v1", resource, namespace_, name, {}};
        api::Node object = api::parse_json(text).value();
        object.set("apiVersion", api::Node("v1"));
        object.set("kind", api::Node(FakeObjects::kind_of(path).name));
        if (object.find("metadata") == nullptr) object.set("metadata", api::Node::object());
        object.find("metadata")->set("name", api::Node(name));
        const auto made = m_.api.objects().create(path, object);
        if (resource == "pods") facts_.push_back(facts_of(read_pod(*made)));
    }
    static api::Pod read_pod(const api::Node& node) { return read_as<api::Pod>(node); }

    void remove(const std::string& name) {
        const ApiDelete options{.grace_s = {}, .uid = {}, .resource_version = {}};
        if (exists(name)) (void)m_.api.objects().remove({"", "v1", "pods", "default", name, {}}, options);
        for (PodFacts& pod : facts_) {
            if (pod.name == name) pod.stop(m_.world.loop.clock().now());
        }
    }
    api::Pod pod(const std::string& name) {
        const auto found = m_.api.objects().get({"", "v1", "pods", "default", name, {}});
        return found ? read_pod(*found) : api::Pod{};
    }
    bool exists(const std::string& name) { return !pod(name).metadata.uid.empty(); }
    bool is_running(const std::string& name) {
        const auto& all = pod(name).status.containerStatuses;
        return !all.empty() && all.front().state.running.has_value();
    }
    void expect(bool holds, const std::string& otherwise) {
        if (!holds) failures_.push_back(otherwise);
    }

    void start_agent() {
        agent_.emplace(&m_);
        agent_->journal.listen([this](const JournalEntry& entry) { hear(entry); });
    }
    void hear(const JournalEntry& entry) {
        const auto* event = std::get_if<EventRecord>(&entry);
        if (event == nullptr || event->reason != "Killing") return;
        for (PodFacts& pod : facts_) {
            const bool with_pod = event->message.starts_with("Stopping container");
            if (pod.uid == event->pod.uid)
                pod.kills.push_back({event->container, m_.world.loop.clock().now(), with_pod});
        }
    }

    /// Lets the time pass; when the agent dies in it, the next one comes a little later.
    void pass(Duration length) {
        SimLoop& loop = m_.world.loop;
        const MonotonicTime end = loop.clock().now() + length;
        const auto dead = [this] { return m_.world.faults.severed(); };
        const auto look = [this, &dead] {
            look_at_statuses();
            return dead();
        };
        if (loop.run_until(look, length) != RunEnd::reached) return;
        ++crashes_;
        m_.world.crash();
        agent_.reset();
        if (power_) lose_power();
        loop.run_for(down_for);
        m_.world.reconnect();
        set_clock();
        start_agent();
        const Duration rest = std::max(end - loop.clock().now(), Duration::zero()) + 5s;
        (void)loop.run_until(look, rest);
    }
    void set_clock() {
        m_.world.loop.clock().jump(jump_);
        jump_ = -jump_;
    }
    void lose_power() {
        m_.world.journal.lose_power();
        std::vector<std::string> ids;
        for (const auto& [id, sandbox] : m_.world.engine.sandboxes()) ids.push_back(id);
        for (const std::string& id : ids) m_.world.engine.kill_sandbox(id);
    }

    /// A container that counts as running has had its postStart.
    void look_at_statuses() {
        if (m_.api.objects().revision() == seen_revision_) return;
        seen_revision_ = m_.api.objects().revision();
        for (const PodFacts& known : facts_) {
            const api::Pod now = pod(known.name);
            const auto& all = now.status.containerStatuses;
            if (all.empty() || !all.front().state.running || seen_.contains(all.front().containerID))
                continue;
            seen_.insert(all.front().containerID);
            const std::string id = all.front().containerID.substr(all.front().containerID.find("//") + 2);
            for (const Life& life : lives_of(m_.world.history)) {
                if (life.id == id && !was_delivered(known.containers.front(), HookType::post_start, life))
                    failures_.push_back(known.name + " counts as running before its postStart");
            }
        }
    }
    bool was_delivered(const ContainerFacts& container, HookType hook, const Life& life) {
        const auto& facts = hook == HookType::post_start ? container.post_start : container.pre_stop;
        std::set<std::uint64_t> cut_off;
        bool done = false;
        for (const Observation& o : m_.world.history.all()) {
            if (o.id != life.id || o.detail != facts->marker) continue;
            if (o.kind == Kind::exec_detached) cut_off.insert(o.operation);
            if (o.kind == Kind::exec_end && o.code == 0 && !cut_off.contains(o.operation)) done = true;
        }
        if (facts->via != HookFacts::Via::network) return done;
        return !uses_of(m_.world.history, *facts, life, MonotonicTime::max()).empty();
    }

    void check() {
        // When exactly a stop began is not known of one that the death of the agent cut off.
        const Tolerance tolerance{.faults = true, .reaction = down_for + 1s};
        for (const Violation& broken : check_run(m_.world.history, facts_, tolerance))
            failures_.push_back(fmt::format("{}", fmt::streamed(broken)));
        // The journal's last moments may go with the power.
        if (!power_) {
            for (const Violation& broken : journal_is_complete(m_.world, facts_))
                failures_.push_back(broken.what);
        }
        for (const Life& life : lives_of(m_.world.history)) check_hooks(life);
        check_deliveries();
    }
    void check_hooks(const Life& life) {
        for (const PodFacts& pod : facts_) {
            if (pod.uid != life.pod || !life.started || power_) continue;
            const ContainerFacts& container = pod.containers.front();
            for (const HookType hook : {HookType::post_start, HookType::pre_stop}) {
                if (!was_delivered(container, hook, life))
                    failures_.push_back(fmt::format("{}: {} was not delivered", pod.name, name(hook)));
            }
        }
    }
    void check_deliveries() {
        std::map<std::string, std::vector<std::int32_t>> deliveries;
        std::map<std::string, std::string> of;
        for (const HookAttempt& attempt : m_.world.journal.contents().hooks) {
            deliveries[attempt.delivery_id].push_back(attempt.attempt);
            const std::string hook = fmt::format("{} {}", attempt.container_id, name(attempt.hook));
            const auto known = of.emplace(hook, attempt.delivery_id).first;
            expect(known->second == attempt.delivery_id, hook + ": two deliveries");
        }
        for (const auto& [id, attempts] : deliveries) {
            for (std::size_t i = 0; i < attempts.size(); ++i)
                expect(attempts[i] == static_cast<std::int32_t>(i) + 1, fmt::format("attempts {}", attempts));
        }
    }

    SimNodeMachine m_;
    std::optional<SimNodeAgent> agent_;
    std::vector<PodFacts> facts_;
    std::set<std::string> seen_;
    std::int64_t seen_revision_ = 0;
    std::vector<std::string> failures_;
    std::uint64_t crashes_ = 0;
    bool power_;
    Duration jump_;
};

std::uint64_t calls_of_a_clean_run() {
    Course clean(std::nullopt);
    clean.play();
    EXPECT_TRUE(clean.failures().empty())
        << fmt::format("{}", fmt::join(clean.failures(), "\n")) << clean.story();
    return clean.calls();
}

/// Plays one course for each `step`-th call, the moments taking turns, and prints how many died.
void die(std::vector<Moment> moments, std::uint64_t step, bool power, Duration jump = {}) {
    const std::uint64_t calls = calls_of_a_clean_run();
    std::uint64_t courses = 0;
    std::uint64_t crashes = 0;
    for (std::uint64_t call = 1; call <= calls; call += step) {
        const Moment moment = moments[courses++ % moments.size()];
        // Forth or back, by turns.
        Course course(CrashPoint{call, moment}, power, courses / 2 % 2 == 0 ? jump : -jump);
        course.play();
        crashes += course.crashes();
        ASSERT_TRUE(course.failures().empty())
            << "call " << call << ", moment " << static_cast<int>(moment) << "\n"
            << fmt::format("{}", fmt::join(course.failures(), "\n")) << "\n"
            << course.story();
    }
    EXPECT_GT(crashes, courses / 2);
    fmt::print("the agent died in {} courses, at {} of {} calls\n", crashes, courses, calls);
}

TEST(Crash, TheAgentDiesAtEveryCall) {
    die({Moment::before, Moment::after, Moment::later}, 1, false);
}

TEST(Crash, TheClockIsSetWhileNoAgentRuns) {
    die({Moment::later, Moment::after}, 7, false, 1h);
}

TEST(Crash, TheMachineLosesItsPower) {
    die({Moment::after}, 3, true);
}

}  // namespace
}  // namespace hooklet::sim
