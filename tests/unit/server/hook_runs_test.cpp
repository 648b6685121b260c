// SPDX-License-Identifier: Apache-2.0
#include "server/hook_runs.hpp"

#include "server_fixture.hpp"
#include "support/sim_journal_store.hpp"

namespace hooklet::server {
namespace {

using namespace std::chrono_literals;

constexpr std::string_view base = "/apis/hooklet.dev/v1";
constexpr const char* hooks_as_table = "application/json;as=Table;v=v1;g=meta.k8s.io,application/json";

struct HookRunsTest : ServerTest {
    HookRunsTest() { services.hook_runs = &runs; }

    HookAttempt attempt(std::string pod, HookType hook) {
        HookAttempt attempt;
        attempt.delivery_id = "5f0c9a7e-21b4-4d6e-8f00-0000000000aa";
        attempt.pod = {"default", std::move(pod), "uid-1"};
        attempt.container = "web";
        attempt.container_id = "c1";
        attempt.hook = hook;
        attempt.command = "sh -c true";
        attempt.reason = "Started";
        attempt.cap = 30s;
        attempt.started_at = loop.clock().wall();
        return attempt;
    }
    HookAttempt begin(HookAttempt attempt) {
        attempt.id = loop.run(journal.add_attempt(attempt)).value();
        runs.changed(attempt);
        return attempt;
    }
    void finish(HookAttempt attempt, HookOutcome outcome, Duration took) {
        attempt.outcome = outcome;
        attempt.took = took;
        EXPECT_TRUE(loop.run(journal.finish_attempt(attempt)));
        runs.changed(attempt);
    }
    std::string names(std::string query) {
        std::string found;
        const auto list = json("GET", std::string(base) + "/hookruns" + query);
        for (const api::Node& one : *list.find("items")->as_array())
            found += text(one, "metadata.name") + " ";
        return found;
    }

    sim::SimJournalStore journal{&loop.clock(), sim::SimRandom(4), &faults};
    HookRuns runs{&journal, &loop.clock()};
};

TEST_F(HookRunsTest, AnAttemptIsAnObject) {
    HookAttempt failed = begin(attempt("demo", HookType::post_start));
    failed.exit_code = 3;
    failed.cause = "exit code 3";
    failed.stderr_ = "no\n";
    finish(failed, HookOutcome::failed, 1234ms + 400us);
    const auto run = json("GET", std::string(base) + "/namespaces/default/hookruns/demo-5f0c9a7e21b4-1");
    EXPECT_EQ(text(run, "kind") + " " + text(run, "apiVersion"), "HookRun hooklet.dev/v1");
    EXPECT_EQ(text(run, "metadata.uid"), failed.delivery_id);
    EXPECT_EQ(text(run, "metadata.labels"),
              R"({"hooklet.dev/container":"web","hooklet.dev/hook":"postStart","hooklet.dev/pod":"demo",)"
              R"("hooklet.dev/pod-uid":"uid-1"})");
    EXPECT_EQ(text(run, "spec"),
              R"({"podName":"demo","podUID":"uid-1","container":"web","containerID":"c1","hook":"postStart",)"
              R"("handler":"exec","command":"sh -c true","reason":"Started",)"
              R"("deliveryID":"5f0c9a7e-21b4-4d6e-8f00-0000000000aa","attempt":1,"timeout":"30s"})");
    EXPECT_EQ(text(run, "status.outcome") + " " + text(run, "status.duration"), "Failed 1.234s");
    EXPECT_EQ(text(run, "status.exitCode") + " " + text(run, "status.cause"), "3 exit code 3");
    EXPECT_EQ(text(run, "status.stderr"), "no\n");
}

TEST_F(HookRunsTest, OneThatWasCutOffHasNoEndThatAnybodySaw) {
    finish(begin(attempt("demo", HookType::pre_stop)), HookOutcome::unknown, 0s);
    const auto run = json("GET", std::string(base) + "/namespaces/default/hookruns/demo-5f0c9a7e21b4-1");
    EXPECT_EQ(text(run, "status.outcome"), "Unknown");
    EXPECT_EQ(text(run, "status.finishedAt") + text(run, "status.duration"), "--");
}

TEST_F(HookRunsTest, ARunningOneHasNoEnd) {
    begin(attempt("demo", HookType::pre_stop));
    const auto run = json("GET", std::string(base) + "/namespaces/default/hookruns/demo-5f0c9a7e21b4-1");
    EXPECT_EQ(text(run, "status.outcome"), "Running");
    EXPECT_EQ(text(run, "status.finishedAt") + text(run, "status.duration"), "--");
}

TEST_F(HookRunsTest, NamesAreNamesOfTheApi) {
    HookAttempt second = attempt(std::string(253, 'p'), HookType::pre_stop);
    second.attempt = 2;
    const std::string name = hook_run(second).metadata.name;
    EXPECT_EQ(name.size(), 253U);
    EXPECT_TRUE(name.ends_with("pp-5f0c9a7e21b4-2"));
    EXPECT_EQ(hook_run(second).metadata.labels.count("hooklet.dev/pod"), 0U);
    second.pod.name = std::string(237, 'p') + "." + std::string(15, 'p');
    EXPECT_EQ(hook_run(second).metadata.name, std::string(237, 'p') + "-5f0c9a7e21b4-2");
    EXPECT_NE(hook_run(second).metadata.uid, second.delivery_id);
}

TEST_F(HookRunsTest, SelectorsFindThoseOfAPod) {
    begin(attempt("a", HookType::post_start));
    begin(attempt("b", HookType::pre_stop));
    EXPECT_EQ(names(""), "a-5f0c9a7e21b4-1 b-5f0c9a7e21b4-1 ");
    EXPECT_EQ(names("?fieldSelector=spec.podName%3Db"), "b-5f0c9a7e21b4-1 ");
    EXPECT_EQ(names("?labelSelector=hooklet.dev%2Fpod%3Da"), "a-5f0c9a7e21b4-1 ");
    EXPECT_EQ(names("?fieldSelector=status.outcome%3DFailed"), "");
    EXPECT_EQ(json("GET", std::string(base) + "/namespaces/other/hookruns").find("items")->as_array()->size(),
              0U);
    EXPECT_EQ(verdict("GET", std::string(base) + "/hookruns?fieldSelector=spec.node%3Db"),
              "400 BadRequest: field label not supported: spec.node");
}

TEST_F(HookRunsTest, OnlyThoseOfThePodAreRead) {
    struct Case {
        std::string_view name, labels, fields;
        std::string begin, uid;
    };
    const Case cases[] = {
        {"", "", "", "", ""},
        {"web-1-5f0c9a7e21b4-2", "", "", "web-1", ""},
        {"x", "", "", "x", ""},
        {"", "hooklet.dev/pod=web", "", "web", ""},
        {"", "hooklet.dev/pod in (web),hooklet.dev/hook=preStop", "", "web", ""},
        {"", "hooklet.dev/pod in (web,db)", "", "", ""},
        {"", "hooklet.dev/pod!=web,hooklet.dev/pod-uid=u", "", "", "u"},
        {"", "", "spec.podUID=u,spec.podName=web", "web", "u"},
        {"", "", "spec.podName!=web", "", ""},
        {"", "", "metadata.name=web-5f0c9a7e21b4-1", "web", ""},
    };
    for (const Case& it : cases) {
        const AttemptQuery query = attempts_of(it.name, it.labels, it.fields);
        EXPECT_EQ(query.pod_name_begin, it.begin) << it.name << it.labels << it.fields;
        EXPECT_EQ(query.pod_uid, it.uid) << it.name << it.labels << it.fields;
    }
    const HookAttempt one = begin(attempt(std::string(250, 'p'), HookType::pre_stop));
    begin(attempt("q", HookType::pre_stop));
    const std::string name = hook_run(one).metadata.name;
    EXPECT_EQ(text(json("GET", std::string(base) + "/namespaces/default/hookruns/" + name), "metadata.name"),
              name);
    EXPECT_FALSE(journal.queries().back().pod_name_begin.empty());
    ask("GET", std::string(base) + "/hookruns?watch=1&timeoutSeconds=1&fieldSelector=spec.podName%3Dq");
    EXPECT_EQ(journal.queries().back().pod_name_begin, "q");
}

TEST_F(HookRunsTest, NobodyWritesThem) {
    const std::string all = std::string(base) + "/namespaces/default/hookruns";
    const std::string one = all + "/demo-5f0c9a7e21b4-1";
    const std::string refused =
        "405 MethodNotAllowed: the server does not allow this method on the requested resource";
    EXPECT_EQ(verdict("POST", all, "{}"), refused);
    EXPECT_EQ(verdict("PUT", one, "{}"), refused);
    EXPECT_EQ(verdict("PATCH", one, "{}"), refused);
    EXPECT_EQ(verdict("DELETE", one), refused);
    EXPECT_EQ(verdict("DELETE", all), refused);
    EXPECT_EQ(verdict("GET", one), "404 NotFound: hookruns.hooklet.dev \"demo-5f0c9a7e21b4-1\" not found");
    const auto document = json("GET", "/openapi/v3/apis/hooklet.dev/v1");
    const api::Node* paths = document.find("paths");
    ASSERT_EQ(paths->as_object()->size(), 1U);
    EXPECT_EQ(paths->as_object()->front().value.find("patch"), nullptr);
}

TEST_F(HookRunsTest, TheTableIsForPeople) {
    finish(begin(attempt("demo", HookType::post_start)), HookOutcome::succeeded, 12ms);
    const auto table = json("GET", std::string(base) + "/hookruns", "", {{"Accept", hooks_as_table}});
    EXPECT_EQ(text(*table.find("rows")->as_array()->begin(), "cells"),
              R"(["demo","web","postStart","exec",1,"Succeeded","12ms","0s","demo-5f0c9a7e21b4-1","Started",)"
              R"("<none>","sh -c true"])");
}

TEST_F(HookRunsTest, AWatchSeesTheBeginAndTheEnd) {
    const std::string version =
        text(json("GET", std::string(base) + "/hookruns"), "metadata.resourceVersion");
    finish(begin(attempt("demo", HookType::post_start)), HookOutcome::succeeded, 12ms);
    const auto seen =
        ask("GET", std::string(base) + "/hookruns?watch=1&timeoutSeconds=1&resourceVersion=" + version);
    ASSERT_EQ(seen->pieces.size(), 2U);
    EXPECT_TRUE(seen->pieces[0].starts_with(R"({"type":"ADDED","object":{"kind":"HookRun")"));
    EXPECT_TRUE(seen->pieces[0].contains(R"("outcome":"Running")"));
    EXPECT_TRUE(seen->pieces[1].starts_with(R"({"type":"MODIFIED")"));
    const auto late = ask("GET", std::string(base) + "/hookruns?watch=1&timeoutSeconds=1&resourceVersion=7");
    ASSERT_EQ(late->pieces.size(), 1U);
    EXPECT_TRUE(late->pieces[0].contains(R"("code":410)"));
    const auto all = ask("GET", std::string(base) + "/hookruns?watch=1&timeoutSeconds=1");
    ASSERT_EQ(all->pieces.size(), 1U);
    EXPECT_TRUE(all->pieces[0].contains(R"("outcome":"Succeeded")"));
    const auto listed = ask("GET", std::string(base) +
                                       "/hookruns?watch=1&timeoutSeconds=1&sendInitialEvents=true&"
                                       "resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true");
    ASSERT_EQ(listed->pieces.size(), 3U);
    EXPECT_TRUE(listed->pieces[0].starts_with(R"({"type":"ADDED")"));
    EXPECT_TRUE(listed->pieces[1].contains("k8s.io/initial-events-end"));
}

}  // namespace
}  // namespace hooklet::server
