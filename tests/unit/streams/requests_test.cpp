// SPDX-License-Identifier: Apache-2.0
// What is decided from a request's query and the Pod alone.
#include "api/json.hpp"
#include "streams/command_end.hpp"
#include "streams/command_options.hpp"
#include "streams/log_options.hpp"
#include "streams/log_state.hpp"
#include "streams/pod_choice.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hooklet {
namespace {

using testing::ElementsAre;

TEST(Query, KeepsOrderAndUnescapes) {
    const Query query(
        "/exec?command=sh&command=-c&command=echo+a%20b%26c&tty&stdin=false&x=%zz&&stdout=0&e=True");
    EXPECT_THAT(query.all("command"), ElementsAre("sh", "-c", "echo a b&c"));
    EXPECT_EQ(query.get("command"), "sh");
    EXPECT_TRUE(query.has("tty"));
    EXPECT_EQ(query.get("tty"), "");
    EXPECT_FALSE(query.has("x"));
    EXPECT_EQ(query.get("none"), "");
    EXPECT_FALSE(query.flag("stdin"));
    EXPECT_FALSE(query.flag("stdout"));
    EXPECT_TRUE(query.flag("e"));
    EXPECT_FALSE(Query("/exec").has("command"));
}

TEST(CommandOptions, ATerminalHasNoStderr) {
    const auto options =
        exec_options(Query("/exec?command=ls&stdin=true&stdout=1&stderr=true&tty=true&container=c"));
    ASSERT_TRUE(options);
    EXPECT_EQ(options->container, "c");
    EXPECT_EQ(options->streams, (CommandStreams{true, true, false, true}));
}

TEST(CommandOptions, SomeStreamAndSomeCommandAreNeeded) {
    EXPECT_EQ(attach_options(Query("/attach")).error().message,
              "you must specify at least 1 of stdin, stdout, stderr");
    EXPECT_EQ(attach_options(Query("/attach?stderr=true&tty=true")).error().code, 400);
    EXPECT_EQ(exec_options(Query("/exec?stdout=true")).error().code, 400);
    EXPECT_TRUE(attach_options(Query("/attach?stderr=true")));
}

TEST(ForwardedPorts, AreReadOneByOneOrWithCommas) {
    EXPECT_THAT(forwarded_ports(Query("/portforward")).value(), ElementsAre());
    EXPECT_THAT(forwarded_ports(Query("/portforward?ports=80&ports=81,65535")).value(),
                ElementsAre(80, 81, 65535));
    for (const char* wrong : {"", "0", "65536", "-1", "http", "80,", "8 0"}) {
        const auto refused = forwarded_ports(Query(std::string("/portforward?ports=") + wrong));
        ASSERT_FALSE(refused) << wrong;
        EXPECT_EQ(refused.error().code, 400);
    }
}

TEST(LogOptions, AreRead) {
    const auto options = log_options(
        Query(
            "/log?container=c&follow=true&previous=1&timestamps=true&tailLines=0&limitBytes=5&sinceSeconds=10"
            "&insecureSkipTLSVerifyBackend=true&stream=Stdout"),
        "p");
    ASSERT_TRUE(options) << options.error().message;
    EXPECT_EQ(options->container, "c");
    EXPECT_TRUE(options->follow && options->previous && options->timestamps);
    EXPECT_EQ(options->tail_lines, 0);
    EXPECT_EQ(options->limit_bytes, 5);
    const WallTime now = parse_rfc3339("2026-01-01T00:00:10Z").value();
    EXPECT_EQ(rfc3339(*since(*options, now)), "2026-01-01T00:00:00Z");
    EXPECT_EQ(rfc3339(*since(*log_options(Query("/log?sinceTime=2026-01-01T00:00:05Z"), "p"), now)),
              "2026-01-01T00:00:05Z");
    EXPECT_FALSE(since(LogOptions{}, now));
    EXPECT_TRUE(since(*log_options(Query("/log?sinceSeconds=9223372036854775807"), "p"), now));
}

TEST(LogOptions, WhatIsWrongIsSaidInTheApisWords) {
    const struct {
        const char* query;
        int code;
        const char* message;
    } cases[]{
        {"sinceSeconds=1&sinceTime=2026-01-01T00:00:00Z", 422,
         "PodLogOptions \"q\" is invalid: []: Forbidden: at most one of `sinceTime` or `sinceSeconds` may be "
         "specified"},
        {"sinceSeconds=0", 422,
         "PodLogOptions \"q\" is invalid: sinceSeconds: Invalid value: 0: must be greater than 0"},
        {"tailLines=-1", 422,
         "PodLogOptions \"q\" is invalid: tailLines: Invalid value: -1: must be greater than or equal to 0"},
        {"limitBytes=0", 422,
         "PodLogOptions \"q\" is invalid: limitBytes: Invalid value: 0: must be greater than 0"},
        {"tailLines=x", 400, "strconv.ParseInt: parsing \"x\": invalid syntax"},
        {"tailLines=99999999999999999999", 400,
         "strconv.ParseInt: parsing \"99999999999999999999\": value out of range"},
    };
    for (const auto& c : cases) {
        const auto options = log_options(Query("/log?" + std::string(c.query)), "q");
        ASSERT_FALSE(options) << c.query;
        EXPECT_EQ(options.error().code, c.code);
        EXPECT_EQ(options.error().message, c.message);
    }
    EXPECT_EQ(log_options(Query("/log?sinceTime=yesterday"), "q").error().code, 400);
    const auto both = log_options(Query("/log?sinceSeconds=1&sinceTime=2026-01-01T00:00:00Z"), "q");
    EXPECT_EQ(
        api::to_json(both.error()),
        "{\"kind\":\"Status\",\"apiVersion\":\"v1\",\"metadata\":{},\"status\":\"Failure\",\"message\":"
        "\"PodLogOptions \\\"q\\\" is invalid: []: Forbidden: at most one of `sinceTime` or `sinceSeconds` "
        "may be specified\",\"reason\":\"Invalid\",\"details\":{\"name\":\"q\",\"kind\":\"PodLogOptions\","
        "\"causes\":[{\"reason\":\"FieldValueForbidden\",\"message\":\"Forbidden: at most one of `sinceTime` "
        "or `sinceSeconds` may be specified\",\"field\":\"[]\"}]},\"code\":422}");
}

api::Pod pod_of(std::vector<std::string> init, std::vector<std::string> ordinary) {
    api::Pod pod;
    pod.metadata.name = "p";
    for (auto& name : init) pod.spec.initContainers.emplace_back().name = name;
    for (auto& name : ordinary) pod.spec.containers.emplace_back().name = name;
    return pod;
}

TEST(PodChoice, TheOnlyContainerNeedsNoName) {
    EXPECT_EQ(choose_container(pod_of({"i"}, {"a"}), ""), "a");
    EXPECT_EQ(choose_container(pod_of({"i"}, {"a", "b"}), "i"), "i");
    EXPECT_EQ(choose_container(pod_of({"i"}, {"a", "b"}), "").error().message,
              "a container name must be specified for pod p, choose one of: [i a b]");
    EXPECT_EQ(choose_container(pod_of({}, {"a"}), "x").error().message, "container x is not valid for pod p");
    EXPECT_EQ(check_assigned(pod_of({}, {"a"})).error().message, "pod p does not have a host assigned");
}

api::Pod with_status(api::ContainerStatus status) {
    api::Pod pod = pod_of({}, {"c"});
    status.name = "c";
    pod.status.containerStatuses.push_back(std::move(status));
    return pod;
}

TEST(LogState, TheNewestRunIsTakenThatHasALog) {
    api::ContainerStatus running;
    running.state.running.emplace();
    running.containerID = "containerd://c2";
    running.restartCount = 2;
    running.lastState.terminated.emplace().containerID = "containerd://c1";
    EXPECT_EQ(log_instance(with_status(running), "c", false), (LogInstance{"c2", 2, true, {}}));
    EXPECT_EQ(log_instance(with_status(running), "c", true), (LogInstance{"c1", 1, false, {}}));

    api::ContainerStatus ended;
    ended.state.terminated.emplace().containerID = "containerd://c1";
    EXPECT_EQ(log_instance(with_status(ended), "c", false), (LogInstance{"c1", 0, false, {}}));

    api::ContainerStatus backing_off;
    backing_off.state.waiting.emplace().reason = "CrashLoopBackOff";
    backing_off.restartCount = 1;
    backing_off.lastState.terminated.emplace().containerID = "containerd://c1";
    EXPECT_EQ(log_instance(with_status(backing_off), "c", false), (LogInstance{"c1", 1, false, {}}));
}

TEST(LogState, ANewEndIsStillSettling) {
    const WallTime end{std::chrono::hours{1}};
    api::ContainerStatus ended;
    ended.state.terminated.emplace().containerID = "containerd://c1";
    ended.state.terminated->finishedAt = end;
    const LogInstance instance = log_instance(with_status(ended), "c", false).value();
    EXPECT_TRUE(is_settling(instance, end + std::chrono::milliseconds{1200}));
    EXPECT_FALSE(is_settling(instance, end + std::chrono::seconds{2}));
    EXPECT_FALSE(is_settling(LogInstance{"c2", 0, true, {}}, WallTime{}));
}

std::string refusal(const api::ContainerStatus& status, bool previous = false) {
    const auto instance = log_instance(with_status(status), "c", previous);
    return instance ? "(none)" : instance.error().message;
}

TEST(LogState, WithoutALogTheStateIsSaid) {
    const struct {
        const char* reason;
        const char* text;
    } cases[]{{"ContainerCreating", "ContainerCreating"},
              {"PodInitializing", "PodInitializing"},
              {"ErrImagePull", "image can't be pulled"},
              {"ImagePullBackOff", "trying and failing to pull image"}};
    for (const auto& c : cases) {
        api::ContainerStatus waiting;
        waiting.state.waiting.emplace().reason = c.reason;
        EXPECT_EQ(refusal(waiting),
                  "container \"c\" in pod \"p\" is waiting to start: " + std::string(c.text));
    }
    api::ContainerStatus ended;
    ended.state.terminated.emplace();
    EXPECT_EQ(refusal(ended), "container \"c\" in pod \"p\" is terminated");
    EXPECT_EQ(refusal(ended, true), "previous terminated container \"c\" in pod \"p\" not found");
    EXPECT_EQ(log_instance(pod_of({}, {"c"}), "c", false).error().message,
              "container \"c\" in pod \"p\" is not available");
}

TEST(CommandEnd, SaysHowItWas) {
    EXPECT_EQ(
        CommandEnd::exit_code(3).status,
        R"({"metadata":{},"status":"Failure","message":"command terminated with non-zero exit code: exit status 3",)"
        R"("reason":"NonZeroExitCode","details":{"causes":[{"reason":"ExitCode","message":"3"}]}})");
    EXPECT_EQ(
        CommandEnd::failure("error executing command in container: x").status,
        R"({"metadata":{},"status":"Failure","message":"Internal error occurred: error executing command in )"
        R"(container: x","reason":"InternalError","details":{"causes":[{"message":"error executing command in )"
        R"(container: x"}]},"code":500})");
    EXPECT_EQ(CommandEnd::exit_code(0).status, CommandEnd::success().status);
    EXPECT_EQ(CommandEnd::success().text, "");
}

TEST(CommandEnd, TheEnginesWordIsChecked) {
    EXPECT_EQ(CommandEnd::from_engine(R"({"metadata":{},"status":"Success"})").status,
              CommandEnd::success().status);
    for (const CommandEnd& end : {CommandEnd::exit_code(3), CommandEnd::failure("why")}) {
        EXPECT_EQ(CommandEnd::from_engine(end.status).status, end.status);
        EXPECT_TRUE(CommandEnd::from_engine(end.status).known);
    }
    const std::string nothing = CommandEnd::failure("the engine ended the stream without a status").status;
    for (const char* bad : {"", "{", "[]", "{}", R"({"status":1})", R"({"status":"Other"})"}) {
        EXPECT_EQ(CommandEnd::from_engine(bad).status, nothing) << bad;
        EXPECT_FALSE(CommandEnd::from_engine(bad).known) << bad;
    }
    const std::string odd =
        R"({"status":"Failure","message":"m","details":{"causes":[{"reason":"ExitCode","message":"3x"}]}})";
    EXPECT_EQ(CommandEnd::from_engine(odd).status, CommandEnd::failure("m").status);
}

}  // namespace
}  // namespace hooklet
