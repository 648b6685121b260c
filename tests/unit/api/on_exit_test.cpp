// SPDX-License-Identifier: Apache-2.0
#include "api/on_exit.hpp"

#include "api/defaults.hpp"
#include "api/validation.hpp"

#include <gtest/gtest.h>

namespace hooklet::api {
namespace {

Pod pod_with(const std::string& key, const std::string& value) {
    Pod pod;
    pod.metadata.name = "p";
    pod.metadata.annotations[key] = value;
    Container& container = pod.spec.containers.emplace_back();
    container.name = "app";
    container.image = "busybox:1";
    set_defaults(pod);
    return pod;
}

TEST(OnExit, ReadsTheHandlerOfAContainer) {
    const Pod pod = pod_with("hooklet.dev/on-exit.app", R"({"exec":{"command":["sh","-c","upload"]}})");
    EXPECT_TRUE(validate(pod).empty());
    const auto handler = on_exit_hook(pod, "app");
    ASSERT_TRUE(handler && handler->exec);
    EXPECT_EQ(handler->exec->command, (std::vector<std::string>{"sh", "-c", "upload"}));
    EXPECT_FALSE(on_exit_hook(pod, "other"));
}

struct BadCase {
    const char* key;
    const char* value;
    const char* issue;
};

class BadOnExit : public testing::TestWithParam<BadCase> {};

TEST_P(BadOnExit, IsExplained) {
    const Issues issues = validate(pod_with(GetParam().key, GetParam().value));
    ASSERT_EQ(issues.size(), 1U);
    EXPECT_EQ(field_text(issues[0]), GetParam().issue);
}

TEST(OnExit, HasTheDefaultsOfTheApi) {
    const auto handler =
        on_exit_hook(pod_with("hooklet.dev/on-exit.app", R"({"httpGet":{"port":8000}})"), "app");
    ASSERT_TRUE(handler && handler->httpGet);
    EXPECT_EQ(handler->httpGet->scheme, "HTTP");
}

constexpr const char* on_app = "hooklet.dev/on-exit.app";

INSTANTIATE_TEST_SUITE_P(
    Table, BadOnExit,
    testing::Values(
        BadCase{"hooklet.dev/on-exit.nobody", R"({"sleep":{"seconds":1}})",
                "metadata.annotations[hooklet.dev/on-exit.nobody]: Not found: \"nobody\""},
        BadCase{on_app, "{}",
                "metadata.annotations[hooklet.dev/on-exit.app]: Required value: must specify a handler type"},
        BadCase{
            on_app, R"({"tcpSocket":{"port":80}})",
            "metadata.annotations[hooklet.dev/on-exit.app].tcpSocket: Forbidden: an on-exit hook is exec, "
            "httpGet or sleep"},
        BadCase{
            on_app, R"({"sleep":{"seconds":-1}})",
            "metadata.annotations[hooklet.dev/on-exit.app].sleep: Invalid value: -1: must be non-negative"},
        BadCase{on_app, R"({"exec":{"comand":["x"]}})",
                "metadata.annotations[hooklet.dev/on-exit.app]: unknown field \"exec.comand\" (did you mean "
                "\"command\"?)"},
        BadCase{"hooklet.dev/delivery", "once",
                "metadata.annotations[hooklet.dev/delivery]: Unsupported value: \"once\": supported values: "
                "\"at-least-once\", \"at-most-once\""},
        BadCase{
            "hooklet.dev/pass-reason", "yes",
            "metadata.annotations[hooklet.dev/pass-reason]: Unsupported value: \"yes\": supported values: "
            "\"false\", \"true\""}));

}  // namespace
}  // namespace hooklet::api
