// SPDX-License-Identifier: Apache-2.0
// The agent is killed at each of its effects on a real containerd, and the next one goes on.
#include "integration/agent/mortal_agent.hpp"
#include "integration/run/machine.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <gmock/gmock.h>
#include <unistd.h>

namespace hooklet::testing {
namespace {

using ::testing::AllOf;
using ::testing::Ge;
using ::testing::Le;

/// Everybody writes to /out/log who they are; the start time of the first process tells a container's runs
/// apart.
constexpr const char* say = "say() { echo $1 $(cut -d' ' -f22 /proc/1/stat) >> /out/log; }; ";

/// `then` may say more; the hooks take long enough to be cut off.
std::string shell(const std::string& script) {
    return fmt::format(R"(["sh", "-c", "{}{}"])", say, script);
}

std::string pod(const std::string& name, const std::string& container, const std::string& out) {
    return fmt::format(R"({{"apiVersion": "v1", "kind": "Pod", "metadata": {{"name": "{}"}}, "spec":
        {{"terminationGracePeriodSeconds": 30, "automountServiceAccountToken": false,
          "volumes": [{{"name": "out", "hostPath": {{"path": "{}"}}}}],
          "containers": [{{"name": "main", "image": "hooklet.dev/demo/busybox:1", {},
                           "volumeMounts": [{{"name": "out", "mountPath": "/out"}}]}}]}}}})",
                       name, out, container);
}

/// Its first run fails its probe; both hooks are commands.
std::string web(const std::string& out) {
    const std::string main = shell("trap 'say web.term; exit 0' TERM; say web.start; sleep infinity & wait");
    return pod("web",
               fmt::format(R"("command": {}, "lifecycle": {{"postStart": {{"exec": {{"command": {}}}}},
                                                            "preStop": {{"exec": {{"command": {}}}}}}},
                              "livenessProbe": {{"periodSeconds": 1, "failureThreshold": 1, "timeoutSeconds": 10,
                                                 "exec": {{"command": {}}}}})",
                           main, shell("say web.postStart.begin; sleep 0.3; say web.postStart.end"),
                           shell("say web.preStop.begin; sleep 0.3; say web.preStop.end"),
                           shell("[ $(grep -c web.start /out/log) -ge 2 ]")),
               out);
}

/// Runs once; its preStop is a request to itself.
std::string db(const std::string& out) {
    const std::string main = shell(
        "trap 'say db.term; exit 0' TERM; httpd -p 80 -h /out/www; say db.start; sleep infinity & wait");
    return pod("db",
               fmt::format(R"("command": {}, "lifecycle": {{"postStart": {{"exec": {{"command": {}}}}},
                              "preStop": {{"httpGet": {{"port": 80, "path": "/cgi-bin/stop"}}}}}})",
                           main, shell("say db.postStart.begin; sleep 0.3; say db.postStart.end")),
               out);
}

/// What the Pods have written, in order: (what, which run of the container).
using Story = std::vector<std::pair<std::string, std::string>>;

Story story_in(const std::string& out) {
    std::istringstream lines(read_text(out + "/log"));
    Story all;
    for (std::string what, run; lines >> what >> run;) all.emplace_back(what, run);
    return all;
}

/// One life of the two Pods; `out` is where they write to.
class Course {
  public:
    Course(MortalAgent* agent, std::string out) : agent_(agent), out_(std::move(out)) {
        std::filesystem::create_directories(out_ + "/www/cgi-bin");
        const std::string script = out_ + "/www/cgi-bin/stop";
        std::ofstream(script) << "#!/bin/sh\n"
                              << say << "say db.preStop.begin; sleep 0.3; say db.preStop.end\n"
                              << R"(printf 'Content-Type: text/plain\r\n\r\nok')" << "\n";
        std::filesystem::permissions(script, std::filesystem::perms{0755});
    }

    void play() {
        agent_->create(web(out_));
        agent_->create(db(out_));
        if (!await("db runs", [this] { return runs("db", 0); })) return;
        agent_->remove("db");
        if (!await("web runs again", [this] { return runs("web", 1); })) return;
        agent_->remove("web");
        if (await("both are gone", [this] { return agent_->is_gone("db") && agent_->is_gone("web"); }))
            check();
    }

  private:
    bool await(const char* what, const std::function<bool()>& done) {
        const bool reached = agent_->eventually(done);
        EXPECT_TRUE(reached) << what << ": not so\n" << agent_->said() << told();
        return reached;
    }

    /// Whether the container runs and has been restarted that often.
    bool runs(const std::string& name, int restarts) {
        const api::Pod now = agent_->pod(name);
        if (now.status.containerStatuses.empty()) return false;
        uids_.insert(now.metadata.uid);
        const api::ContainerStatus& container = now.status.containerStatuses.front();
        const std::size_t lost = container.restartCount > 0 ? runs_lost_by_engine(name) : 0;
        EXPECT_LE(container.restartCount, restarts + static_cast<int>(lost)) << told();
        if (!container.state.running) return false;
        EXPECT_GT(runs_with(name + ".postStart.end").size() + lost,
                  static_cast<std::size_t>(container.restartCount))
            << name << " counts as running before its postStart\n"
            << told();
        return container.restartCount >= restarts;
    }

    [[nodiscard]] Story story() const { return story_in(out_); }
    [[nodiscard]] std::string told() const {
        std::string text = fmt::format("{}\n", fmt::join(story(), "\n"));
        text += database_says(agent_->root() + "/state/journal.db", R"(SELECT * FROM (
            SELECT printf('%.3f %s %s %s', at / 1e9, pod_name, step, detail) || char(10) FROM steps UNION
            SELECT printf('%.3f %s %s: %s', at / 1e9, pod_name, reason, message) || char(10) FROM events UNION
            SELECT printf('%.3f %s %s %d %s %s', at / 1e9, pod_name, hook, attempt, outcome, cause) || char(10)
            FROM hook_attempts) ORDER BY 1 DESC LIMIT 50)");
        return text;
    }
    [[nodiscard]] std::set<std::string> runs_with(const std::string& what) const {
        std::set<std::string> runs;
        for (const auto& [is, run] : story()) {
            if (is == what) runs.insert(run);
        }
        return runs;
    }

    void check() {
        check_hooks();
        if (::testing::Test::HasFailure()) ADD_FAILURE() << told();
    }
    void check_hooks() {
        for (const char* name : {"web", "db"}) {
            const std::set<std::string> started = runs_with(fmt::format("{}.start", name));
            const std::set<std::string> ended = runs_with(fmt::format("{}.term", name));
            const std::size_t usual = name == std::string("web") ? 2 : 1;
            const std::size_t lost = starts_lost_by_engine(name);
            EXPECT_THAT(started.size(), AllOf(Ge(usual), Le(usual + lost))) << name;
            EXPECT_TRUE(std::ranges::includes(started, ended)) << name;
            EXPECT_GE(ended.size() + lost, started.size()) << name << ": killed without a signal";
            for (const char* what : {"preStop.begin", "preStop.end"})
                EXPECT_EQ(runs_with(fmt::format("{}.{}", name, what)), ended) << name << " " << what;
            for (const char* what : {"postStart.begin", "postStart.end"}) {
                const std::set<std::string> hooked = runs_with(fmt::format("{}.{}", name, what));
                EXPECT_GE(hooked.size() + runs_lost_by_engine(name), ended.size()) << name << " " << what;
                EXPECT_TRUE(std::ranges::includes(started, hooked)) << name << " " << what;
            }
        }
        EXPECT_EQ(uids_.size(), 2U);
        for (const std::string& uid : uids_) {
            check_journal(uid);
            await("all of the Pod is gone", [&] {
                return !std::filesystem::exists(agent_->root() + "/state/pods/" + uid) &&
                       processes_of_pod(uid).empty();
            });
        }
    }
    /// What the journal's query counts.
    [[nodiscard]] std::size_t counted(const std::string& query) const {
        const std::string count = database_says(agent_->root() + "/state/journal.db", query);
        return count.empty() ? 0 : std::stoul(count);
    }
    /// Runs of which an engine that died while it started them says "unknown" ever after. Such a
    /// container is stopped and made again, and the journal has its postStart as cancelled.
    [[nodiscard]] std::size_t runs_lost_by_engine(const std::string& name) const {
        return counted(
            fmt::format("SELECT count(DISTINCT h.container_id) FROM hook_attempts h JOIN events e ON "
                        "e.pod_uid = h.pod_uid AND e.message LIKE 'Container is in \"unknown\" state%' WHERE "
                        "h.pod_name = '{}' AND h.pod_uid IN ('{}') AND h.hook = 'postStart' AND "
                        "h.outcome = 'Cancelled'",
                        name, fmt::join(uids_, "','")));
    }
    /// Containers that the engine was starting when it died: they may have run for a moment, of which nobody
    /// knows, until the next engine killed them.
    [[nodiscard]] std::size_t starts_lost_by_engine(const std::string& name) const {
        return counted(fmt::format(
            "SELECT count(DISTINCT container_id) FROM steps c WHERE pod_name = '{}' AND pod_uid IN "
            "('{}') AND step = 'Created' AND NOT EXISTS (SELECT 1 FROM steps s WHERE "
            "s.container_id = c.container_id AND s.step = 'Started')",
            name, fmt::join(uids_, "','")));
    }
    /// Each hook of each run has one delivery, whose attempts are numbered without a gap and have all ended.
    void check_journal(const std::string& uid) const {
        const std::string broken = database_says(
            agent_->root() + "/state/journal.db",
            fmt::format(
                "SELECT hook || ' of ' || container_id FROM hook_attempts WHERE pod_uid = '{}' GROUP BY "
                "container_id, hook HAVING count(DISTINCT delivery_id) <> 1 OR max(attempt) <> count(*) OR "
                "count(DISTINCT attempt) <> count(*) OR count(outcome) <> count(*)",
                uid));
        EXPECT_EQ(broken, "");
        EXPECT_GE(counted(fmt::format("SELECT count(*) FROM hook_attempts WHERE pod_uid = '{}'", uid)), 2U);
    }

    MortalAgent* agent_;
    std::string out_;
    std::set<std::string> uids_;
};

/// Points of 1..`count`, spread evenly however many of them are asked for: by the golden ratio.
std::uint64_t spread(std::uint64_t index, std::uint64_t count) {
    constexpr double golden = 0.6180339887498949;
    const double place = static_cast<double>(index) * golden;
    return 1 + static_cast<std::uint64_t>((place - std::floor(place)) * static_cast<double>(count));
}

class Crash : public ::testing::Test {
  protected:
    void SetUp() override {
        ASSERT_EQ(::geteuid(), 0U) << "hooklet starts containers: these tests need root";
        agent_ = std::make_unique<MortalAgent>();
        agent_->start();
    }
    void TearDown() override {
        if (!agent_) return;
        const std::string root = agent_->root();
        agent_.reset();
        EXPECT_EQ(traces_of(root), std::vector<std::string>{}) << "left behind";
    }
    /// The agent dies at the `point`-th of its effects (0: never). Returns how many there were before the
    /// end.
    std::uint64_t round(std::uint64_t point) {
        static int number = 0;
        agent_->plan().passed = 0;
        agent_->plan().die_at = point;
        Course(agent_.get(), agent_->folder(fmt::format("out{}", ++number))).play();
        agent_->plan().die_at = 0;
        return agent_->plan().passed;
    }

    std::unique_ptr<MortalAgent> agent_;
};

/// The points to try: some for half a minute, or each of HOOKLET_CRASH_POINTS, `FROM..TO`.
class Points {
  public:
    explicit Points(std::uint64_t count) : count_(count) {
        const char* asked = std::getenv("HOOKLET_CRASH_POINTS");  // NOLINT(concurrency-mt-unsafe)
        if (asked == nullptr) return;
        std::istringstream text(asked);
        char dot = 0;
        text >> next_ >> dot >> dot >> last_;
        last_ = std::min(last_, count);
    }
    /// 0: no more.
    std::uint64_t next() {
        if (last_ != 0) return next_ > last_ ? 0 : next_++;
        return std::chrono::steady_clock::now() < end_ ? spread(next_++, count_) : 0;
    }

  private:
    std::uint64_t count_;
    std::uint64_t next_ = 1;
    std::uint64_t last_ = 0;
    std::chrono::steady_clock::time_point end_ = std::chrono::steady_clock::now() + std::chrono::seconds(35);
};

TEST_F(Crash, TheAgentDiesAtEachOfItsEffects) {
    const std::uint64_t count = round(0);
    ASSERT_FALSE(HasFailure());
    ASSERT_GT(count, 100U) << "a build without HOOKLET_FAULT_POINTS?";
    Points points(count);
    int tried = 0;
    while (const std::uint64_t point = points.next()) {
        (void)round(point);
        ++tried;
        if (HasFailure()) FAIL() << "point " << point << " of " << count << ": " << agent_->plan().where;
    }
    // Not every course has as many points as the first.
    EXPECT_GT(agent_->deaths() * 2, tried);
    fmt::print("the agent died {} times, at {} of {} points\n", agent_->deaths(), tried, count);
}

TEST_F(Crash, ACommandInFlightIsAwaitedNotRepeated) {
    const std::string out = agent_->folder("out");
    std::filesystem::create_directories(out);
    const std::string main = shell("trap 'say term; exit 0' TERM; sleep infinity & wait");
    const std::string hooks = fmt::format(
        R"("command": {}, "lifecycle": {{"postStart": {{"exec": {{"command": {}}}}}, "preStop": {{"exec": {{"command": {}}}}}}})",
        main, shell("say postStart.begin; sleep 3; say postStart.end"),
        shell("say preStop.begin; sleep 3; say preStop.end"));
    agent_->create(pod("slow", hooks, out));
    const auto has = [&](const char* what) {
        return std::ranges::any_of(story_in(out), [what](const auto& line) { return line.first == what; });
    };
    ASSERT_TRUE(agent_->eventually([&] { return has("postStart.begin"); })) << agent_->said();
    const std::string uid = agent_->pod("slow").metadata.uid;
    agent_->kill();
    ASSERT_TRUE(agent_->eventually([&] { return agent_->pod("slow").status.phase == "Running"; }));
    agent_->remove("slow");
    ASSERT_TRUE(agent_->eventually([&] { return has("preStop.begin"); })) << agent_->said();
    agent_->restart();
    EXPECT_TRUE(agent_->eventually([&] { return agent_->is_gone("slow"); })) << agent_->said();
    std::vector<std::string> told;
    for (const auto& [what, run] : story_in(out)) told.push_back(what);
    EXPECT_EQ(told, (std::vector<std::string>{"postStart.begin", "postStart.end", "preStop.begin",
                                              "preStop.end", "term"}));
    EXPECT_EQ(
        database_says(agent_->root() + "/state/journal.db",
                      "SELECT group_concat(hook || ' ' || attempt || ' ' || outcome) FROM hook_attempts "
                      "WHERE pod_uid = '" +
                          uid + "'"),
        "postStart 1 Succeeded,preStop 1 Succeeded");
}

TEST_F(Crash, PodsRunOnWhenTheStoreIsDamagedEmptyOrLacksItsLog) {
    std::filesystem::create_directories(agent_->folder("out"));
    const std::string main = shell("trap 'exit 0' TERM; say start; sleep infinity & wait");
    agent_->create(pod("steady", fmt::format(R"("command": {})", main), agent_->folder("out")));
    const auto container = [this] {
        const api::Pod now = agent_->pod("steady");
        const auto& all = now.status.containerStatuses;
        return !all.empty() && all.front().state.running ? all.front().containerID : std::string();
    };
    ASSERT_TRUE(agent_->eventually([&] { return !container().empty(); })) << agent_->said();
    const std::string before = container();
    const std::string uid = agent_->pod("steady").metadata.uid;
    const std::vector<std::string> processes = processes_of_pod(uid);
    const auto lose_objects = [&](const std::string& content) {
        agent_->kill();
        // The log of changes alone would be enough to mend it.
        for (const char* beside : {"", "-wal"})
            std::ofstream(agent_->root() + "/state/objects.db" + beside) << content;
        agent_->start();
        EXPECT_TRUE(agent_->eventually([&] { return container() == before; })) << agent_->said();
        EXPECT_EQ(agent_->pod("steady").metadata.uid, uid);
        EXPECT_EQ(processes_of_pod(uid), processes);
    };
    lose_objects(std::string(8192, 'x'));
    EXPECT_TRUE(agent_->said().contains("set aside as")) << agent_->said();
    EXPECT_TRUE(std::filesystem::exists(agent_->root() + "/state/objects.db.damaged-1"));
    lose_objects({});
    EXPECT_TRUE(agent_->said().contains("the objects of the API are gone")) << agent_->said();
    agent_->kill();
    std::filesystem::remove(agent_->root() + "/state/objects.db-wal");
    agent_->start();
    EXPECT_TRUE(agent_->eventually([&] { return container() == before; })) << agent_->said();
    EXPECT_TRUE(agent_->said().contains("objects.db-wal is gone")) << agent_->said();
    EXPECT_EQ(processes_of_pod(uid), processes);
    agent_->remove("steady");
    EXPECT_TRUE(agent_->eventually([&] { return agent_->is_gone("steady"); })) << agent_->said();
}

}  // namespace
}  // namespace hooklet::testing
