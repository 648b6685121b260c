// SPDX-License-Identifier: Apache-2.0
// What `logs` and `delete` are asked for: which logs, how many at a time, which grace.
#include "unit/cli/api_verbs.hpp"

#include <gmock/gmock.h>

namespace hooklet::cli {
namespace {

using testing::HasSubstr;

TEST_F(ApiVerbs, LogsRefuseWhatContradictsItself) {
    const std::string see = "\nSee 'hooklet logs --help' for help and examples";
    const std::pair<std::vector<std::string>, std::string> cases[] = {
        {{"logs"},
         "expected 'logs [-f] [-p] (POD | TYPE/NAME) [-c CONTAINER]'.\n"
         "POD or TYPE/NAME is a required argument for the logs command" +
             see},
        {{"logs", "x", "-l", "a=b"}, "only a selector (-l) or a POD name is allowed" + see},
        {{"logs", "x", "--since", "1s", "--since-time", "2026-01-01T00:00:00Z"},
         "at most one of `sinceTime` or `sinceSeconds` may be specified"},
        {{"logs", "x", "-c", "a", "--all-containers"},
         "--all-containers=true should not be specified with container name a"},
        {{"logs", "x", "a", "--all-containers"},
         "--all-containers=true should not be specified with container name a"},
        {{"logs", "x", "a", "-c", "b"}, "only one of -c or an inline [CONTAINER] arg is allowed"},
    };
    for (const auto& [args, refusal] : cases) EXPECT_EQ(shown(args), "error: " + refusal + "\n[1]");
    EXPECT_EQ(shown({"logs", "-l", "app=none"}), "No resources found in default namespace.\n");
}

TEST_F(ApiVerbs, OnlySoManyLogsAreFollowedAtATime) {
    env_.files["two.yaml"] =
        R"({"apiVersion":"v1","kind":"Pod","metadata":{"name":"two","labels":{"app":"two"}},)"
        R"("spec":{"containers":[{"name":"a","image":"i"},{"name":"b","image":"i"}]}})";
    run({"apply", "-f", "two.yaml"});
    EXPECT_EQ(shown({"logs", "two", "-f", "--all-containers", "--max-log-requests", "1"}),
              "error: you are attempting to follow 2 log streams, but maximum allowed concurrency is 1, use "
              "--max-log-requests to increase the limit\n[1]");
    // Here are no logs: each is asked for, and each says so.
    client_.requests.clear();
    EXPECT_EQ(run({"logs", "-l", "app=two", "-f", "--all-containers"}), exit_failed);
    for (const char* container : {"a", "b"})
        EXPECT_THAT(client_.requests,
                    testing::Contains(HasSubstr(fmt::format(
                        "/pods/two/log?container={}&follow=true&timestamps=true&tailLines=10", container))));
    EXPECT_EQ(run({"logs", "-l", "app=two", "-f", "--all-containers", "--ignore-errors"}), exit_ok);
}

TEST_F(ApiVerbs, OnlyForceTakesAllTheGrace) {
    const std::pair<std::vector<std::string>, std::string> cases[] = {
        {{"--force", "--grace-period", "5"},
         "--force and --grace-period greater than 0 cannot be specified together"},
        {{"--force", "--now"}, "--force and --grace-period greater than 0 cannot be specified together"},
        {{"--now", "--grace-period", "0"}, "--now and --grace-period cannot be specified together"},
    };
    for (const auto& [options, refusal] : cases) {
        std::vector<std::string> args{"delete", "pod", "web"};
        args.insert(args.end(), options.begin(), options.end());
        EXPECT_EQ(shown(args), "error: " + refusal + "\n[1]");
    }
    const std::pair<std::vector<std::string>, const char*> graces[] = {
        {{}, ""},
        {{"--grace-period=-1"}, ""},
        {{"--grace-period=0"}, R"("gracePeriodSeconds":1)"},
        {{"--grace-period=7"}, R"("gracePeriodSeconds":7)"},
        {{"--now"}, R"("gracePeriodSeconds":1)"},
        {{"--force"}, R"("gracePeriodSeconds":0)"},
        {{"--force", "--grace-period=0"}, R"("gracePeriodSeconds":0)"},
    };
    for (const auto& [options, grace] : graces) {
        run({"apply", "-f", "web.yaml"});
        std::vector<std::string> args{"delete", "pod", "web", "--wait=false"};
        args.insert(args.end(), options.begin(), options.end());
        EXPECT_EQ(run(args), exit_ok);
        const std::string wanted =
            R"({"kind":"DeleteOptions","apiVersion":"v1","propagationPolicy":"Background")" +
            (*grace == '\0' ? std::string() : "," + std::string(grace)) + "}";
        EXPECT_EQ(client_.body, wanted);
    }
}

}  // namespace
}  // namespace hooklet::cli
