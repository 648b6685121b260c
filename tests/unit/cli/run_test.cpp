// SPDX-License-Identifier: Apache-2.0
#include "cli/cli.hpp"
#include "unit/cli/sim_environment.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hooklet::cli {
namespace {

using namespace std::chrono_literals;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

/// A Pod of one container; `more` goes into the container.
std::string pod(const std::string& name, const std::string& command, const std::string& more = {},
                const std::string& policy = "Never") {
    return fmt::format(R"({{"apiVersion": "v1", "kind": "Pod", "metadata": {{"name": "{}"}}, "spec": {{
        "restartPolicy": "{}", "terminationGracePeriodSeconds": 10,
        "containers": [{{"name": "app", "image": "app:1", "command": [{}]{}}}]}}}})",
                       name, policy, command, more);
}

class RunVerb : public testing::Test {
  protected:
    RunVerb() {
        sim::SimImage image;
        image.name = "app:1";
        world.images.add(image);
    }
    int run(std::vector<std::string> args) { return world.loop.run(run_cli(&env, std::move(args))); }
    [[nodiscard]] double seconds() const {
        return std::chrono::duration<double>(world.loop.clock().elapsed()).count();
    }

    sim::SimWorld world;
    SimEnvironment env{&world};
};

TEST_F(RunVerb, ends_when_all_pods_have_ended) {
    env.files["a.json"] = pod("a", R"("sim", "run=5s")");
    EXPECT_EQ(run({"run", "a.json"}), 0) << env.output << env.errors;
    EXPECT_THAT(env.output, AllOf(HasSubstr("s a/app Started   in "),
                                  HasSubstr("Exited    exit code 0, Completed after 5.00s"),
                                  HasSubstr("s a     Gone"), HasSubstr("Pod a, ")));
    EXPECT_EQ(env.errors, "");
    EXPECT_EQ(env.closed, Containers::ended);
}

TEST_F(RunVerb, takes_what_pods_refer_to_from_all_files) {
    const std::string variables = R"(, "envFrom": [{"configMapRef": {"name": "settings"}}],
        "env": [{"name": "P", "valueFrom": {"secretKeyRef": {"name": "token", "key": "password"}}}])";
    env.files["a.json"] = pod("a", R"("sim", "run=5s")", variables);
    env.files["more/b.json"] = R"({"apiVersion": "v1", "kind": "List", "items": [
        {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "settings"}, "data": {"color": "blue"}},
        {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "token"}, "stringData": {"password": "s3cret"}}]})";
    EXPECT_EQ(run({"run", "a.json", "more"}), 0) << env.output << env.errors;
    EXPECT_THAT(env.output, Not(HasSubstr("s3cret")));
    EXPECT_EQ(env.errors, "");
}

TEST_F(RunVerb, what_nobody_will_bring_is_refused) {
    env.files["a.json"] = pod("a", R"("sim")", R"(, "envFrom": [{"configMapRef": {"name": "settings"}},
        {"secretRef": {"name": "extra", "optional": true}}],
        "env": [{"name": "P", "valueFrom": {"secretKeyRef": {"name": "token", "key": "password"}}}])");
    env.files["b.json"] = R"({"apiVersion": "v1", "kind": "Secret",
        "metadata": {"name": "token", "namespace": "other"}})";
    EXPECT_EQ(run({"run", "a.json", "b.json"}), 2);
    EXPECT_THAT(env.errors,
                HasSubstr("a.json:3: spec.containers[0].envFrom[0].configMapRef.name: Not found: "
                          "\"settings\": no ConfigMap of this name is given in namespace default\n"));
    EXPECT_THAT(env.errors,
                HasSubstr("a.json:5: spec.containers[0].env[0].valueFrom.secretKeyRef.name: Not found: "
                          "\"token\": no Secret of this name is given in namespace default\n"));
    EXPECT_THAT(env.errors, Not(HasSubstr("extra")));
    EXPECT_EQ(env.opened, 0);
}

TEST_F(RunVerb, keys_that_nobody_will_bring_are_refused) {
    env.files["a.json"] = R"({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "a"}, "spec": {
        "containers": [{"name": "app", "image": "app:1", "env": [
            {"name": "A", "valueFrom": {"configMapKeyRef": {"name": "settings", "key": "color"}}},
            {"name": "B", "valueFrom": {"configMapKeyRef": {"name": "settings", "key": "nope"}}},
            {"name": "C", "valueFrom": {"configMapKeyRef": {"name": "settings", "key": "no", "optional": true}}}]}],
        "volumes": [{"name": "t", "secret": {"secretName": "token", "items": [
            {"key": "password", "path": "p"}, {"key": "user", "path": "u"}]}}]}})";
    env.files["b.json"] = R"({"apiVersion": "v1", "kind": "List", "items": [
        {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "settings"}, "data": {"color": "blue"}},
        {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "token"}, "stringData": {"password": "s3cret"}}]})";
    EXPECT_EQ(run({"run", "a.json", "b.json"}), 2);
    EXPECT_EQ(
        env.errors,
        "a.json:7: spec.volumes[0].secret.items[1].key: Not found: \"user\": Secret \"token\" has no such "
        "key\n"
        "a.json:4: spec.containers[0].env[1].valueFrom.configMapKeyRef.key: Not found: \"nope\": ConfigMap "
        "\"settings\" has no such key\n");
    EXPECT_EQ(env.opened, 0);
}

TEST_F(RunVerb, pods_with_the_same_host_port_are_refused) {
    const auto with_port = [](const std::string& name, const std::string& port) {
        return pod(name, R"("sim", "run=1s")", R"(, "ports": [{"containerPort": 80, )" + port + "}]");
    };
    env.files["a.json"] = with_port("a", R"("hostPort": 18181)");
    env.files["b.json"] = with_port("b", R"("hostPort": 18181, "hostIP": "127.0.0.1")");
    EXPECT_EQ(run({"run", "a.json", "b.json"}), 2);
    EXPECT_EQ(env.errors,
              "b.json:1: Pod \"b\" has the host port 18181/TCP, which Pod \"a\" of a.json:1 has too\n");
    EXPECT_EQ(env.opened, 0);
    env.files["b.json"] = with_port("b", R"("hostPort": 18181, "protocol": "UDP")");
    EXPECT_EQ(run({"run", "a.json", "b.json"}), 0) << env.errors;
}

TEST_F(RunVerb, nobody_issues_tokens) {
    env.files["a.json"] = R"({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "a"}, "spec": {
        "containers": [{"name": "app", "image": "app:1"}],
        "volumes": [{"name": "t", "projected": {"sources": [{"serviceAccountToken": {"path": "token"}}]}}]}})";
    EXPECT_EQ(run({"run", "a.json"}), 2);
    EXPECT_EQ(env.errors,
              "a.json:3: spec.volumes[0].projected.sources[0].serviceAccountToken.path: Forbidden: "
              "nobody issues tokens without an API\n");
}

TEST_F(RunVerb, needs_a_pod_and_one_object_of_a_name) {
    const std::string config_map =
        R"({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "settings"}, "data": {"a": "b"}})";
    env.files["a.json"] = config_map;
    EXPECT_EQ(run({"run", "a.json"}), 2);
    EXPECT_EQ(env.errors, "there is no Pod to run\n");
    env.files["b.json"] = config_map;
    env.errors.clear();
    EXPECT_EQ(run({"run", "a.json", "b.json"}), 2);
    EXPECT_EQ(env.errors, "b.json:1: metadata.name: ConfigMap \"settings\" is already defined in a.json:1\n");
    EXPECT_EQ(env.opened, 0);
}

TEST_F(RunVerb, a_failed_container_is_a_failure) {
    env.files["a.json"] = pod("a", R"("sim", "run=1s", "exit=3")");
    EXPECT_EQ(run({"run", "a.json"}), 1);
    EXPECT_THAT(env.errors, HasSubstr("a/app: ended with exit code 3"));
}

TEST_F(RunVerb, a_pod_over_its_deadline_is_a_failure) {
    for (const char* hold : {"10s", "2s"}) {  // the second ends while the Pod is being stopped
        env.errors.clear();
        env.files["a.json"] = R"({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "a"}, "spec": {
            "activeDeadlineSeconds": 2, "restartPolicy": "Never", "containers": [
            {"name": "app", "image": "app:1", "command": ["sim", "stop=1s"]}]}})";
        EXPECT_EQ(run({"run", "a.json", "--for", hold}), 1);
        EXPECT_THAT(env.errors, HasSubstr("a: DeadlineExceeded: Pod was active on the node longer than the "
                                          "specified deadline"));
    }
}

TEST_F(RunVerb, a_failed_hook_is_a_failure) {
    env.files["a.json"] =
        pod("a", R"("sim")", R"(, "lifecycle": {"postStart": {"exec": {"command": ["false"]}}})");
    EXPECT_EQ(run({"run", "a.json"}), 1);
    EXPECT_THAT(env.errors, HasSubstr("a/app: postStart Failed"));
    EXPECT_THAT(env.errors, HasSubstr("exit code 1"));
}

TEST_F(RunVerb, until_ready_stops_what_it_started) {
    env.files["a.json"] = pod("a", R"("sim", "stop=2s", "stop-exit=7")");
    env.files["b.json"] = pod("b", R"("sim")");
    EXPECT_EQ(run({"run", "a.json", "b.json", "--until", "ready"}), 0) << env.output << env.errors;
    EXPECT_THAT(env.output, HasSubstr("Every Pod is ready: stopping all Pods"));
}

TEST_F(RunVerb, for_holds_the_pods) {
    env.files["a.json"] = pod("a", R"("sim")");
    EXPECT_EQ(run({"run", "a.json", "--for", "30s"}), 0);
    EXPECT_GT(seconds(), 30.0);
    EXPECT_LT(seconds(), 35.0);
}

TEST_F(RunVerb, json_is_valid_utf8_whatever_a_hook_prints) {
    world.engine.on_exec("noise", {.stdout_ = "caf\xE9 \xE2\x82\xAC\n"});
    env.files["a.json"] =
        pod("a", R"("sim", "run=5s")", R"(, "lifecycle": {"postStart": {"exec": {"command": ["noise"]}}})");
    EXPECT_EQ(run({"run", "a.json", "-o", "json"}), 0) << env.output;
    EXPECT_THAT(env.output, HasSubstr("\"stdout\":\"caf\xEF\xBF\xBD \xE2\x82\xAC\\n\""));
}

TEST_F(RunVerb, an_interrupt_stops_gracefully) {
    env.files["a.json"] = pod("a", R"("sim", "stop=6s")");
    env.interrupt_after(20s);
    EXPECT_EQ(run({"run", "a.json"}), 130);
    EXPECT_GT(seconds(), 26.0);
    EXPECT_THAT(env.output, AllOf(HasSubstr("Interrupted: stopping all Pods"), HasSubstr("no SIGKILL")));
    EXPECT_EQ(env.closed, Containers::ended);
}

TEST_F(RunVerb, output_that_nobody_reads_is_an_interrupt) {
    env.files["a.json"] = pod("a", R"("sim", "stop=6s")");
    env.lose_output_after(20s);
    EXPECT_EQ(run({"run", "a.json"}), 130);
    EXPECT_GT(seconds(), 26.0);
    EXPECT_EQ(env.errors, "hooklet: nobody reads the output any more: stopping all Pods\n");
    EXPECT_EQ(env.closed, Containers::ended);
}

TEST_F(RunVerb, a_second_interrupt_shortens_the_grace) {
    env.files["a.json"] = pod("a", R"("sim", "ignore-stop")");
    env.interrupt_after(20s);
    env.interrupt_after(21s);
    EXPECT_EQ(run({"run", "a.json"}), 130);
    EXPECT_LT(seconds(), 25.0);
    EXPECT_THAT(env.output, HasSubstr("SIGKILL was needed"));
}

TEST_F(RunVerb, a_third_interrupt_abandons) {
    env.files["a.json"] = pod("a", R"("sim", "ignore-stop")");
    for (const Duration wait : {20000ms, 20100ms, 20200ms}) env.interrupt_after(wait);
    EXPECT_EQ(run({"run", "a.json"}), 130);
    EXPECT_LT(seconds(), 20.5);
    EXPECT_THAT(env.errors, HasSubstr("abandoned a;"));
    EXPECT_EQ(env.closed, Containers::left_alone);
}

TEST_F(RunVerb, the_next_run_removes_what_was_abandoned) {
    env.files["a.json"] = pod("a", R"("sim", "ignore-stop")");
    for (const Duration wait : {20000ms, 20100ms, 20200ms}) env.interrupt_after(wait);
    ASSERT_EQ(run({"run", "a.json"}), 130);
    env.files["b.json"] = pod("b", R"("sim", "run=1s")");
    EXPECT_EQ(run({"run", "b.json"}), 0);
    EXPECT_THAT(env.output, HasSubstr("Removed 1 Pod sandbox(es) that an earlier run left behind"));
}

TEST_F(RunVerb, json_is_one_object_a_line) {
    env.files["a.json"] = pod("a", R"("sim", "run=1s", "exit=3")");
    EXPECT_EQ(run({"run", "a.json", "-o", "json"}), 1);
    EXPECT_THAT(env.output, AllOf(HasSubstr(R"({"type":"event")"), HasSubstr(R"({"type":"step")"),
                                  HasSubstr(R"({"type":"result","exitCode":1)")));
    EXPECT_EQ(env.output.back(), '\n');
}

TEST_F(RunVerb, quiet_says_only_what_went_wrong) {
    env.files["a.json"] = pod("a", R"("sim", "run=1s", "exit=3")");
    EXPECT_EQ(run({"run", "a.json", "--quiet"}), 1);
    EXPECT_EQ(env.output, "");
    EXPECT_EQ(env.errors, "hooklet: failed: a/app: ended with exit code 3\n");
}

TEST_F(RunVerb, an_engine_that_does_not_start) {
    env.files["a.json"] = pod("a", R"("sim")");
    env.open_error = Error{Code::not_found, "containerd is missing: apt install containerd"};
    EXPECT_EQ(run({"run", "a.json"}), 1);
    EXPECT_EQ(env.errors, "hooklet: containerd is missing: apt install containerd\n");
}

TEST_F(RunVerb, a_pod_without_containers_says_why) {
    std::string text = pod("a", R"("sim")");
    text.replace(text.find(R"("containers")"), 0, R"("volumes": [{"name": "v", "hostPath":
        {"path": "/missing", "type": "Directory"}}], )");
    env.files["a.json"] = text;
    env.interrupt_after(20s);
    EXPECT_EQ(run({"run", "a.json", "-q"}), 130);
    EXPECT_THAT(env.errors, testing::StartsWith("hooklet: failed: a: MountVolume.SetUp failed"));
}

TEST_F(RunVerb, bad_input_starts_nothing_and_says_everything) {
    env.files["bad.json"] = R"({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "x"},
        "spec": {"containers": [{"image": "app:1"}], "colour": "red"}})";
    env.files["dir/twin.json"] = pod("a", R"("sim")");
    env.files["dir/notes.txt"] = "not a manifest";
    env.files["a.json"] = pod("a", R"("sim")");
    EXPECT_EQ(run({"run", "missing.yaml", "bad.json", "a.json", "dir"}), 2);
    EXPECT_EQ(env.opened, 0);
    EXPECT_EQ(env.output, "");
    EXPECT_THAT(env.errors,
                AllOf(HasSubstr("missing.yaml: cannot be read: No such file or directory\n"),
                      HasSubstr("bad.json:2: spec.containers[0].name: Required value\n"), HasSubstr("colour"),
                      HasSubstr("dir/twin.json:1: metadata.name: Pod \"a\" is already defined in a.json:1\n"),
                      Not(HasSubstr("notes.txt"))));
}

TEST_F(RunVerb, pulls_show_progress_on_a_terminal) {
    sim::SimImage slow;
    slow.name = "slow:1";
    slow.present = false;
    slow.pull_takes = 5s;
    world.images.add(slow);
    std::string text = pod("a", R"("sim", "run=1s")");
    text.replace(text.find("app:1"), 5, "slow:1");
    env.files["a.json"] = text;
    env.shown_on = {true, false, 80};
    EXPECT_EQ(run({"run", "a.json"}), 0) << env.output << env.errors;
    EXPECT_THAT(env.output,
                AllOf(HasSubstr("a/app: pulling slow:1 ... 3s"), HasSubstr("Pulled    slow:1 in 5.0")));
}

TEST_F(RunVerb, a_pull_by_hand_shows_progress_on_a_terminal) {
    sim::SimImage slow;
    slow.name = "slow:1";
    slow.present = false;
    slow.pull_takes = 5s;
    world.images.add(slow);
    EXPECT_EQ(run({"image", "pull", "slow:1"}), 0) << env.errors;
    EXPECT_THAT(env.output, Not(HasSubstr("pulling")));
    world.images.add(slow);
    env.output.clear();
    env.shown_on = {true, false, 80};
    EXPECT_EQ(run({"image", "pull", "slow:1"}), 0) << env.errors;
    EXPECT_THAT(env.output, AllOf(testing::StartsWith("pulling slow:1 ... 0s\r\x1b[K"),
                                  HasSubstr("pulling slow:1 ... 3s\r\x1b[K"),
                                  HasSubstr("\r\x1b[KPulled slow:1 in 5.00s (")));
}

TEST_F(RunVerb, image_verbs) {
    EXPECT_EQ(run({"image", "load", "good.tar"}), 0);
    EXPECT_EQ(env.output, "docker.io/library/good:1\n");
    EXPECT_EQ(run({"image", "load", "bad.tar"}), 1);
    EXPECT_EQ(env.errors, "hooklet: bad.tar: not an image archive\n");
    EXPECT_EQ(run({"image", "list"}), 0);
    EXPECT_THAT(env.output, HasSubstr("docker.io/library/app:1"));
    EXPECT_EQ(run({"version"}), 0);
    EXPECT_THAT(env.output, HasSubstr("hooklet " HOOKLET_VERSION));
}

}  // namespace
}  // namespace hooklet::cli
