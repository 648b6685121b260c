// SPDX-License-Identifier: Apache-2.0
// Images from a registry.
#include "integration/run/registry.hpp"
#include "integration/run/run_fixture.hpp"

#include <gmock/gmock.h>

namespace hooklet::testing {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::MatchesRegex;
using ::testing::StartsWith;

const std::string archive = HOOKLET_IMAGES "/busybox.tar";

class PullTest : public RunTest {
  protected:
    void SetUp() override {
        RunTest::SetUp();
        if (HasFatalFailure()) return;
        ASSERT_EQ(std::system(HOOKLET_REGISTRY_SCRIPT), 0);  // NOLINT(concurrency-mt-unsafe)
        registry.emplace(folder() + "/registry");
        ASSERT_FALSE(registry->address().empty());
    }
    /// `hooklet --root ROOT image ARGS...`
    std::unique_ptr<HookletProcess> image(std::vector<std::string> args) {
        args.insert(args.begin(), {"--root", root(), "image"});
        auto process = std::make_unique<HookletProcess>(folder(), std::move(args));
        process->wait();
        return process;
    }
    static std::string pod_of(const std::string& image, const std::string& policy) {
        return "apiVersion: v1\nkind: Pod\nmetadata: {name: app}\nspec:\n  restartPolicy: Never\n  "
               "containers:\n"
               "  - {name: main, image: \"" +
               image + "\", imagePullPolicy: " + policy + ", command: [echo, here]}\n";
    }
    std::optional<Registry> registry;
};

TEST_F(PullTest, AnImageIsPulledAndListed) {
    const std::string name = registry->push(archive, "demo/pulled:1");
    const auto pulled = image({"pull", name});
    EXPECT_EQ(pulled->wait(), 0) << pulled->err();
    EXPECT_THAT(pulled->out(), AllOf(StartsWith("Pulled " + name + " in "), HasSubstr("sha256:")));
    EXPECT_THAT(image({"list"})->out(), HasSubstr(name));
}

TEST_F(PullTest, ATagThatIsMissingIsNamed) {
    const std::string name = registry->address() + "/demo/missing:1";
    const auto pulled = image({"pull", name});
    EXPECT_EQ(pulled->wait(), 1);
    EXPECT_THAT(pulled->err(), AllOf(StartsWith("hooklet: pulling " + name), HasSubstr("not found")));
}

TEST_F(PullTest, APodThatAlwaysPullsRunsFromTheRegistry) {
    const std::string name = registry->push(archive, "demo/always:1");
    for (int time = 1; time <= 2; ++time) {
        HookletProcess& hooklet = run({"-", "-ojson"}, pod_of(name, "Always"));
        EXPECT_EQ(hooklet.wait(), 0) << hooklet.err();
        const Records records = hooklet.records();
        EXPECT_TRUE(in_order(records.course("app"), {"Sandbox", "event Pulling", "Pulling", "event Pulled",
                                                     "Pulled", "Created", "Started", "Exited", "Gone"}));
        EXPECT_THAT(records.find("app", "event Pulled").text("message"),
                    StartsWith("Successfully pulled image \"" + name + "\" in "));
    }
    EXPECT_GE(registry->requests("/v2/demo/always/manifests/1"), 2) << "asked for each time";

    HookletProcess& lines = run({"-"}, pod_of(name, "Always"));
    EXPECT_EQ(lines.wait(), 0);
    EXPECT_THAT(lines.out(), AllOf(HasSubstr(" app/main Pulling "), HasSubstr(" app/main Pulled ")));

    HookletProcess& present = run({"-", "-ojson"}, pod_of(name, "IfNotPresent"));
    EXPECT_EQ(present.wait(), 0);
    EXPECT_FALSE(present.records().has("app", "event Pulling"));
}

TEST_F(PullTest, AMissingImageIsTriedAgainWithABackOff) {
    const std::string name = registry->address() + "/demo/late:1";
    HookletProcess& hooklet = run({"-", "-ojson"}, pod_of(name, "IfNotPresent"));
    hooklet.await("app", "event BackOff");
    const Records waiting = hooklet.records();
    EXPECT_TRUE(in_order(waiting.course("app"),
                         {"event Pulling", "event Failed", "event Failed", "event BackOff", "event Failed"}));
    EXPECT_THAT(waiting.find("app", "event Failed").text("message"),
                AllOf(StartsWith("Failed to pull image \"" + name + "\": "), HasSubstr("not found")));
    EXPECT_EQ(waiting.find("app", "event BackOff").text("message"),
              "Back-off pulling image \"" + name + "\"");
    EXPECT_FALSE(waiting.has("app", "Started"));

    // Once it is there, the next attempt finds it.
    registry->push(archive, "demo/late:1");
    EXPECT_EQ(hooklet.wait(), 0) << hooklet.err();
    EXPECT_TRUE(in_order(hooklet.records().course("app"), {"event BackOff", "Pulled", "Started", "Exited"}));
}

}  // namespace
}  // namespace hooklet::testing
