// SPDX-License-Identifier: Apache-2.0
// What a container sees of ConfigMaps, Secrets and volumes, on a real engine.
#include "integration/run/run_fixture.hpp"

#include <filesystem>

#include <gmock/gmock.h>

namespace hooklet::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST_F(RunTest, Example10ConfigurationInVariablesAndFiles) {
    HookletProcess& hooklet = run_examples({"14-configuration.yaml"});
    EXPECT_EQ(hooklet.wait(), 0) << hooklet.err() << hooklet.out();
    EXPECT_EQ(log_of(root(), "configuration"),
              "greeting: configuration likes blue\n"
              "password: 22 characters\n"
              "644 2000 conf/app.conf: color = blue\n"
              "440 2000 password: hunter2ofthe\n"
              "440 2000 labels: app=\"example\n"
              "440 2000 cpu: 500\n"
              "data: ..data/password\n"
              "memory: 1 8192\n"
              "sub-path: color = blue\n"
              "expanded: configuration\n");
    const std::string secret = "hunter2-of-the-example";
    EXPECT_THAT(hooklet.out() + hooklet.err(), Not(HasSubstr(secret)));
    for (const char* file : {"/state/journal.db", "/state/journal.db-wal"}) {
        EXPECT_THAT(read_text(root() + file), Not(HasSubstr(secret))) << file;
    }
    EXPECT_TRUE(std::filesystem::is_empty(root() + "/state/pods"));
}

TEST_F(RunTest, AMissingKeyIsRefusedBeforeAnythingStarts) {
    const std::string variable =
        "      env:\n        - name: P\n          valueFrom: {secretKeyRef: {name: some, key: k}}\n";
    const std::string secret = "---\napiVersion: v1\nkind: Secret\nmetadata: {name: some}\n";
    HookletProcess& hooklet = run({"-"}, pod("waits", polite, "", variable) + secret);
    EXPECT_EQ(hooklet.wait(), 2);
    EXPECT_TRUE(hooklet.err().contains("Not found: \"k\": Secret \"some\" has no such key")) << hooklet.err();
}

}  // namespace
}  // namespace hooklet::testing
