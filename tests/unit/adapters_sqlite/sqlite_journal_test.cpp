// SPDX-License-Identifier: Apache-2.0
#include "adapters/sqlite/sqlite_journal.hpp"

#include "adapters/sqlite/database.hpp"
#include "adapters/sqlite/journal_tables.hpp"
#include "base/gate.hpp"
#include "support/run_task.hpp"
#include "support/scratch_folder.hpp"

#include <csignal>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>

namespace hooklet {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;

const PodRef web{"default", "web", "uid-1"};
const PodRef other{"default", "other", "uid-2"};

WallTime at(Duration since) {
    return WallTime{std::chrono::sys_days{std::chrono::year{2026} / 1 / 1}} + since;
}

EventRecord event_of(const PodRef& pod, Duration when, std::string message) {
    EventRecord event;
    event.at = at(when);
    event.pod = pod;
    event.warning = true;
    event.reason = "Killing";
    event.message = std::move(message);
    return event;
}

Task<> add_events(JournalStore* journal, int first, int count, int* failures) {
    for (int i = first; i < first + count; ++i) {
        if (!co_await journal->add_event(event_of(web, 1s * i, std::to_string(i)))) ++*failures;
    }
}

struct JournalTest : testing::Test {
    std::unique_ptr<SqliteJournal> open() {
        auto opened = open_sqlite_journal(loop.get_executor(), path);
        if (!opened) throw std::runtime_error(opened.error().text());
        return *std::move(opened);
    }
    JournalContents read(JournalStore& journal, JournalQuery query = {}) {
        return run(loop, journal.read(std::move(query))).value();
    }
    ScratchFolder scratch;
    std::string path = scratch.path("journal.db");
    asio::io_context loop;
};

TEST_F(JournalTest, KeepsAnAttemptAcrossProcesses) {
    HookAttempt attempt;
    attempt.delivery_id = "d1";
    attempt.attempt = 2;
    attempt.pod = web;
    attempt.container = "app";
    attempt.container_id = "c1";
    attempt.hook = HookType::pre_stop;
    attempt.handler = HookHandler::http_get;
    attempt.command = "http://10.0.0.1:80/";
    attempt.reason = "Deleted";
    attempt.cap = 30s;
    attempt.started_at = at(1s + 7ns);
    {
        auto journal = open();
        attempt.id = run(loop, journal->add_attempt(attempt)).value();
        run(loop, journal->stop());
    }
    auto journal = open();
    auto begun = read(*journal).hooks;
    ASSERT_EQ(begun.size(), 1U);
    EXPECT_EQ(begun[0].outcome, std::nullopt);
    EXPECT_EQ(begun[0].started_at, attempt.started_at);

    attempt.outcome = HookOutcome::timed_out;
    attempt.took = 1500ms;
    attempt.exit_code = -1;
    attempt.http_status = 503;
    attempt.cause = "status 503";
    attempt.stdout_ = std::string(128 * 1024, '\xFF') + std::string("\0x", 2);
    ASSERT_TRUE(run(loop, journal->finish_attempt(attempt)));
    const auto ended = read(*journal).hooks;
    ASSERT_EQ(ended.size(), 1U);
    const HookAttempt& kept = ended[0];
    EXPECT_EQ(kept.id, attempt.id);
    EXPECT_EQ(kept.delivery_id, "d1");
    EXPECT_EQ(kept.attempt, 2);
    EXPECT_EQ(kept.pod, web);
    EXPECT_EQ(kept.container, "app");
    EXPECT_EQ(kept.container_id, "c1");
    EXPECT_EQ(kept.hook, HookType::pre_stop);
    EXPECT_EQ(kept.handler, HookHandler::http_get);
    EXPECT_EQ(kept.command, attempt.command);
    EXPECT_EQ(kept.reason, "Deleted");
    EXPECT_EQ(kept.cap, 30s);
    EXPECT_EQ(kept.outcome, HookOutcome::timed_out);
    EXPECT_EQ(kept.took, 1500ms);
    EXPECT_EQ(kept.exit_code, -1);
    EXPECT_EQ(kept.http_status, 503);
    EXPECT_EQ(kept.cause, "status 503");
    EXPECT_EQ(kept.stdout_, attempt.stdout_);
    EXPECT_EQ(kept.stderr_, "");
}

TEST_F(JournalTest, RecallsWhatAnEarlierAgentDid) {
    auto journal = open();
    const auto add = [&](const std::string& id, std::optional<HookOutcome> outcome) {
        HookAttempt attempt;
        attempt.delivery_id = id;
        attempt.pod = web;
        attempt.container_id = id;
        attempt.id = run(loop, journal->add_attempt(attempt)).value();
        attempt.outcome = outcome;
        if (outcome) {
            ASSERT_TRUE(run(loop, journal->finish_attempt(attempt)));
        }
    };
    add("gone", HookOutcome::succeeded);
    add("there", HookOutcome::unknown);
    add("gone-in-the-middle", {});
    add("there", HookOutcome::succeeded);
    const auto found = run(loop, journal->recall({"there", "never-had-one"})).value();
    ASSERT_EQ(found.size(), 3U);
    EXPECT_EQ(found[0].outcome, HookOutcome::unknown);
    EXPECT_EQ(found[1].container_id, "gone-in-the-middle");
    EXPECT_EQ(found[2].outcome, HookOutcome::succeeded);
}

TEST_F(JournalTest, KeepsStepsAndEvents) {
    auto journal = open();
    LifecycleStep step;
    step.at = at(2s);
    step.pod = web;
    step.container = "app";
    step.container_id = "c1";
    step.step = StepKind::exited;
    step.took = 20ms;
    step.exit_code = 137;
    step.detail = "OOMKilled";
    ASSERT_TRUE(run(loop, journal->add_step(step)));
    step.step = StepKind::term;
    step.exit_code.reset();
    step.grace = 28500ms;
    ASSERT_TRUE(run(loop, journal->add_step(step)));
    ASSERT_TRUE(run(loop, journal->add_event(event_of(web, 3s, "Stopping container app"))));
    const JournalContents contents = read(*journal);
    ASSERT_EQ(contents.steps.size(), 2U);
    EXPECT_EQ(contents.steps[0].step, StepKind::exited);
    EXPECT_EQ(contents.steps[0].at, at(2s));
    EXPECT_EQ(contents.steps[0].pod, web);
    EXPECT_EQ(contents.steps[0].container, "app");
    EXPECT_EQ(contents.steps[0].container_id, "c1");
    EXPECT_EQ(contents.steps[0].took, 20ms);
    EXPECT_EQ(contents.steps[0].exit_code, 137);
    EXPECT_EQ(contents.steps[0].detail, "OOMKilled");
    EXPECT_EQ(contents.steps[0].grace, std::nullopt);
    EXPECT_EQ(contents.steps[1].step, StepKind::term);
    EXPECT_EQ(contents.steps[1].exit_code, std::nullopt);
    EXPECT_EQ(contents.steps[1].grace, 28500ms);
    ASSERT_EQ(contents.events.size(), 1U);
    EXPECT_EQ(contents.events[0].pod, web);
    EXPECT_EQ(contents.events[0].container, "");
    EXPECT_TRUE(contents.events[0].warning);
    EXPECT_EQ(contents.events[0].reason, "Killing");
    EXPECT_EQ(contents.events[0].message, "Stopping container app");
}

TEST_F(JournalTest, SelectsByPodAndTime) {
    auto journal = open();
    for (const PodRef& pod : {web, other}) {
        for (const Duration when : {1s, 2s, 3s}) {
            ASSERT_TRUE(run(loop, journal->add_event(event_of(pod, when, pod.name))));
        }
    }
    EXPECT_EQ(read(*journal).events.size(), 6U);
    EXPECT_EQ(read(*journal, {.pod_uid = "uid-2", .since = {}}).events.size(), 3U);
    EXPECT_EQ(read(*journal, {.pod_uid = "", .since = at(2s)}).events.size(), 4U);
    const auto both = read(*journal, {.pod_uid = "uid-1", .since = at(3s)}).events;
    ASSERT_EQ(both.size(), 1U);
    EXPECT_EQ(both[0].at, at(3s));
    EXPECT_TRUE(read(*journal, {.pod_uid = "x' OR 1=1 --", .since = {}}).events.empty());
}

TEST_F(JournalTest, FinishingAnUnknownAttemptFailsAloneInItsTransaction) {
    auto journal = open();
    Gate gate(loop.get_executor());
    int failures = 0;
    gate.spawn(add_events(journal.get(), 0, 1, &failures));
    HookAttempt unknown;
    unknown.id = 99;
    const Status finished = run(loop, journal->finish_attempt(unknown));
    ASSERT_FALSE(finished);
    EXPECT_EQ(finished.error().code, Code::not_found);
    EXPECT_EQ(finished.error().text(), "hook attempt 99 is not in the journal");
    run(loop, gate.close());
    EXPECT_EQ(failures, 0);
    EXPECT_EQ(read(*journal).events.size(), 1U);
}

TEST_F(JournalTest, ManyWritersLoseNothing) {
    auto journal = open();
    Gate gate(loop.get_executor());
    int failures = 0;
    for (int writer = 0; writer < 20; ++writer) {
        gate.spawn(add_events(journal.get(), writer * 10, 10, &failures));
    }
    run(loop, gate.close());
    EXPECT_EQ(failures, 0);
    EXPECT_EQ(read(*journal).events.size(), 200U);
}

TEST_F(JournalTest, WhatWasAskedBeforeStopIsDone) {
    auto journal = open();
    Gate gate(loop.get_executor());
    int failures = 0;
    gate.spawn(add_events(journal.get(), 0, 1, &failures));
    gate.spawn(journal->stop());
    run(loop, gate.close());
    const Status late = run(loop, journal->add_event(event_of(web, 1s, "late")));
    ASSERT_FALSE(late);
    EXPECT_EQ(late.error().code, Code::unavailable);
    run(loop, journal->stop());
    EXPECT_EQ(read(*open()).events.size(), 1U);
}

TEST_F(JournalTest, TheFileIsPrivate) {
    const mode_t before = ::umask(0);
    auto journal = open();
    ASSERT_TRUE(run(loop, journal->add_event(event_of(web, 1s, "x"))));
    ::umask(before);
    for (const char* suffix : {"", "-wal", "-shm"}) {
        struct stat status{};
        ASSERT_EQ(::stat((path + suffix).c_str(), &status), 0) << suffix;
        EXPECT_EQ(status.st_mode & 0777, 0600U) << suffix;
    }
}

TEST_F(JournalTest, FindsThePodsThatItKnows) {
    auto journal = open();
    for (const PodRef& pod : {web, other}) {
        LifecycleStep step;
        step.pod = pod;
        step.at = at(1s);
        ASSERT_TRUE(run(loop, journal->add_step(step)));
        ASSERT_TRUE(run(loop, journal->add_step(step)));
    }
    std::vector<std::string> uids{"uid-3", "uid-2", "", "uid-1"};
    EXPECT_THAT(run(loop, journal->known_pods(uids)).value(), ElementsAre("uid-2", "uid-1"));
}

TEST_F(JournalTest, ForgetsPodsThatHaveLongBeenGone) {
    auto journal = open();
    const PodRef late{"default", "late", "uid-3"};
    const auto record = [&](const PodRef& pod, StepKind kind, Duration when) {
        LifecycleStep step;
        step.pod = pod;
        step.at = at(when);
        step.step = kind;
        HookAttempt attempt;
        attempt.pod = pod;
        attempt.started_at = at(when);
        EXPECT_TRUE(run(loop, journal->add_step(step)));
        EXPECT_TRUE(run(loop, journal->add_attempt(attempt)));
        EXPECT_TRUE(run(loop, journal->add_event(event_of(pod, when, "x"))));
    };
    record(web, StepKind::created, 1s);
    record(web, StepKind::gone, 2s);
    record(web, StepKind::created, 3s);  // with the same uid again
    record(other, StepKind::exited, 1s);
    record(late, StepKind::gone, 10s);
    ASSERT_TRUE(run(loop, journal->trim(at(10s))));
    const JournalContents left = read(*journal);
    const auto who_and_when = [](const auto& records, auto time) {
        std::vector<std::string> all;
        for (const auto& one : records)
            all.push_back(one.pod.name + " " + std::to_string((one.*time - at(0s)) / 1s));
        return all;
    };
    const auto expected = ElementsAre("web 3", "other 1", "late 10");
    EXPECT_THAT(who_and_when(left.steps, &LifecycleStep::at), expected);
    EXPECT_THAT(who_and_when(left.hooks, &HookAttempt::started_at), expected);
    EXPECT_THAT(who_and_when(left.events, &EventRecord::at), expected);
}

TEST_F(JournalTest, FindsTheAttemptsOfPods) {
    auto journal = open();
    for (const PodRef& pod : {web, PodRef{"x", "web-1", "uid-3"}, PodRef{"x", "wea", "uid-4"}, web}) {
        HookAttempt attempt;
        attempt.pod = pod;
        ASSERT_TRUE(run(loop, journal->add_attempt(attempt)));
    }
    const auto uids = [&](AttemptQuery query) {
        const std::vector<HookAttempt> all = run(loop, journal->attempts(std::move(query))).value();
        std::string found;
        for (const HookAttempt& one : all) found += one.pod.uid + " ";
        return found;
    };
    EXPECT_EQ(uids({}), "uid-1 uid-3 uid-4 uid-1 ");
    EXPECT_EQ(uids({.pod_name_begin = "web", .pod_uid = {}}), "uid-1 uid-3 uid-1 ");
    EXPECT_EQ(uids({.pod_name_begin = "web-1", .pod_uid = {}}), "uid-3 ");
    EXPECT_EQ(uids({.pod_name_begin = {}, .pod_uid = "uid-1"}), "uid-1 uid-1 ");
    EXPECT_EQ(uids({.pod_name_begin = "we", .pod_uid = "uid-4"}), "uid-4 ");
}

TEST_F(JournalTest, NamesAFileThatIsNoJournal) {
    std::ofstream(path) << std::string(5000, 'x');
    const auto journal = open_sqlite_journal(loop.get_executor(), path);
    ASSERT_FALSE(journal);
    EXPECT_EQ(journal.error().text(), "journal " + path + ": file is not a database");
}

TEST_F(JournalTest, NamesAFolderThatIsMissing) {
    const std::string nowhere = scratch.path("missing/journal.db");
    const auto journal = open_sqlite_journal(loop.get_executor(), nowhere);
    ASSERT_FALSE(journal);
    EXPECT_EQ(journal.error().text(), "open journal " + nowhere + ": No such file or directory");
}

TEST_F(JournalTest, RefusesTheFormatOfANewerVersion) {
    open().reset();
    {
        auto database = Database::open(path, journal_use);
        ASSERT_TRUE(database->run("PRAGMA user_version = 99"));
    }
    const auto journal = open_sqlite_journal(loop.get_executor(), path);
    ASSERT_FALSE(journal);
    EXPECT_EQ(journal.error().code, Code::invalid);
    EXPECT_THAT(journal.error().text(), HasSubstr("made by a newer hooklet (format 99"));
}

TEST_F(JournalTest, AJournalOfTheFirstFormatIsConvertedAndKeepsItsRecords) {
    {
        auto database = Database::open(path, journal_use);
        ASSERT_TRUE(database) << database.error().text();
        ASSERT_TRUE(database->migrate(std::span(journal_migrations).first(1)));
        ASSERT_TRUE(
            database->run("INSERT INTO steps VALUES (1, 5, 'ns', 'web', 'u', 'app', 'c1', 'Term', 0, "
                          "NULL, '9s until SIGKILL')"));
    }
    const JournalContents contents = read(*open());
    ASSERT_EQ(contents.steps.size(), 1U);
    EXPECT_EQ(contents.steps[0].step, StepKind::term);
    EXPECT_EQ(contents.steps[0].grace, std::nullopt);
    EXPECT_EQ(contents.steps[0].detail, "9s until SIGKILL");
}

TEST_F(JournalTest, MigratesStepByStepAndKeepsTheVersionOfAFailedStep) {
    auto database = Database::open(path, journal_use);
    ASSERT_TRUE(database) << database.error().text();
    const std::array<const char*, 1> first{"CREATE TABLE a (x)"};
    const std::array<const char*, 2> second{"CREATE TABLE a (x)", "ALTER TABLE a ADD COLUMN y"};
    const std::array<const char*, 3> broken{"", "", "CREATE TABLE b (x); CREATE TABLE a (x)"};
    ASSERT_TRUE(database->migrate(first));
    ASSERT_TRUE(database->migrate(second));
    ASSERT_FALSE(database->migrate(broken));
    EXPECT_EQ(database->number("PRAGMA user_version").value(), 2);
    EXPECT_EQ(database->number("SELECT count(*) FROM sqlite_schema WHERE name = 'b'").value(), 0);
}

/// No file of this process may grow beyond `bytes`, as on a full disk.
class FileSizeLimit {
  public:
    explicit FileSizeLimit(rlim_t bytes) : handler_(std::signal(SIGXFSZ, SIG_IGN)) {
        ::getrlimit(RLIMIT_FSIZE, &before_);
        const rlimit limit{bytes, before_.rlim_max};
        ::setrlimit(RLIMIT_FSIZE, &limit);
    }
    FileSizeLimit(const FileSizeLimit&) = delete;
    FileSizeLimit& operator=(const FileSizeLimit&) = delete;
    ~FileSizeLimit() {
        ::setrlimit(RLIMIT_FSIZE, &before_);
        std::signal(SIGXFSZ, handler_);
    }

  private:
    rlimit before_{};
    void (*handler_)(int);
};

TEST_F(JournalTest, AFailedDiskFailsTheWholeTransactionAndNothingElse) {
    auto journal = open();
    ASSERT_TRUE(run(loop, journal->add_event(event_of(web, 1s, "kept"))));
    HookAttempt large;
    large.pod = web;
    large.stdout_ = std::string(1 << 20, 'x');
    {
        const FileSizeLimit limit(256 * 1024);
        const auto added = run(loop, journal->add_attempt(large));
        ASSERT_FALSE(added);
        EXPECT_EQ(added.error().code, Code::internal);
        EXPECT_THAT(added.error().text(), testing::StartsWith("journal " + path + ": "));
    }
    EXPECT_TRUE(read(*journal).hooks.empty());
    ASSERT_TRUE(run(loop, journal->add_attempt(large)));
    EXPECT_EQ(read(*journal).hooks.size(), 1U);
    EXPECT_EQ(read(*journal).events.size(), 1U);
}

}  // namespace
}  // namespace hooklet
